"""Draws the articulated hand as a camera would see it, well enough that MediaPipe finds it.

The hand is made of tapered capsules round its bones. Each is drawn as a height field in pixels, fields of one digit and
of the palm melt into each other, and what lies highest is shaded from the slope of the surface: a few milliseconds a
picture, so that nothing has to be drawn ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.hand_marks import digit_marks, palm_creases
from gesture_app.capture.source import Picture
from models.hand.articulated import HandPose, joints
from models.hand.landmarks import FINGERS
from models.hand.opencv import cv2
from models.hand.views import View, to_camera, to_pixels

Field = NDArray[np.float32]
Point = tuple[float, float, float] | NDArray[np.float64]
Radii = tuple[float, float]

NOWHERE = -1e4
# Radii in metres from the base of a digit to its tip.
FINGER_RADII = {
    "thumb": (0.0155, 0.0128, 0.0112, 0.0088),
    "index": (0.0108, 0.0096, 0.0085, 0.0070),
    "middle": (0.0110, 0.0098, 0.0087, 0.0072),
    "ring": (0.0106, 0.0092, 0.0081, 0.0067),
    "little": (0.0098, 0.0080, 0.0070, 0.0059),
}
TIP_BEYOND_M = 0.003
# The palm between the wrist and the knuckles: start, end (metres in the palm's frame) and both radii.
PALM_PARTS: tuple[tuple[Point, Point, Radii], ...] = (
    ((-0.014, 0.004, 0.0), (-0.024, 0.084, 0.0), (0.0150, 0.0122)),
    ((-0.004, 0.002, 0.0), (-0.004, 0.088, 0.0), (0.0155, 0.0125)),
    ((0.006, 0.002, 0.0), (0.014, 0.082, 0.0), (0.0155, 0.0122)),
    ((0.015, 0.005, 0.0), (0.031, 0.071, 0.0), (0.0145, 0.0112)),
    ((0.022, 0.016, 0.003), (0.030, 0.052, 0.002), (0.0125, 0.0115)),
)
THENAR: tuple[Point, Radii] = ((-0.008, 0.012, 0.004), (0.0150, 0.0150))
FOREARM_PARTS: tuple[tuple[Point, Point, Radii], ...] = (
    ((-0.009, 0.004, -0.001), (-0.014, -0.400, -0.004), (0.0165, 0.0320)),
    ((0.000, 0.004, -0.001), (0.000, -0.400, -0.004), (0.0180, 0.0350)),
    ((0.009, 0.004, -0.001), (0.014, -0.400, -0.004), (0.0165, 0.0320)),
)
MELT_M = 0.010
CREASE_M = 0.0011
# How far, in pixels, a hand is drawn beyond the picture.
MARGIN = 48
LIGHT = np.array([-0.42, -0.36, 0.83], np.float32) / np.float32(np.linalg.norm([-0.42, -0.36, 0.83]))
"""Direction to the light: from the upper left, before the hand (x right, y down, z towards the camera)."""
# Blue, green, red of the skin from deep shadow to highlight, at these shares of light.
SKIN_LIGHTS = (0.0, 0.25, 0.6, 0.85, 1.0)
SKIN_COLOURS = ((38, 42, 78), (70, 84, 142), (118, 146, 208), (152, 182, 234), (190, 212, 246))
BACKGROUND_TOP = np.array([112, 98, 86], np.float32)
BACKGROUND_BOTTOM = np.array([68, 59, 52], np.float32)
GRAIN = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class HandLayer:
    """A drawn hand before it is laid on a picture.

    Attributes
    ----------
    colour
        ``(h, w, 3)`` uint8, BGR.
    alpha
        ``(h, w)`` float32, 0 where the picture shows through, 1 where the hand is.
    left, top
        Where the layer's corner lies in the picture, pixels; it may reach beyond the picture.
    """

    colour: Picture
    alpha: Field
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class _Canvas:
    """The part of the picture round the hand, in pixels."""

    left: int
    top: int
    width: int
    height: int


def _skin_table() -> NDArray[np.uint8]:
    lights = np.linspace(0, 1, 256)
    channels = [np.interp(lights, SKIN_LIGHTS, [colour[k] for colour in SKIN_COLOURS]) for k in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)[None]


_SKIN_BY_LIGHT = _skin_table()


def render(hands: list[tuple[HandPose, View]], size: tuple[int, int]) -> Picture:
    """Draw hands before a plain background.

    Parameters
    ----------
    hands
        Poses and views; later ones are drawn over earlier ones.
    size
        ``(width, height)`` of the picture in pixels.

    Returns
    -------
    ndarray
        ``(height, width, 3)`` uint8, BGR. The same hands always give the same picture.
    """
    return compose([(draw_hand(pose, view, size), None) for pose, view in hands], size)


def compose(layers: list[tuple[HandLayer | None, NDArray[np.float64] | None]], size: tuple[int, int]) -> Picture:
    """Lay drawn hands on the background.

    Parameters
    ----------
    layers
        Each with the matrix ``(2, 3)`` that moves its pixels within the picture, or None to leave them in place. A
        layer that is None shows nothing.
    size
        ``(width, height)`` of the picture in pixels.
    """
    picture = _background(size).copy()
    for layer, motion in layers:
        if layer is not None:
            _lay(picture, layer, motion)
    return np.asarray(cv2.add(picture, _grain(size), dtype=cv2.CV_8U))


def _lay(picture: Picture, layer: HandLayer, motion: NDArray[np.float64] | None) -> None:
    height, width = picture.shape[:2]
    h, w = layer.alpha.shape
    x, y = layer.left, layer.top
    corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]], np.float64)
    matrix = np.eye(2, 3) if motion is None else motion
    moved = corners @ matrix.T
    x0, y0 = np.clip(np.floor(moved.min(axis=0)), 0, (width, height)).astype(int)
    x1, y1 = np.clip(np.ceil(moved.max(axis=0)), 0, (width, height)).astype(int)
    if x1 <= x0 or y1 <= y0:
        return
    from_layer = matrix.copy()
    from_layer[:, 2] += matrix[:, :2] @ (layer.left, layer.top) - (x0, y0)
    shape = (int(x1 - x0), int(y1 - y0))
    colour = cv2.warpAffine(layer.colour, from_layer, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(layer.alpha, from_layer, shape, flags=cv2.INTER_LINEAR)
    window = picture[y0:y1, x0:x1]
    window[:] = cv2.blendLinear(colour, window, alpha, 1 - alpha)


@lru_cache(maxsize=4)
def _background(size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    plain = BACKGROUND_TOP * (1 - y) + BACKGROUND_BOTTOM * y
    glow = np.exp(-(x * x) * 1.2 - ((y - 0.4) * 1.9) ** 2) * np.float32(26)
    return np.clip(plain + glow, 0, 255).astype(np.uint8)


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> NDArray[np.int16]:
    width, height = size
    noise = np.random.default_rng(0).normal(0, GRAIN, (height, width, 1))
    return np.repeat(np.rint(noise).astype(np.int16), 3, axis=2)


def draw_hand(pose: HandPose, view: View, size: tuple[int, int]) -> HandLayer | None:
    """Draw one hand, a little beyond the picture's border so that it can be moved; None where nothing of it is seen."""
    bones = joints(pose)
    per_metre = float(to_pixels(to_camera(bones, view), view, size)[:, 3].mean())
    palm = [_segment(*part, view, size) for part in (*PALM_PARTS, _thenar(bones))]
    forearm = [_segment(*part, view, size) for part in FOREARM_PARTS]
    digits = [_digit_segments(name, bones, view, size) for name in FINGERS]
    canvas = _canvas_round([*palm, *forearm, *(segment for digit in digits for segment in digit)], size)
    if canvas is None:
        return None
    melt = MELT_M * per_metre
    body = np.full((canvas.height, canvas.width), NOWHERE, np.float32)
    cover = np.zeros_like(body)
    for segment in (*forearm, *palm):
        place = _place(canvas, [segment])
        body[place] = _smooth_max(body[place], _capsule(segment, canvas, place, cover), melt)
    _engrave(body, canvas, palm_creases(view, size), per_metre)
    surface = body.copy()
    for name, digit in zip(FINGERS, digits, strict=True):
        place = _place(canvas, digit)
        # Bones of one digit share the ball at the joint, so the plain maximum has no seam.
        field = np.maximum.reduce([_capsule(segment, canvas, place, cover) for segment in digit])
        inner = _Canvas(canvas.left + place[1].start, canvas.top + place[0].start, field.shape[1], field.shape[0])
        _engrave(field, inner, digit_marks(name, bones, view, size), per_metre)
        surface[place] = np.maximum(surface[place], _smooth_max(body[place], field, melt * 0.55))
    return _shade(surface, cover, canvas, per_metre)


