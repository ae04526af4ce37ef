from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesture_app.live.overlay import (
    FINGER_COLOURS,
    HELD_FIGURE,
    PALM_COLOUR,
    UNKNOWN_COLOUR,
    Chip,
    Dot,
    Line,
    overlay,
    percentage,
    place_chips,
)
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from models.hand.landmarks import BONES, HandLandmark

LABELS = ("palm", "no_gesture")


def result(make: Any, *shown: tuple[str | None, float]) -> FrameResult:
    hands = []
    for track, (label, across) in enumerate(shown):
        hand = make.hand("palm", at=(across, 0.5))
        probabilities = np.array([0.98, 0.02], np.float32)
        hands.append(HandResult(hand, hand.plane, track, label, 0.98, "palm", 0.98, probabilities))
    frame = make.frame(*(hand.hand for hand in hands))
    return FrameResult(frame, tuple(hands), "shipped", LABELS, StageTimes())


def lines(shapes: tuple[object, ...]) -> list[Line]:
    return [shape for shape in shapes if isinstance(shape, Line)]


def test_every_bone_and_joint_is_drawn_over_its_outline(make: Any) -> None:
    shapes = overlay(result(make, ("palm", 0.5)))
    drawn = lines(shapes)
    assert len(drawn) == 2 * len(BONES)
    assert len([shape for shape in shapes if isinstance(shape, Dot)]) == 2 * 21
    assert all(below.width > above.width for below, above in zip(drawn[: len(BONES)], drawn[len(BONES) :], strict=True))


def test_fingers_have_their_colours(make: Any) -> None:
    shown = result(make, ("palm", 0.5))
    joints = [shape for shape in overlay(shown) if isinstance(shape, Dot)][21:]
    assert joints[HandLandmark.WRIST].colour == PALM_COLOUR
    assert joints[HandLandmark.INDEX_TIP].colour == FINGER_COLOURS["index"] == (0x56, 0xB4, 0xE9)
    assert joints[HandLandmark.THUMB_CMC].colour == FINGER_COLOURS["thumb"]
    assert joints[HandLandmark.LITTLE_MCP].colour == FINGER_COLOURS["little"]
    tip = shown.hands[0].drawn[HandLandmark.RING_TIP]
    assert joints[HandLandmark.RING_TIP].centre == pytest.approx((tip.real, tip.imag))


def test_unknown_hands_are_grey_and_dashed_and_say_so(make: Any) -> None:
    shapes = overlay(result(make, (None, 0.5)))
    inner = lines(shapes)[len(BONES) :]
    assert all(line.dashed and line.colour == UNKNOWN_COLOUR for line in inner)
    (chip,) = [shape for shape in shapes if isinstance(shape, Chip)]
    assert chip.text == "unknown"
    assert not chip.known
    assert chip.detail == ""


def test_mirrored_places_are_mirrored_and_text_is_not(make: Any) -> None:
    plain, mirrored = overlay(result(make, ("palm", 0.2))), overlay(result(make, ("palm", 0.2)), mirrored=True)
    for one, other in zip(plain, mirrored, strict=True):
        if isinstance(one, Dot) and isinstance(other, Dot):
            assert other.centre == pytest.approx((639 - one.centre[0], one.centre[1]), abs=1e-3)
        if isinstance(one, Chip) and isinstance(other, Chip):
            assert other.text == one.text
            assert other.hand == pytest.approx(
                (639 - one.hand[2], one.hand[1], 639 - one.hand[0], one.hand[3]), abs=1e-3
            )


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_sizes_are_the_same_on_the_screen(make: Any, scale: float) -> None:
    shapes = overlay(result(make, ("palm", 0.5)), scale=scale)
    assert lines(shapes)[-1].width * scale == pytest.approx(3.0, rel=0.01)
    (chip,) = [shape for shape in shapes if isinstance(shape, Chip)]
    assert chip.text_size * scale == pytest.approx(15.0)


def test_small_hands_have_thin_lines(make: Any) -> None:
    shown = result(make, ("palm", 0.5))
    hand = shown.hands[0]
    small = replace(shown, hands=(replace(hand, drawn=[0.2 * point for point in hand.drawn]),))
    assert lines(overlay(small))[-1].width < 0.6 * lines(overlay(shown))[-1].width


def chip_at(hand: tuple[float, float, float, float]) -> Chip:
    return Chip(hand, "palm", "98 %", 15, 6, 10, 8, (0, 0, 0), (255, 255, 255), known=True)


def test_a_chip_sits_above_its_hand() -> None:
    (box,) = place_chips([chip_at((200, 200, 300, 400))], [80], [24], (640, 480))
    assert box == (210, 166, 290, 190)


@pytest.mark.parametrize(
    "hand", [(-60, -50, 20, 90), (600, 2, 700, 200), (200, 5, 300, 478), (0, 0, 640, 480), (300, 440, 340, 500)]
)
def test_a_chip_stays_inside_the_picture(hand: tuple[float, float, float, float]) -> None:
    ((x0, y0, x1, y1),) = place_chips([chip_at(hand)], [80], [24], (640, 480))
    assert x0 >= 0
    assert y0 >= 0
    assert x1 <= 640
    assert y1 <= 480


def test_chips_of_hands_side_by_side_do_not_cover_each_other() -> None:
    hands = [(200, 200, 260, 300), (230, 205, 290, 300)]
    first, second = place_chips([chip_at(hand) for hand in hands], [80, 80], [24, 24], (640, 480))
    assert first[3] <= second[1] or second[3] <= first[1] or first[2] <= second[0] or second[2] <= first[0]


@pytest.mark.parametrize(("share", "text"), [(0.984, "98 %"), (0.9999, "99 %"), (1.0, "100 %"), (0.0, "0 %")])
def test_percentages_never_claim_certainty(share: float, text: str) -> None:
    assert percentage(share) == text


def test_a_held_label_shows_no_figure_of_an_earlier_moment(make: Any) -> None:
    shown = result(make, ("palm", 0.5))
    held = replace(shown, hands=(replace(shown.hands[0], held=True),))
    assert [(chip.text, chip.detail) for chip in overlay(held) if isinstance(chip, Chip)] == [("palm", HELD_FIGURE)]
