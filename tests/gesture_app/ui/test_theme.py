from __future__ import annotations

import re
import sys
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.ui import icons
from gesture_app.ui.theme import DARK, GROUNDS, LIGHT, TEXTS, TextSizes, Theme, ThemeChoice, Tokens, contrast

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_every_ground(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@BOTH
def test_text_on_the_accent_and_outlines_of_controls_are_seen(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.background, tokens.text) >= 4.5  # the primary button under the mouse
    for ground in ("background", "surface", "raised"):
        assert contrast(tokens.control, getattr(tokens, ground)) >= 3.0


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_no_colour_is_written_outside_the_theme() -> None:
    folder = Path(str(resources.files("gesture_app.ui")))
    for path in [*folder.rglob("*.py"), folder / "style.qss"]:
        if path.name != "theme.py":
            assert not re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text("utf-8")), f"{path.name} names a colour"


def test_body_text_is_never_smaller_than_13_pixels() -> None:
    assert TextSizes.of(9, 1.0).body == 13
    assert TextSizes.of(9, 1.0).small >= 12
    assert TextSizes.of(16, 1.5).body == 24


def test_choosing_a_theme_changes_palette_font_and_tells(theme: Theme, qapp: QApplication, qtbot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.apply("dark", 1.5)
    assert qapp.palette().window().color().name().upper() == DARK.background
    assert qapp.font().pixelSize() == theme.sizes.body >= 19
    theme.apply("light", 1.0)
    assert qapp.palette().window().color().name().upper() == LIGHT.background


def test_every_icon_draws_something() -> None:
    names = [path.name.removesuffix(".svg") for path in resources.files(icons).iterdir() if path.name.endswith(".svg")]
    assert len(names) > 30
    for name in names:
        image = icons.pixmap(name, LIGHT.color("text"), 20, 2.0).toImage()
        assert image.width() == 40
        seen = sum(image.pixelColor(x, y).alpha() > 100 for x in range(40) for y in range(40))
        assert 20 < seen < 1200, name


def test_tokens_are_all_colours() -> None:
    for field in fields(Tokens):
        assert LIGHT.color(field.name).isValid()
        assert DARK.color(field.name).isValid()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is not counted from Python 3.12 on")
def test_qt_counts_the_none_that_it_gives_back() -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(2000):
        painter.save()
        painter.restore()
    painter.end()
    assert sys.getrefcount(None) - before > -1000, "this PySide6 ends the program after some seconds of painting"


def test_another_look_comes_part_by_part_and_is_seen_at_once(theme: Theme, qtbot: QtBot) -> None:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    turns: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(shown.updatesEnabled()))
    timer.start(0)
    with qtbot.waitSignal(theme.changed):
        theme.change("dark")
        theme.change("light")  # the last one counts
        theme.change("dark")
    qtbot.waitUntil(shown.updatesEnabled)
    timer.stop()
    assert turns.count(False) >= 2, "the loop came round between the parts"
    assert QApplication.palette().window().color().name().upper() == DARK.background
    theme.apply("light")


def test_a_part_that_fails_does_not_leave_the_window_frozen(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("no room for pictures")

    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    monkeypatch.setattr(theme, "_set_font_and_colours", fail)
    with qtbot.captureExceptions() as failed:
        theme.change("dark")
        assert not shown.updatesEnabled()
        qtbot.waitUntil(shown.updatesEnabled)
    assert [str(one[1]) for one in failed] == ["no room for pictures"]
    monkeypatch.undo()
    theme.apply("light")


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("kind", [QLineEdit, QComboBox])
def test_what_stands_in_an_empty_field_can_be_read(
    theme: Theme, qtbot: QtBot, kind: type[QLineEdit | QComboBox], choice: ThemeChoice
) -> None:
    theme.apply(choice, 2.0)
    field = kind()
    if isinstance(field, QComboBox):
        field.setEditable(True)
    qtbot.addWidget(field)
    (field if isinstance(field, QLineEdit) else field.lineEdit()).setPlaceholderText("HHHHHHHH")
    field.resize(400, 60)
    image = field.grab().toImage()
    seen = [image.pixelColor(x, image.height() // 2 + 6).name().upper() for x in range(30, 120)]
    try:
        assert theme.tokens.muted in seen
    finally:
        theme.apply("light")


def test_signs_of_lists_grow_with_the_text(theme: Theme, qapp: QApplication) -> None:
    try:
        for scale, edge, right in ((1.0, 16, 32), (2.0, 26, 42)):
            theme.apply("light", scale)
            sheet = qapp.styleSheet()
            arrow = re.search(r"QComboBox::down-arrow [^}]*width: (\d+)px", sheet)
            assert arrow is not None
            assert int(arrow[1]) == edge
            assert f"padding: 5px {right}px 5px 12px" in sheet
    finally:
        theme.apply("light")
