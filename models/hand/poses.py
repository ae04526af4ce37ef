"""How each of the 18 gestures is held, as joint angles, and from where it is usually seen.

The angles and views were found by fitting the articulated hand, and its proportions with it, to the distribution of
each gesture's landmarks in HaGRID, with a pull towards hands drawn up by anatomy, and were rounded to whole degrees.
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
        (40, -7, 3, -12), (84, 4, 85, 46), (93, -1, 75, 67), (87, -6, 76, 70), (10, -20, 5, 3), seen=(11, -18, -71)
    ),
    "dislike": _shown(
        (51, 5, -13, -17),
        (70, 4, 104, 51),
        (76, -5, 101, 57),
        (73, -11, 103, 56),
        (66, -19, 102, 57),
        seen=(-8, 11, 91),
    ),
    "fist": _shown(
        (39, 37, 40, 41), (80, 2, 103, 64), (90, -3, 106, 62), (92, -9, 104, 60), (90, -17, 104, 58), seen=(4, -19, 18)
    ),
    "four": _shown(
        (24, 53, 42, 22), (-1, 16, 8, 4), (-5, 0, 5, 4), (-9, -11, 3, 2), (-11, -25, 8, 3), seen=(4, -14, 5)
    ),
    "like": _shown(
        (47, -2, 1, -15), (76, 7, 87, 62), (85, -1, 80, 59), (86, -5, 78, 60), (82, -7, 84, 60), seen=(4, -22, -80)
    ),
    "mute": _shown(
        (3, 36, 35, 3), (12, 2, 6, -3), (84, -14, 96, 36), (98, -19, 93, 39), (100, -19, 80, 47), seen=(-76, 4, -3)
    ),
    "ok": _shown(
        (17, 47, 20, 20), (54, -7, 57, 20), (-6, 10, 15, 3), (-4, -8, 8, 4), (-8, -22, 2, 4), seen=(-36, -1, 7)
    ),
    "one": _shown(
        (19, 10, 42, 27), (3, 9, -1, -4), (55, -11, 112, 47), (64, -17, 97, 58), (68, -25, 89, 62), seen=(-11, 12, -8)
    ),
    "palm": _shown((45, 25, 10, 0), (-2, 13, 2, 2), (-4, 1, 3, 3), (-4, -8, 3, 3), (7, -21, 6, 5), seen=(-2, 4, 2)),
    "peace": _shown(
        (19, 54, 29, 18), (14, 18, 7, 6), (11, -6, 8, 5), (86, -16, 90, 60), (87, -22, 92, 54), seen=(9, -19, -1)
    ),
    "peace_inverted": _shown(
        (30, 49, 34, 27), (14, 17, 1, 0), (20, -5, 12, 6), (75, -19, 61, 24), (77, -18, 61, 23), seen=(192, 26, 9)
    ),
    "rock": _shown(
        (13, 41, 32, 20), (11, 10, 3, 1), (74, -5, 87, 60), (66, -19, 85, 72), (18, -25, 16, 4), seen=(0, -4, 7)
    ),
    "stop": _shown((32, 13, 23, 3), (2, 1, 1, 0), (-1, -2, 5, 4), (0, 0, 5, 4), (-2, -1, 7, 5), seen=(-7, -3, 7)),
    "stop_inverted": _shown(
        (37, 30, 32, 6), (16, -6, 12, 6), (19, -2, 6, 3), (18, 0, 10, 5), (11, 1, 9, 8), seen=(174, 21, 4)
    ),
    "three": _shown(
        (0, 48, 38, 17), (9, 15, 0, -1), (-6, 2, -1, 2), (-12, -14, 13, 7), (70, -19, 96, 60), seen=(-4, -9, 1)
    ),
    "three2": _shown(
        (35, 23, 6, -13), (7, 18, 8, 3), (16, -6, 8, -2), (62, -20, 87, 49), (71, -24, 93, 39), seen=(-3, 13, -6)
    ),
    "two_up": _shown(
        (4, 23, 38, 23), (0, 3, -2, -1), (-6, 5, 2, 2), (49, -17, 100, 46), (59, -19, 77, 55), seen=(-14, 8, -2)
    ),
    "two_up_inverted": _shown(
        (34, 52, 36, 29), (17, 0, 7, 6), (26, 6, 6, 3), (77, -13, 73, 28), (74, -16, 84, 63), seen=(185, 26, 7)
    ),
}


def gesture_pose(label: str) -> HandPose:
    """Give the pose of one of the 18 gestures.

    Raises
    ------
    PoseError
        For another label.
    """
    return find_shown(label).pose


def gesture_view(label: str) -> View:
    """Give the view from which a gesture is usually seen: a left hand in the middle of the picture.

    Raises
    ------
    PoseError
        For another label.
    """
    yaw, pitch, roll = find_shown(label).angles
    return View(yaw=yaw, pitch=pitch, roll=roll)


def find_shown(label: str) -> Shown:
    """Give the pose and the usual view of one of the 18 gestures.

    Raises
    ------
    PoseError
        For another label.
    """
    if label not in SHOWN:
        raise PoseError(f"There is no pose for {label!r}; there are poses for {', '.join(SHOWN)}.")
    return SHOWN[label]
