from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gesture_app.live.cv2_painter import Cv2Painter, annotate, draw_skeletons, screen_pixels
from gesture_app.live.overlay import Dot, Line, overlay
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from models.hand.landmarks import HandLandmark

GROUND = 90


def result(make: Any, label: str | None, picture: np.ndarray | None, across: float = 0.3) -> FrameResult:
    hand = make.hand("palm", at=(across, 0.6))
    answer = np.array([1.0], np.float32)
    shown = HandResult(hand, hand.plane, 0, label, 0.97, "palm", 0.97, answer)
    return FrameResult(make.frame(hand, picture=picture), (shown,), "shipped", ("palm",), StageTimes())


def grey() -> np.ndarray:
    return np.full((480, 640, 3), GROUND, np.uint8)


def test_the_joints_bear_their_colours_in_bgr_and_the_picture_itself_stays(make: Any) -> None:
    picture = grey()
    shown = result(make, "palm", picture)
    painted = annotate(shown)
    tip = shown.hands[0].drawn[HandLandmark.INDEX_TIP]
    x, y = round(tip.real), round(tip.imag)
    assert painted[y, x].tolist() == [0xE9, 0xB4, 0x56]
    assert (picture == GROUND).all()


def test_mirrored_the_picture_and_the_joints_change_sides(make: Any) -> None:
    picture = grey()
    picture[:, :10] = 200
    shown = result(make, "palm", picture)
    painted = annotate(shown, mirrored=True)
    assert (painted[5, -10:] == 200).all()
    tip = shown.hands[0].drawn[HandLandmark.INDEX_TIP]
    x, y = round(tip.real), round(tip.imag)
    assert painted[y, 639 - x].tolist() == [0xE9, 0xB4, 0x56]


def test_without_a_picture_the_ground_is_dark(make: Any) -> None:
    painted = annotate(result(make, "palm", None))
    assert painted.shape == (480, 640, 3)
    assert painted[0, 0].max() < 40


def test_only_the_hand_and_its_chip_are_drawn_over(make: Any) -> None:
    painted = annotate(result(make, "palm", grey()))
    assert (painted[:, 400:] == GROUND).all()
    assert (painted != GROUND).any(axis=2).mean() > 0.005


def test_a_dashed_line_has_gaps_and_a_whole_one_none() -> None:
    picture = grey()
    Cv2Painter().paint(picture, [Line((20, 50), (220, 50), (255, 255, 255), 3, dashed=True)])
    Cv2Painter().paint(picture, [Line((20, 90), (220, 90), (255, 255, 255), 3)])
    assert 4 < (np.diff((picture[50, 20:220, 0] > 200).astype(int)) == 1).sum() < 20
    assert (picture[90, 22:218, 0] == 255).all()


@pytest.mark.parametrize("label", ["palm", "größer", None])
def test_words_are_written(make: Any, label: str | None) -> None:
    with_word, without = grey(), grey()
    shapes = overlay(result(make, label, grey()))
    Cv2Painter().paint(with_word, shapes)
    Cv2Painter().paint(without, [shape for shape in shapes if isinstance(shape, Line | Dot)])
    changed = np.argwhere((with_word != without).any(axis=2))
    assert len(changed) > 300
    bright = with_word[tuple(changed.T)].max(axis=1) > 150
    assert bright.sum() > 30


@pytest.mark.parametrize("at", [(0.0, 0.0), (1.0, 1.0), (2.0, -1.0)])
def test_hands_beyond_the_border_do_no_harm(make: Any, at: tuple[float, float]) -> None:
    hand = make.hand("palm", at=at)
    shown = HandResult(hand, hand.plane, 0, "palm", 0.9, "palm", 0.9, np.array([1.0], np.float32))
    annotate(FrameResult(make.frame(hand, picture=grey()), (shown,), "shipped", ("palm",), StageTimes()))


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (336, 336), (1920, 1080)])
def test_pictures_of_any_size_can_be_drawn_into(make: Any, size: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    Cv2Painter().paint(picture, overlay(result(make, "palm", picture), scale=1.0))


@pytest.mark.parametrize("width", [2.0, 3.0, 4.5, 6.0, 9.0])
@pytest.mark.parametrize("degrees", [0, 20, 45, 80])
def test_lines_are_as_wide_as_asked_whatever_their_direction(width: float, degrees: int) -> None:
    picture = np.zeros((160, 160, 3), np.uint8)
    end = (30.3 + 90 * np.cos(np.radians(degrees)), 40.7 + 90 * np.sin(np.radians(degrees)))

    Cv2Painter().paint(picture, [Line((30.3, 40.7), end, (255, 255, 255), width)])

    assert picture[..., 0].sum() / 255 / 90 == pytest.approx(width, abs=0.5)


@pytest.mark.parametrize("radius", [2.0, 4.0, 5.5])
def test_dots_are_as_large_as_asked(radius: float) -> None:
    picture = np.zeros((60, 60, 3), np.uint8)

    Cv2Painter().paint(picture, [Dot((30.2, 29.6), radius, (255, 255, 255))])

    assert np.sqrt(picture[..., 0].sum() / 255 / np.pi) == pytest.approx(radius, abs=0.3)


@pytest.mark.parametrize("far", [1e4, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("dashed", [False, True])
def test_places_far_outside_are_left_out_and_lines_to_them_end_at_the_border(far: float, dashed: bool) -> None:
    picture = np.zeros((60, 80, 3), np.uint8)
    white = (255, 255, 255)

    Cv2Painter().paint(
        picture,
        [
            Dot((far, far), 4.0, white),
            Line((far, 10.0), (2 * far, far), white, 4.0, dashed=dashed),
            Line((40.0, 30.0), (far, 30.0), white, 4.0, dashed=dashed),
            Line((40.0, -far), (40.0, 10.0), white, 4.0, dashed=dashed),
        ],
    )

    assert not picture[50:].any()
    assert picture[30, 41:].any()
    assert picture[:9, 40].any()


@pytest.mark.parametrize("size", [(96, 64), (150, 100), (60, 40)], ids=["as it is", "larger", "smaller"])
@pytest.mark.parametrize("roomy", [False, True])
def test_a_mirrored_picture_of_any_size_is_the_plain_one_turned_round(size: tuple[int, int], roomy: bool) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8)
    before = picture.copy()
    room = np.full((size[1], size[0], 4), 7, np.uint8) if roomy else None

    plain = screen_pixels(picture, size).astype(int)
    mirrored = screen_pixels(picture, size, mirrored=True, room=room)

    assert mirrored.shape == (size[1], size[0], 4)
    assert (mirrored[..., 3] == 255).all()
    assert np.abs(mirrored[:, ::-1].astype(int) - plain).max() <= 1
    np.testing.assert_array_equal(picture, before)
    if size == (96, 64):
        np.testing.assert_array_equal(plain[..., :3], picture)


def test_room_of_another_size_is_left_alone() -> None:
    room = np.full((10, 12, 4), 7, np.uint8)

    for picture in (np.zeros((64, 96, 3), np.uint8), None):
        assert screen_pixels(picture, (96, 64), room=room).shape == (64, 96, 4)

    assert (room == 7).all()


@pytest.mark.parametrize("label", ["palm", None])
def test_the_fourth_channel_changes_no_colour(make: Any, label: str | None) -> None:
    ground = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
    shown = result(make, label, ground)
    three, four = ground.copy(), screen_pixels(ground, (640, 480))

    for picture in (three, four):
        draw_skeletons(picture, overlay(shown))

    assert (three != ground).any()
    np.testing.assert_array_equal(four[..., :3], three)
    assert (four[..., 3] == 255).all()
