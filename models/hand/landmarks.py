"""What a hand is: 21 landmarks in pixels, which hand it is, how sure the detector was, and the picture's size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError

Handedness = Literal["Left", "Right"]
LANDMARK_COUNT = 21


class HandLandmark(IntEnum):
    """MediaPipe's numbering of the 21 landmarks, wrist first, then thumb to little finger, each from palm to tip."""

    WRIST = 0
    THUMB_CMC = 1
    THUMB_MCP = 2
    THUMB_IP = 3
    THUMB_TIP = 4
    INDEX_MCP = 5
    INDEX_PIP = 6
    INDEX_DIP = 7
    INDEX_TIP = 8
    MIDDLE_MCP = 9
    MIDDLE_PIP = 10
    MIDDLE_DIP = 11
    MIDDLE_TIP = 12
    RING_MCP = 13
    RING_PIP = 14
    RING_DIP = 15
    RING_TIP = 16
    LITTLE_MCP = 17
    LITTLE_PIP = 18
    LITTLE_DIP = 19
    LITTLE_TIP = 20


FINGERS: dict[str, tuple[int, int, int, int]] = {
    "thumb": (1, 2, 3, 4),
    "index": (5, 6, 7, 8),
    "middle": (9, 10, 11, 12),
    "ring": (13, 14, 15, 16),
    "little": (17, 18, 19, 20),
}
PALM_BONES: tuple[tuple[int, int], ...] = ((0, 1), (0, 5), (5, 9), (9, 13), (13, 17), (0, 17))
BONES: tuple[tuple[int, int], ...] = PALM_BONES + tuple(
    pair for finger in FINGERS.values() for pair in itertools.pairwise(finger)
)


class LandmarkError(GestureError):
    """Numbers that cannot be the landmarks of hands."""


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """One hand in one picture.

    Attributes
    ----------
    points
        ``(21, 3)`` float32: x and y in pixels of the unmirrored picture (isotropic, y down); z on the scale of x
        (MediaPipe's z times the picture's width), negative towards the camera, NaN where it is not known. Its
        numbers must not change any more: what is made of them is kept beside them.
    handedness
        The subject's own hand, or None where it is not known.
    score
        Confidence of the handedness as MediaPipe gives it, 0 to 1; 1.0 where there is none.
    image_size
        ``(width, height)`` of the picture in pixels.
    plane
        x and y once more as 21 complex numbers ``x + iy``. With so few numbers plain Python is faster than numpy, and
        what follows hands over time looks at them in every frame.
    box
        Smallest upright box round the landmarks, ``(x0, y0, x1, y1)`` in pixels.
    """

    points: NDArray[np.float32]
    handedness: Handedness | None
    score: float
    image_size: tuple[int, int]
    plane: tuple[complex, ...] = field(init=False, repr=False)
    box: tuple[float, float, float, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.points.shape != (LANDMARK_COUNT, 3) or self.points.dtype != np.float32:
            raise LandmarkError(
                f"A hand needs landmarks of shape (21, 3) and type float32, but {self.points.shape} of type"
                f" {self.points.dtype} came."
            )
        x, y, _ = zip(*self.points.tolist(), strict=True)
        if not math.isfinite(sum(x) + sum(y)):
            raise LandmarkError("A hand needs finite x and y for all 21 landmarks, but at least one is not finite.")
        self.points.setflags(write=False)
        object.__setattr__(self, "plane", tuple(map(complex, x, y)))
        object.__setattr__(self, "box", (min(x), min(y), max(x), max(y)))

    @property
    def row(self) -> NDArray[np.float32]:
        """The raw row that classifiers take: ``(63,)`` as x1, y1, z1 ... x21, y21, z21."""
        return self.points.reshape(-1)


def rows_of(hands: Sequence[Hand]) -> NDArray[np.float32]:
    """Give the raw rows ``(N, 63)`` of the hands of one frame; of a single hand without a copy."""
    if len(hands) == 1:
        return hands[0].points.reshape(1, -1)
    return np.array([hand.row for hand in hands], np.float32).reshape(-1, 3 * LANDMARK_COUNT)


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """Many hands as columns, for data sets.

    Attributes
    ----------
    points
        ``(N, 21, 3)`` float32, as in :class:`Hand`.
    handedness
        ``(N,)`` int8: 0 left, 1 right, -1 not known.
    score
        ``(N,)`` float32.
    image_size
        ``(N, 2)`` int32, width and height in pixels; 0 where not known.
    """

    points: NDArray[np.float32]
    handedness: NDArray[np.int8]
    score: NDArray[np.float32]
    image_size: NDArray[np.int32]

    def __post_init__(self) -> None:
        count = len(self.points)
        shapes = (self.points.shape[1:], self.handedness.shape, self.score.shape, self.image_size.shape)
        if shapes != ((LANDMARK_COUNT, 3), (count,), (count,), (count, 2)):
            raise LandmarkError(
                f"Columns of hands must agree in length, but their shapes are {shapes} for {count} hands."
            )

    def __len__(self) -> int:
        return len(self.points)

    @property
    def rows(self) -> NDArray[np.float32]:
        """Raw rows for classifiers, ``(N, 63)``; a view, not a copy, where memory allows."""
        return self.points.reshape(len(self.points), 3 * LANDMARK_COUNT)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Hands:
        """Give the hands at these places."""
        return Hands(self.points[index], self.handedness[index], self.score[index], self.image_size[index])

    @classmethod
    def of(cls, hands: Sequence[Hand]) -> Hands:
        """Turn single hands into columns."""
        sides = {"Left": 0, "Right": 1, None: -1}
        return cls(
            np.stack([hand.points for hand in hands]) if hands else np.zeros((0, LANDMARK_COUNT, 3), np.float32),
            np.array([sides[hand.handedness] for hand in hands], np.int8),
            np.array([hand.score for hand in hands], np.float32),
            np.array([hand.image_size for hand in hands], np.int32).reshape(-1, 2),
        )
