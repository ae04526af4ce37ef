"""Draws an overlay into a BGR picture, for annotated videos and snapshots without a window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Picture
from gesture_app.live.overlay import Box, Chip, Colour, Dot, Line, Point, Shape, overlay, place_chips
from gesture_app.live.result import FrameResult
from models.hand.opencv import cv2

SHOWN_PIXELS = 900.0
"""Annotated videos are drawn as if their longer side were shown this long."""

MOST_SCALE = 1.35
"""Small pictures are drawn as if enlarged by no more than this: smaller type could not be read."""

NO_PICTURE = 24
"""Grey of the ground where there is no picture."""

FRACTION_BITS = 4
POLYGON_BLEED, DISC_BLEED = 1.45, 0.5
"""By how much OpenCV's antialiased polygons come out wider, and its discs' radius longer; measured, in pixels."""

GROUND_OPACITY = 0.82
SIDE_PADDING, WORD_GAP = 1.3, 0.4
DETAIL_COLOUR: Colour = (0xC8, 0xCE, 0xD6)
DASH, GAP = 3.0, 2.0
LABEL_WEIGHT, DETAIL_WEIGHT = 600, 400


def annotate(result: FrameResult, *, mirrored: bool = False) -> Picture:
    """Give a copy of a result's picture with everything recognised drawn into it.

    Where there is no picture, as with recorded landmarks, the ground is dark.
    """
    picture, (width, height) = result.frame.picture, result.frame.size
    if picture is None:
        canvas = np.full((height, width, 3), NO_PICTURE, np.uint8)
    else:
        canvas = np.asarray(cv2.flip(picture, 1), np.uint8) if mirrored else picture.copy()
    scale = min(SHOWN_PIXELS / max(width, height), MOST_SCALE)
    Cv2Painter().paint(canvas, overlay(result, scale=scale, mirrored=mirrored))
    return canvas


@dataclass(frozen=True, slots=True)
class _Type:
    size: int
    weight: int
    colour: Colour


class Cv2Painter:
    """Draws shapes with OpenCV: antialiased, placed to a sixteenth of a pixel."""

    def __init__(self) -> None:
        self._font = cv2.FontFace("sans")

    def paint(self, picture: Picture, shapes: Sequence[Shape]) -> None:
        """Draw into a picture.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8, BGR, contiguous; changed in place.
        shapes
            As :func:`gesture_app.live.overlay.overlay` gives them, in pixels of this picture.
        """
        draw_skeletons(picture, shapes)
        self._draw_chips(picture, [shape for shape in shapes if isinstance(shape, Chip)])

    def _draw_chips(self, picture: Picture, chips: Sequence[Chip]) -> None:
        height, width = picture.shape[:2]
        sizes = [self._chip_size(chip) for chip in chips]
        boxes = place_chips(chips, [size[0] for size in sizes], [size[1] for size in sizes], (width, height))
        for chip, box in zip(chips, boxes, strict=True):
            _draw_ground(picture, box, chip)
            baseline = (box[1] + box[3]) / 2 + 0.36 * chip.text_size
            x = box[0] + SIDE_PADDING * chip.padding
            for text, style in _parts(chip):
                x = self._write(picture, (x, baseline), text, style) + WORD_GAP * chip.text_size

    def _chip_size(self, chip: Chip) -> tuple[float, float]:
        parts = _parts(chip)
        width = sum(self._width(text, style) for text, style in parts) + WORD_GAP * chip.text_size * (len(parts) - 1)
        return width + 2 * SIDE_PADDING * chip.padding, chip.text_size + 2 * chip.padding

    def _width(self, text: str, style: _Type) -> float:
        _, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), self._font, style.size, style.weight)
        return float(width)

    def _write(self, picture: Picture, start: Point, text: str, style: _Type) -> float:
        place = (round(start[0]), round(start[1]))
        after, _ = cv2.putText(picture, text, place, _bgra(style.colour), self._font, style.size, style.weight)
        return float(after[0])


def draw_skeletons(picture: Picture, shapes: Sequence[Shape]) -> None:
    """Draw the lines and dots of an overlay, but no chips; as :meth:`Cv2Painter.paint`.

    The picture may have a fourth channel, which is 255 and stays so.
    """
    height, width = picture.shape[:2]
    seen = [part for shape in shapes if (part := _inside(shape, width, height)) is not None]
    corners, pieces = _corners([part for part in seen if isinstance(part, Line)])
    rest, counts = iter(corners), iter(pieces)
    for part in seen:
        if isinstance(part, Line):
            colour = _bgra(part.colour)
            for piece in islice(rest, next(counts)):
                cv2.fillConvexPoly(picture, piece, colour, cv2.LINE_AA, FRACTION_BITS)
        else:
            _draw_disc(picture, part.centre, part.radius, part.colour)


def _inside(shape: Shape, width: int, height: int) -> Line | Dot | None:
    """Give what of a line or dot lies in a picture.

    Recordings may hold places far outside, which OpenCV cannot take and dashes would never reach.
    """
    if isinstance(shape, Line):
        return _clipped(shape, width, height)
    if isinstance(shape, Dot):
        (x, y), reach = shape.centre, shape.radius + 1
        if -reach <= x <= width + reach and -reach <= y <= height + reach:
            return shape
    return None


def _clipped(line: Line, width: int, height: int) -> Line | None:
    """Give what of a line lies in a picture or near it (Liang and Barsky, 1984); None for nothing."""
    (x0, y0), (x1, y1) = line.start, line.end
    if 0 <= x0 <= width and 0 <= x1 <= width and 0 <= y0 <= height and 0 <= y1 <= height:
        return line
    room = line.width + 1
    begin, end = 0.0, 1.0
    for at, to, most in zip(line.start, line.end, (width, height), strict=True):
        step = to - at
        for edge, sign in ((-room, 1.0), (most + room, -1.0)):
            inside, towards = sign * (at - edge), sign * step
            if inside < 0.0 and inside + towards < 0.0:
                return None
            if inside < 0.0:
                begin = max(begin, inside / -towards)
            elif inside + towards < 0.0:
                end = min(end, inside / -towards)
    if begin > end:
        return None
    start, stop = ((x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in (begin, end))
    return line._replace(start=start, end=stop)


def screen_pixels(
    picture: Picture | None, size: tuple[int, int], *, mirrored: bool = False, room: Picture | None = None
) -> Picture:
    """Give a picture in another size and with four bytes a pixel, as screens take it fastest.

    Parameters
    ----------
    picture
        ``(height, width, 3)`` uint8, BGR; None for dark ground.
    size
        Width and height to give.
    mirrored
        True to turn it round.
    room
        What an earlier call gave and is not needed any more: a picture of the right size is written into it.

    Returns
    -------
    Picture
        ``(height, width, 4)`` uint8: blue, green, red, 255.
    """
    if picture is None:
        return np.full((size[1], size[0], 4), (NO_PICTURE, NO_PICTURE, NO_PICTURE, 255), np.uint8)
    same, grows = picture.shape[1::-1] == size, picture.shape[1] < size[0]
    if not (same or grows):
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    # Turned round where it has fewer pixels, and once they are four bytes wide, which takes half the time.
    pixels = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA, None if grows else room), np.uint8)
    if mirrored:
        cv2.flip(pixels, 1, pixels)
    return np.asarray(cv2.resize(pixels, size, room, interpolation=cv2.INTER_LINEAR) if grows else pixels, np.uint8)


def _parts(chip: Chip) -> list[tuple[str, _Type]]:
    size = max(round(chip.text_size), 1)
    parts = [(chip.text, _Type(size, LABEL_WEIGHT, chip.text_colour))]
    return [*parts, (chip.detail, _Type(size, DETAIL_WEIGHT, DETAIL_COLOUR))] if chip.detail else parts


def _bgra(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = colour
    return blue, green, red, 255


def _fixed(value: float) -> int:
    return round(value * (1 << FRACTION_BITS))


def _corners(lines: Sequence[Line]) -> tuple[NDArray[np.int32], list[int]]:
    """Give the four corners ``(pieces, 4, 2)`` of lines and dashes in OpenCV's fixed numbers, and each line's pieces.

    OpenCV's own lines are whole pixels wide, and up to two and a half wider than asked. All are worked out at once:
    numpy takes as long for one line as for a whole hand.
    """
    ends = np.array([(*line.start, *line.end) for line in lines], np.float64).reshape(-1, 4).view(np.complex128)
    widths = np.array([line.width for line in lines], np.float64)
    start, step, counts = ends[:, 0], ends[:, 1] - ends[:, 0], [1] * len(lines)
    lengths = np.maximum(np.abs(step), 1e-6)
    aside = step * (0.5j * np.maximum(widths - POLYGON_BLEED, 0.0) / lengths)
    if any(line.dashed for line in lines):
        of_line, begin, share = _dashes(lengths, widths, np.array([line.dashed for line in lines]))
        counts = np.bincount(of_line).tolist()
        start, step, aside = start[of_line] + begin * step[of_line], share * step[of_line], aside[of_line]
    corners = np.empty((len(start), 4), np.complex128)
    corners[:, 0], corners[:, 3] = start + aside, start - aside
    corners[:, 1], corners[:, 2] = corners[:, 0] + step, corners[:, 3] + step
    fixed: NDArray[np.int32] = np.rint(corners.view(np.float64) * (1 << FRACTION_BITS)).astype(np.int32)
    return fixed.reshape(-1, 4, 2), counts


def _dashes(
    lengths: NDArray[np.float64], widths: NDArray[np.float64], dashed: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Give the line of each dash, where on it the dash begins, and its share of it; a line without dashes is one."""
    dashed = dashed & (widths > 0.0)
    dash = np.where(dashed, DASH * widths, lengths)
    pitch = np.where(dashed, (DASH + GAP) * widths, lengths)
    counts = np.ceil(lengths / pitch).astype(np.intp)
    of_line = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(of_line)) - np.repeat(np.cumsum(counts) - counts, counts)
    length, begin = lengths[of_line], number * pitch[of_line]
    return of_line, begin / length, np.minimum(dash[of_line], length - begin) / length


def _draw_disc(picture: Picture, centre: Point, radius: float, colour: Colour) -> None:
    place = (_fixed(centre[0]), _fixed(centre[1]))
    cv2.circle(picture, place, max(_fixed(radius - DISC_BLEED), 0), _bgra(colour), -1, cv2.LINE_AA, FRACTION_BITS)


def _draw_ground(picture: Picture, box: Box, chip: Chip) -> None:
    x0, y0 = max(math.floor(box[0]), 0), max(math.floor(box[1]), 0)
    x1, y1 = math.ceil(box[2]), math.ceil(box[3])
    part = picture[y0:y1, x0:x1]
    if part.size == 0:
        return
    ground = part.copy()
    height, width = part.shape[:2]
    radius = min(round(chip.radius), height // 2, width // 2)
    colour = _bgra(chip.colour)
    cv2.rectangle(ground, (radius, 0), (width - radius - 1, height - 1), colour, -1)
    cv2.rectangle(ground, (0, radius), (width - 1, height - radius - 1), colour, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(ground, (x, y), radius, colour, -1, cv2.LINE_AA)
    part[:] = cv2.addWeighted(ground, GROUND_OPACITY, part, 1.0 - GROUND_OPACITY, 0.0)
