from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QColor, QImage, QPaintEvent

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.picture_view import PictureView


@pytest.fixture
def view(theme: Theme, qtbot) -> PictureView:
    made = PictureView(theme, margin=10)
    qtbot.addWidget(made)
    made.resize(420, 420)
    return made


def color_at(view: PictureView, x: float, y: float) -> QColor:
    image = view.grab().toImage()
    scale = image.devicePixelRatio()
    return image.pixelColor(round(x * scale), round(y * scale))


def test_keeps_the_pictures_shape_in_the_middle(view, make_result) -> None:
    view.show_result(make_result(size=(640, 480)))
    place = view.picture_rectangle()
    assert (place.width(), place.height()) == (400, 300)
    assert place.center().x() == pytest.approx(210, abs=1)
    assert place.center().y() == pytest.approx(210, abs=1)


def test_leaves_the_windows_own_colour_round_the_picture(view, make_result, theme: Theme) -> None:
    view.show_result(make_result())
    assert color_at(view, 210, 20).name().upper() == theme.tokens.background


def test_shows_the_left_of_the_picture_on_the_right_when_mirrored(view, make_result) -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, :320] = (0, 0, 250)  # red in BGR
    view.show_result(make_result(picture=picture))
    view.set_mirrored(True)
    assert color_at(view, 300, 210).red() > 200
    assert color_at(view, 120, 210).red() < 50
    view.set_mirrored(False)
    assert color_at(view, 120, 210).red() > 200


def test_draws_the_hand_where_it_is(view, make_result, make_hand) -> None:
    hand = make_hand("palm", centre=(160.0, 240.0))
    view.show_result(make_result(hand))
    view.set_mirrored(False)
    plain = view.grab().toImage()
    wrist = hand.drawn[0] * (400 / 640) + complex(10, 60)
    assert plain.pixelColor(int(wrist.real), int(wrist.imag)).lightness() > 200
    view.set_mirrored(True)
    mirrored = view.grab().toImage()
    assert mirrored.pixelColor(int(420 - wrist.real), int(wrist.imag)).lightness() > 200


def test_chip_is_written_the_right_way_round_in_a_mirror(view, make_result, make_hand) -> None:
    hand = make_hand("palm", centre=(320.0, 300.0))
    view.show_result(make_result(hand))
    view.set_mirrored(True)
    mirrored = view.grab().toImage()
    middle = 420 // 2
    top = int(min(point.imag for point in hand.drawn) * 400 / 640 + 60) - 24
    left = [mirrored.pixelColor(x, y).lightness() for x in range(middle - 40, middle) for y in range(top, top + 14)]
    right = [mirrored.pixelColor(x, y).lightness() for x in range(middle, middle + 40) for y in range(top, top + 14)]
    # The bold label stands left, its confidence in plain type right: more white left.
    assert sum(value > 150 for value in left) > 20
    assert sum(value > 150 for value in right) > 5


def test_recorded_landmarks_without_a_picture_are_drawn_on_a_dark_ground(view, make_result, make_hand) -> None:
    from dataclasses import replace

    result = make_result(make_hand())
    view.show_result(replace(result, frame=replace(result.frame, picture=None)))
    assert color_at(view, 20, 80).lightness() < 40


def test_an_empty_view_and_a_tiny_one_do_no_harm(view, make_result, make_hand) -> None:
    view.grab()
    assert view.snapshot().isNull()
    view.resize(15, 15)
    view.show_result(make_result(make_hand()))
    view.grab()


def test_snapshot_has_the_pictures_own_size_and_the_hand(view, make_result, make_hand) -> None:
    plain = make_result()
    view.show_result(plain)
    before = view.snapshot()
    view.show_result(make_result(make_hand()))
    after = view.snapshot()
    assert (after.width(), after.height()) == (640, 480)
    assert before != after


def test_many_results_cost_one_repaint(view, make_result, qtbot, monkeypatch) -> None:
    painted = []
    monkeypatch.setattr(view, "_paint_result", lambda *args: painted.append(1))
    view.show()
    qtbot.waitExposed(view)
    qtbot.waitUntil(lambda: not painted or True)
    painted.clear()
    for _ in range(50):
        view.show_result(make_result())
    assert not painted
    qtbot.waitUntil(lambda: bool(painted))
    assert len(painted) == 1
    view.hide()


@pytest.mark.parametrize("density", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_no_pixel_is_left_unpainted_at_any_density_of_the_screen(
    view, make_result, monkeypatch: pytest.MonkeyPatch, density: float
) -> None:
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: density)  # Qt takes it from the screen
    view.show_result(make_result(size=(640, 480)))
    never = QColor(255, 0, 255)
    for width, height in zip(range(120, 180), range(170, 110, -1), strict=True):
        view.resize(width, height)
        # A screen has whole pixels: what it has of the last one beyond the widget is none of the widget's.
        whole = int(width * density), int(height * density)
        image = QImage(*whole, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(density)
        image.fill(never)
        view.render(image)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(whole[1], -1, 4)[:, : whole[0], :3]
        assert not (pixels == (255, 0, 255)).all(axis=2).any()


class PaintedParts(QObject):
    """Notes which parts of a widget are asked to be painted."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QRect] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it so
        if isinstance(event, QPaintEvent):
            self.parts.append(event.rect())
        return False


def test_another_picture_of_the_same_size_leaves_the_ground_round_it_alone(view, make_result, qtbot) -> None:
    painted = PaintedParts()
    view.installEventFilter(painted)
    view.show()
    qtbot.waitUntil(lambda: bool(painted.parts))

    def part_of(result) -> QRect:
        painted.parts.clear()
        view.show_result(result)
        qtbot.waitUntil(lambda: bool(painted.parts))
        return painted.parts[-1]

    assert part_of(make_result(size=(640, 480))) == view.rect()
    assert part_of(make_result(size=(640, 480))) == QRect(9, 59, 402, 302)
    assert part_of(make_result(size=(480, 640))) == view.rect()
    assert part_of(None) == view.rect()
