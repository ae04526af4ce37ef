"""What is drawn over a picture, as a list of lines, dots and chips: no toolkit, so that window and video look alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gesture_app.live.result import FrameResult, HandResult
from models.hand.landmarks import BONES, FINGERS

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

FINGER_COLOURS: dict[str, Colour] = {
    # Okabe and Ito's colours, which people with any kind of colour vision tell apart (jfly.uni-koeln.de/color, 2008).
    "thumb": (0xE6, 0x9F, 0x00),
    "index": (0x56, 0xB4, 0xE9),
    "middle": (0x00, 0x9E, 0x73),
    "ring": (0xF0, 0xE4, 0x42),
    "little": (0xCC, 0x79, 0xA7),
}
PALM_COLOUR: Colour = (0xFF, 0xFF, 0xFF)
OUTLINE_COLOUR: Colour = (0x12, 0x16, 0x1C)
UNKNOWN_COLOUR: Colour = (0xB4, 0xBA, 0xC2)
CHIP_COLOUR: Colour = (0x12, 0x16, 0x1C)
CHIP_TEXT_COLOUR: Colour = (0xFF, 0xFF, 0xFF)
UNKNOWN_WORD = "unknown"
HELD_FIGURE = "…"
"""In place of a held label's confidence, which would be an earlier moment's beside the bars of this one."""

BONE_WIDTH, JOINT_RADIUS, OUTLINE_WIDTH = 3.0, 4.0, 1.5
"""On the screen, for a hand of ordinary size."""

SMALL_HAND = 150.0
"""A hand whose box is smaller than this on the screen has its lines thinned in proportion."""

TEXT_SIZE, CHIP_PADDING, CHIP_GAP, CHIP_RADIUS = 15.0, 6.0, 10.0, 8.0


class Line(NamedTuple):
    """A straight line; its ends lie under dots; dashes are three widths long and two apart."""

    start: Point
    end: Point
    colour: Colour
    width: float
    dashed: bool = False


class Dot(NamedTuple):
    """A filled circle."""

    centre: Point
    radius: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Chip:
    """A word on a rounded ground at a hand; its width is known only to who draws it, see :func:`place_chips`.

    Attributes
    ----------
    hand
        Box of the hand's landmarks.
    text, detail
        The label, and its confidence in quieter type; the detail may be empty.
    text_size
        Height of the type.
    padding, gap, radius
        Room round the text, between chip and hand, and rounding of the corners.
    colour, text_colour
        Ground and type.
    known
        False where the hand is unknown.
    """

    hand: Box
    text: str
    detail: str
    text_size: float
    padding: float
    gap: float
    radius: float
    colour: Colour
    text_colour: Colour
    known: bool


Shape = Line | Dot | Chip


def overlay(result: FrameResult, *, scale: float = 1.0, zoom: float = 1.0, mirrored: bool = False) -> tuple[Shape, ...]:
    """Give what is drawn for a result, in drawing order.

    Parameters
    ----------
    result
        What was recognised.
    scale
        Screen pixels per picture pixel: lines, dots and type are measured so that they have their size on the screen.
    zoom
        Pixels that are drawn into per picture pixel.
    mirrored
        True where the picture is shown mirrored: places are mirrored with it, text reads as ever.

    Returns
    -------
    tuple of shapes
        Places and sizes in pixels of the picture as it is shown, times ``zoom``.
    """
    return tuple(
        shape
        for hand in reversed(result.hands)
        for shape in _hand(hand, result.frame.size[0], max(scale, 1e-6), zoom, mirrored=mirrored)
    )


def place_chips(
    chips: Sequence[Chip], widths: Sequence[float], heights: Sequence[float], size: tuple[int, int]
) -> list[Box]:
    """Give the chips' boxes: above their hands, inside the picture, and none over another where there is room.

    Parameters
    ----------
    chips
        The chips.
    widths, heights
        Size of each chip with its padding, in pixels of the picture.
    size
        ``(width, height)`` of the picture.
    """
    placed: list[Box] = []
    for chip, width, height in zip(chips, widths, heights, strict=True):
        middle = (chip.hand[0] + chip.hand[2]) / 2
        left = _within(middle - width / 2, size[0] - width)
        tops = (chip.hand[1] - chip.gap - height, chip.hand[3] + chip.gap)
        choices = [(left, top, left + width, top + height) for top in tops if 0.0 <= top <= size[1] - height]
        held = _within(tops[0], size[1] - height)
        choices.append((left, held, left + width, held + height))
        placed.append(next((box for box in choices if not any(_overlap(box, other) for other in placed)), choices[0]))
    return placed


def _hand(hand: HandResult, picture_width: int, scale: float, zoom: float, *, mirrored: bool) -> Iterator[Shape]:
    turned, start = (-zoom, (picture_width - 1) * zoom) if mirrored else (zoom, 0.0)
    xs = [start + turned * point.real for point in hand.drawn]
    ys = [zoom * point.imag for point in hand.drawn]
    scale /= zoom
    box = (min(xs), min(ys), max(xs), max(ys))
    thin = min(1.0, max(box[2] - box[0], box[3] - box[1]) * scale / SMALL_HAND)
    pixel = max(thin, 0.35) / scale
    known = hand.label is not None
    yield from skeleton(list(zip(xs, ys, strict=True)), pixel, known=known)
    yield Chip(
        hand=box,
        text=hand.label or UNKNOWN_WORD,
        detail="" if not known else HELD_FIGURE if hand.held else percentage(hand.confidence),
        text_size=TEXT_SIZE / scale,
        padding=CHIP_PADDING / scale,
        gap=CHIP_GAP / scale,
        radius=CHIP_RADIUS / scale,
        colour=CHIP_COLOUR,
        text_colour=CHIP_TEXT_COLOUR if known else UNKNOWN_COLOUR,
        known=known,
    )


def percentage(share: float) -> str:
    """Write a share as the window does: ``98 %``; what is not certain is never rounded to 100 %."""
    return f"{min(int(share * 100 + 0.5), 99 if share < 1.0 else 100)} %"


def skeleton(places: Sequence[Point], pixel: float, *, known: bool = True) -> Iterator[Shape]:
    """Give the bones and joints of one hand, in drawing order.

    Parameters
    ----------
    places
        The 21 landmarks.
    pixel
        What one pixel of the screen is in the unit of the places; less for thinner lines.
    known
        False for a hand that is drawn grey and dashed.
    """
    width, radius, outline = BONE_WIDTH * pixel, JOINT_RADIUS * pixel, OUTLINE_WIDTH * pixel
    for start, end in BONES:
        yield Line(places[start], places[end], OUTLINE_COLOUR, width + 2 * outline, dashed=False)
    for place in places:
        yield Dot(place, radius + outline, OUTLINE_COLOUR)
    for start, end in BONES:
        colour = JOINT_COLOURS[end] if known and (start, end) not in _ACROSS else PALM_COLOUR
        yield Line(places[start], places[end], colour if known else UNKNOWN_COLOUR, width, dashed=not known)
    for joint, place in enumerate(places):
        yield Dot(place, radius, JOINT_COLOURS[joint] if known else UNKNOWN_COLOUR)


def _joint_colours() -> tuple[Colour, ...]:
    colours = [PALM_COLOUR] * 21
    for finger, joints in FINGERS.items():
        for joint in joints:
            colours[joint] = FINGER_COLOURS[finger]
    return tuple(colours)


JOINT_COLOURS: tuple[Colour, ...] = _joint_colours()
_ACROSS = frozenset(BONES[:6])


def _within(value: float, most: float) -> float:
    return max(0.0, min(value, most))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