def _engrave(field: Field, canvas: _Canvas, lines: list[NDArray[np.float32]], per_metre: float) -> None:
    """Press thin lines, given in pixels of the picture, into a height field."""
    if not lines or field.size == 0:
        return
    mask = np.zeros(field.shape, np.uint8)
    fixed_point = [np.rint((line - (canvas.left, canvas.top)) * 16).astype(np.int32) for line in lines]
    width = max(1, round(0.0014 * per_metre))
    cv2.polylines(mask, fixed_point, isClosed=False, color=255, thickness=width, lineType=cv2.LINE_AA, shift=4)
    field -= mask * np.float32(CREASE_M * per_metre / 255)


def _thenar(bones: NDArray[np.float64]) -> tuple[Point, Point, Radii]:
    """Give the ball of the thumb, which moves with the thumb's middle joint."""
    start, radii = THENAR
    x, y, z = bones[1] * 0.35 + bones[2] * 0.65
    return start, (float(x), float(y), float(z)), radii


def _digit_segments(name: str, bones: NDArray[np.float64], view: View, size: tuple[int, int]) -> list[Field]:
    places = FINGERS[name]
    points = bones[list(places)].copy()
    last = points[3] - points[2]
    points[3] += last / np.linalg.norm(last) * TIP_BEYOND_M
    radii = FINGER_RADII[name]
    return [_segment(points[k], points[k + 1], (radii[k], radii[k + 1]), view, size) for k in range(3)]


