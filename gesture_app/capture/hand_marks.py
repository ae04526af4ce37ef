"""The lines that tell a palm from a back: creases of palm and fingers, and nails, as curves in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.hand.articulated import THUMB_FLEXION
from models.hand.landmarks import FINGERS
from models.hand.views import View, to_camera, to_pixels

Line = NDArray[np.float32]

# Metres in the palm's frame; the lines of heart, head and life, and the bend of the wrist.
PALM_LINES = (
    ((0.040, 0.062), (0.024, 0.066), (0.006, 0.070), (-0.010, 0.082)),
    ((-0.034, 0.070), (-0.012, 0.064), (0.010, 0.052), (0.028, 0.040)),
    ((-0.034, 0.070), (-0.016, 0.058), (-0.004, 0.036), (-0.005, 0.012)),
    ((-0.020, -0.002), (0.000, -0.005), (0.020, -0.002)),
)
PALM_HEIGHT = 0.013
# How squarely a side must face the camera (cosine) for its marks to be drawn.
FACING = 0.35
NAIL_WIDTH, NAIL_START = 0.61, 0.42
CREASE_WIDTH = 0.85
THICKNESS = {"thumb": 0.0105, "index": 0.0085, "middle": 0.0087, "ring": 0.0082, "little": 0.0068}


def palm_creases(view: View, size: tuple[int, int]) -> list[Line]:
    """Give the palm's lines where the palm faces the camera, each ``(points, 2)`` pixels; none for the back."""
    normal = to_camera(np.array([[0.0, 0.065, 1.0]]), view)[0]
    if normal[2] < FACING:
        return []
    return [_seen(np.array([(x, y, PALM_HEIGHT) for x, y in line]), view, size) for line in PALM_LINES]


def digit_marks(name: str, bones: NDArray[np.float64], view: View, size: tuple[int, int]) -> list[Line]:
    """Give a digit's creases or its nail, whichever side faces the camera.

    Parameters
    ----------
    name
        Of the digit: ``thumb`` ... ``little``.
    bones
        ``(21, 3)`` joints in metres, palm's frame.
    view, size
        From where, into which picture.
    """
    points = bones[list(FINGERS[name])]
    marks: list[Line] = []
    for place in (1, 2):
        along = _unit(points[place + 1] - points[place])
        palmar = _palmar(name, points, along)
        across = np.cross(along, palmar)
        facing = float((to_camera(palmar[None], view) - to_camera(np.zeros((1, 3)), view))[0, 2])
        radius = THICKNESS[name]
        if facing > FACING:
            bow = np.linspace(-1, 1, 5)[:, None]
            height = np.sqrt(np.maximum(1 - (CREASE_WIDTH * bow) ** 2, 0))
            arc = points[place] + radius * (CREASE_WIDTH * bow * across + height * palmar)
            marks.append(_seen(arc, view, size))
        elif facing < -FACING and place == 2:
            marks.append(_seen(_nail(points[2:], np.array([along, across, -palmar]), radius), view, size))
    return marks


def _nail(bone: NDArray[np.float64], axes: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Give the outline of the nail on a last bone (its two ends), with axes along it, across it and out of its back."""
    along, across, up = axes
    length = float(np.linalg.norm(bone[1] - bone[0]))
    angle = np.linspace(0, 2 * np.pi, 17)[:, None]
    middle = length * (1 + NAIL_START) / 2
    half = length * (1 - NAIL_START) / 2
    lengthways = bone[0] + along * (middle + half * np.cos(angle) * 0.95)
    return np.asarray(lengthways + radius * (NAIL_WIDTH * np.sin(angle) * across + 0.75 * up))


def _palmar(name: str, points: NDArray[np.float64], along: NDArray[np.float64]) -> NDArray[np.float64]:
    """Direction out of the digit's palmar side: its flexion plane's, a quarter turn from the bone."""
    if name == "thumb":
        straight = _unit(points[1] - points[0])
        toward = _unit(np.array(THUMB_FLEXION) - straight * (straight @ THUMB_FLEXION))
    else:
        straight, toward = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    return _unit(toward * (along @ straight) - straight * (along @ toward))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def _seen(points: NDArray[np.float64], view: View, size: tuple[int, int]) -> Line:
    return to_pixels(to_camera(points, view), view, size)[:, :2].astype(np.float32)
