"""The articulated hand: joint angles in, 21 joints in space out.

The palm's own frame: the wrist is the origin, seen from the palm x points to the little finger's side, y along the
middle finger, z out of the palm towards the viewer. That is a left hand; a right one is its mirror image. Lengths are
metres, of an average adult hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT

ANGLE_COUNT = 20
THUMB_ANGLES = slice(0, 4)
FLEXION_OF_FINGERS = (4, 8, 12, 16)

THUMB_BASE = (-0.022, 0.024, 0.009)
THUMB_BONES = (0.040, 0.034, 0.026)
FINGER_BASES = ((-0.027, 0.094, 0.0), (-0.004, 0.096, 0.0), (0.016, 0.090, 0.0), (0.035, 0.080, 0.0))
FINGER_BONES = ((0.042, 0.025, 0.021), (0.046, 0.028, 0.023), (0.043, 0.026, 0.022), (0.033, 0.020, 0.018))
# The thumb flexes across the palm, a little down and away from it.
THUMB_FLEXION = (0.95, -0.20, 0.25)

LOWEST_ANGLES = np.array([-10, -20, -20, -20, *(-15, -25, -5, -5) * 4], np.float64)
HIGHEST_ANGLES = np.array([80, 70, 70, 85, *(100, 25, 112, 80) * 4], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class HandPose:
    """How the joints of one hand are bent.

    Attributes
    ----------
    angles
        ``(20,)`` degrees. Thumb: swing away from the index finger in the plane of the palm, lift out of that plane,
        flexion of its middle and of its last joint. Then for index, middle, ring and little finger: flexion of the
        knuckle, spread towards the thumb's side, flexion of the middle and of the last joint. The joints' limits are
        ``LOWEST_ANGLES`` and ``HIGHEST_ANGLES``.
    """

    angles: NDArray[np.float64]


def blend(start: HandPose, end: HandPose, share: float) -> HandPose:
    """Give the pose between two: ``share`` 0 is the start, 1 the end."""
    return HandPose(start.angles + (end.angles - start.angles) * share)


def joints(pose: HandPose) -> NDArray[np.float64]:
    """Give the joints of one left hand, ``(21, 3)`` in metres, in the palm's frame and MediaPipe's order."""
    return np.asarray(joints_of(pose.angles[None])[0])


def joints_of(angles: NDArray[np.float64], lengths: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Give the joints of many left hands.

    Parameters
    ----------
    angles
        ``(N, 20)`` degrees, as in :class:`HandPose`.
    lengths
        ``(N, 20)`` factors on the lengths: for each digit, thumb first, on the place of its base and on its three
        bones; the average hand by default.

    Returns
    -------
    ndarray
        ``(N, 21, 3)`` metres in the palm's frame.
    """
    radians = np.radians(angles)
    factors = np.ones((len(angles), 5, 4)) if lengths is None else lengths.reshape(-1, 5, 4)
    points = np.zeros((len(angles), LANDMARK_COUNT, 3))
    swing, lift, middle, last = radians[:, THUMB_ANGLES].T
    along = np.stack([-np.sin(swing) * np.cos(lift), np.cos(swing) * np.cos(lift), np.sin(lift)], axis=1)
    toward = np.array(THUMB_FLEXION) - along * (along @ THUMB_FLEXION)[:, None]
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    bends = np.stack([np.zeros_like(middle), middle, middle + last], axis=1)
    points[:, 1:5] = _digit((THUMB_BASE, THUMB_BONES), factors[:, 0], along, toward, bends)
    palm_normal = np.array([[0.0, 0.0, 1.0]])
    for place, (base, bones) in enumerate(zip(FINGER_BASES, FINGER_BONES, strict=True)):
        knuckle, spread, second, third = radians[:, FLEXION_OF_FINGERS[place] : FLEXION_OF_FINGERS[place] + 4].T
        along = np.stack([-np.sin(spread), np.cos(spread), np.zeros_like(spread)], axis=1)
        bends = np.stack([knuckle, knuckle + second, knuckle + second + third], axis=1)
        first = 5 + 4 * place
        points[:, first : first + 4] = _digit((base, bones), factors[:, 1 + place], along, palm_normal, bends)
    return points


def _digit(
    lengths: tuple[tuple[float, ...], tuple[float, ...]],
    factors: NDArray[np.float64],
    along: NDArray[np.float64],
    toward: NDArray[np.float64],
    bends: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Chain three bones from the base; each lies between ``along`` and ``toward`` by its bend in radians."""
    base, bones = lengths
    start = np.array(base) * factors[:, :1]
    steps = np.cos(bends)[..., None] * along[:, None] + np.sin(bends)[..., None] * toward[:, None]
    steps *= (np.array(bones) * factors[:, 1:])[..., None]
    return np.concatenate([start[:, None], start[:, None] + np.cumsum(steps, axis=1)], axis=1)