def _segment(start: Point, end: Point, radii: Radii, view: View, size: tuple[int, int]) -> Field:
    """Project one capsule: two rows of x, y, height and radius in pixels."""
    both = to_pixels(to_camera(np.array([start, end], np.float64), view), view, size)
    both[:, 3] *= np.array(radii, np.float64)
    return both.astype(np.float32)


def _canvas_round(segments: list[Field], size: tuple[int, int]) -> _Canvas | None:
    ends = np.concatenate(segments)
    margin = ends[:, 3:4] + 6
    low = np.floor((ends[:, :2] - margin).min(axis=0)).astype(int)
    high = np.ceil((ends[:, :2] + margin).max(axis=0)).astype(int)
    left, top = max(int(low[0]), -MARGIN), max(int(low[1]), -MARGIN)
    right, bottom = min(int(high[0]), size[0] + MARGIN), min(int(high[1]), size[1] + MARGIN)
    if right <= left or bottom <= top:
        return None
    return _Canvas(left, top, right - left, bottom - top)


def _place(canvas: _Canvas, segments: list[Field]) -> tuple[slice, slice]:
    """Give the rows and columns of the canvas that these capsules can touch."""
    ends = np.concatenate(segments)
    margin = float(ends[:, 3].max()) + 2
    x0, y0 = ends[:, 0].min() - margin - canvas.left, ends[:, 1].min() - margin - canvas.top
    x1, y1 = ends[:, 0].max() + margin - canvas.left, ends[:, 1].max() + margin - canvas.top
    return (
        slice(int(np.clip(y0, 0, canvas.height)), int(np.clip(y1 + 1, 0, canvas.height))),
        slice(int(np.clip(x0, 0, canvas.width)), int(np.clip(x1 + 1, 0, canvas.width))),
    )


