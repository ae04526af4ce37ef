"""How each of the 18 gestures is held, as joint angles, and from where it is usually seen.

The angles and views were found by fitting the articulated hand to the most typical landmarks of each gesture in HaGRID,
with a pull towards hands drawn up by anatomy, and were rounded to whole degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import GestureError
from models.hand.articulated import HandPose
from models.hand.views import View

Digit = tuple[float, float, float, float]


class PoseError(GestureError):
    """A gesture whose pose is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A gesture's pose and the ``(yaw, pitch, roll)`` in degrees from which it is usually seen (of a left hand)."""

    pose: HandPose
    angles: tuple[float, float, float]


def _shown(*digits: Digit, seen: tuple[float, float, float]) -> Shown:
    return Shown(HandPose(np.array(digits, np.float64).reshape(-1)), seen)


# Each row: thumb (swing, lift, middle joint, last joint), then index, middle, ring and little finger (knuckle, spread,
# middle joint, last joint), and the view.
SHOWN: dict[str, Shown] = {
    "call": _shown(
        (45, -8, 5, -10), (87, 2, 75, 24), (97, 2, 80, 70), (88, -5, 77, 70), (12, -25, 5, 2), seen=(12, -14, -72)
    ),
    "dislike": _shown(
        (57, 7, -11, -18),
        (61, 3, 112, 49),
        (77, -7, 100, 55),
        (75, -12, 101, 55),
        (65, -17, 104, 58),
        seen=(-8, 14, 90),
    ),
    "fist": _shown(
        (40, 36, 40, 42), (75, 0, 112, 69), (94, -2, 112, 66), (100, -9, 112, 60), (97, -14, 112, 63), seen=(4, -19, 16)
    ),
    "four": _shown(
        (26, 54, 43, 22), (-1, 19, 7, 4), (-4, 0, 5, 4), (-9, -12, 4, 3), (-11, -25, 7, 4), seen=(2, -12, 5)
    ),
    "like": _shown(
        (55, -3, 4, -17), (74, 8, 76, 80), (90, -1, 50, 80), (92, -4, 51, 80), (82, -5, 81, 80), seen=(4, -20, -81)
    ),
    "mute": _shown(
        (0, 39, 43, 3), (11, 2, 7, -1), (88, -12, 100, 35), (97, -19, 91, 39), (100, -20, 77, 51), seen=(-70, 7, -8)
    ),
    "ok": _shown(
        (19, 50, 24, 21), (55, -7, 57, 21), (-5, 13, 16, 4), (-5, -10, 7, 4), (-15, -25, -5, -4), seen=(-39, 3, 6)
    ),
    "one": _shown(
        (19, 12, 45, 27), (2, 8, -1, -2), (57, -13, 112, 53), (64, -17, 95, 57), (66, -25, 86, 58), seen=(-13, 15, -7)
    ),
    "palm": _shown(
        (51, 28, 19, 1), (-6, 15, -3, -1), (-15, 4, -5, 3), (-14, -7, -2, 2), (30, -25, 9, 5), seen=(0, 6, 0)
    ),
    "peace": _shown(
        (19, 58, 26, 20), (14, 19, 7, 5), (11, -7, 8, 5), (83, -23, 91, 66), (100, -25, 99, 46), seen=(8, -12, -1)
    ),
    "peace_inverted": _shown(
        (32, 45, 35, 31), (13, 18, 1, 1), (19, -2, 11, 5), (74, -22, 60, 29), (78, -14, 60, 27), seen=(194, 27, 9)
    ),
    "rock": _shown(
        (13, 42, 32, 19), (11, 10, 3, 1), (77, -3, 87, 60), (66, -20, 88, 73), (19, -25, 18, 6), seen=(-3, 1, 8)
    ),
    "stop": _shown((34, 12, 24, 2), (1, -4, 2, 1), (0, -1, 5, 4), (0, 0, 5, 4), (-2, 2, 6, 4), seen=(-4, -6, 4)),
    "stop_inverted": _shown(
        (41, 29, 36, 4), (15, -6, 12, 6), (30, -4, 1, 0), (19, 1, 11, 5), (11, 3, 8, 7), seen=(174, 23, 6)
    ),
    "three": _shown(
        (0, 52, 35, 15), (9, 17, 0, -1), (-5, 0, 0, 2), (-12, -11, 14, 7), (66, -25, 112, 80), seen=(-4, 0, 3)
    ),
    "three2": _shown(
        (39, 24, 8, -13), (7, 18, 10, 6), (18, -5, 7, -2), (60, -22, 89, 50), (75, -25, 94, 40), seen=(-3, 18, -7)
    ),
    "two_up": _shown(
        (1, 24, 39, 23), (0, 4, -5, -5), (-12, 10, 0, 3), (51, -17, 104, 51), (59, -21, 73, 53), seen=(-18, 10, -2)
    ),
    "two_up_inverted": _shown(
        (35, 51, 36, 32), (16, -1, 6, 5), (38, 8, 6, -1), (76, -10, 69, 30), (70, -16, 87, 80), seen=(196, 31, 6)
    ),
}


def gesture_pose(label: str) -> HandPose:
    """Give the pose of one of the 18 gestures.

    Raises
    ------
    PoseError
        For another label.
    """
    return _find(label).pose


def gesture_view(label: str) -> View:
    """Give the view from which a gesture is usually seen: a left hand in the middle of the picture.

    Raises
    ------
    PoseError
        For another label.
    """
    yaw, pitch, roll = _find(label).angles
    return View(yaw=yaw, pitch=pitch, roll=roll)


def _find(label: str) -> Shown:
    if label not in SHOWN:
        raise PoseError(f"There is no pose for {label!r}; there are poses for {', '.join(SHOWN)}.")
    return SHOWN[label]