def _capsule(segment: Field, canvas: _Canvas, place: tuple[slice, slice], cover: Field) -> Field:
    """Height of one capsule's surface: along its axis, and of the two balls at its ends where it points at the eye.

    How much of each pixel it covers is noted in ``cover``.
    """
    rows, columns = place
    xs = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] + np.float32(canvas.left)
    ys = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(canvas.top)
    (xa, ya, za, ra), (xb, yb, zb, rb) = segment
    dx, dy = xb - xa, yb - ya
    squared = max(float(dx * dx + dy * dy), 1e-3)
    share = np.clip((xs - xa) * np.float32(dx / squared) + (ys - ya) * np.float32(dy / squared), 0, 1)
    radius = ra + (rb - ra) * share
    away = np.square(xs - xa - dx * share) + np.square(ys - ya - dy * share)
    height = _ball(za + (zb - za) * share, radius * radius - away, float(ra + rb) / 2, cover[place])
    if abs(float(zb - za)) > 0.5 * squared**0.5:
        for x, y, z, r in segment:
            squared_gap = r * r - (np.square(xs - x) + np.square(ys - y))
            height = np.maximum(height, _ball(z, squared_gap, float(r), cover[place]))
    return height


def _ball(middle: Field | np.float32, inside: Field, radius: float, cover: Field) -> Field:
    """Height of a ball; ``inside`` is its squared radius less the squared distance from its middle.

    Near the rim that is twice the radius times the pixels to the rim, which gives the share of a pixel that is covered.
    """
    covered = np.clip(inside * np.float32(0.5 / radius) + np.float32(0.5), 0, 1)
    np.maximum(cover, covered, out=cover)
    return np.where(covered > 0, middle + np.sqrt(np.maximum(inside, 0)), np.float32(NOWHERE))


def _smooth_max(first: Field, second: Field, melt: float) -> Field:
    """Give the higher of two fields, rounded off where they meet (polynomial smooth maximum of width ``melt``)."""
    higher = np.maximum(first, second)
    gap = np.maximum(np.float32(melt) - np.abs(first - second), 0)
    return np.asarray(higher + gap * gap * np.float32(0.25 / max(melt, 1e-3)), np.float32)


def _shade(surface: Field, cover: Field, canvas: _Canvas, per_metre: float) -> HandLayer:
    low = float(surface.min(where=cover > 0, initial=np.inf))
    solid = np.maximum(surface, np.float32(low))
    soft = cv2.GaussianBlur(solid, (0, 0), 0.0013 * per_metre)
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125)
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    steep = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    lit = np.maximum((LIGHT[2] - slope_x * LIGHT[0] - slope_y * LIGHT[1]) * steep, 0)
    # What lies deep beside something high gets less of the light that comes from everywhere.
    hidden = np.clip((_wide_blur(solid, 0.011 * per_metre) - solid) * np.float32(1 / (0.03 * per_metre)), 0, 1)
    bright = cv2.GaussianBlur(0.20 + 0.62 * lit + 0.14 * steep - 0.5 * hidden, (0, 0), 0.7)
    colour = cv2.LUT(cv2.merge([np.clip(bright * 255, 0, 255).astype(np.uint8)] * 3), _SKIN_BY_LIGHT)
    return HandLayer(np.asarray(colour, np.uint8), cover, canvas.left, canvas.top)


def _wide_blur(field: Field, sigma: float) -> Field:
    """Blur on a quarter of the width and height: as smooth to the eye, and much cheaper."""
    height, width = field.shape
    small = cv2.resize(field, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), max(sigma / 4, 0.5))
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
