"""Many hands at once as a camera and MediaPipe would give them: people, views and errors vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.hand.articulated import ANGLE_COUNT, HIGHEST_ANGLES, LOWEST_ANGLES, joints_of
from models.hand.landmarks import FINGERS, LANDMARK_COUNT
from models.hand.views import Views, project_many

Angles = NDArray[np.float64]
Rows = NDArray[np.float32]

PICTURE = (640, 480)
LARGEST_ROLL = 30.0
NEAREST_M, FARTHEST_M = 0.35, 2.5
# Standard deviations of people's proportions: of whole digits, of single bones, of where digits start, of the palm's
# width. Chosen by eye against the spread of real hands; adults' finger lengths vary by 5 to 7 % (hand anthropometry).
DIGIT_SPREAD, BONE_SPREAD, BASE_SPREAD = 0.05, 0.03, 0.04
# Degrees by which one gesture is held differently from time to time: knuckle, spread, middle joint, last joint.
FINGER_JITTER = (5.0, 3.0, 5.0, 4.0)
THUMB_JITTER = (5.0, 5.0, 5.0, 5.0)
JITTER = np.array(THUMB_JITTER + FINGER_JITTER * 4)
# Errors of MediaPipe's landmarks in shares of the hand's size: of each alone, and of a whole digit, growing to its tip.
OWN_ERROR, TIP_ERROR, DEPTH_ERROR = 0.008, 0.015, 0.05


@dataclass(frozen=True, slots=True)
class ViewSpread:
    """How far views stray from the usual one: standard deviations in degrees; the roll goes to 30 degrees at most."""

    yaw: float = 10.0
    pitch: float = 8.0
    roll: float = 12.0


USUAL_VIEWS = ViewSpread()


def jittered(angles: Angles, rng: np.random.Generator) -> Angles:
    """Vary poses ``(N, 20)`` in degrees as people do, within the limits of the joints."""
    varied = angles + rng.standard_normal(angles.shape) * JITTER
    return np.asarray(np.clip(varied, LOWEST_ANGLES, HIGHEST_ANGLES))


def people(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the proportions of different people's hands: factors ``(N, 20)`` for :func:`joints_of`."""
    factors = np.ones((count, 5, 4))
    factors[:, :, 0] += BASE_SPREAD * rng.standard_normal((count, 5))
    factors[:, :, 1:] += DIGIT_SPREAD * rng.standard_normal((count, 5, 1))
    factors[:, :, 1:] += BONE_SPREAD * rng.standard_normal((count, 5, 3))
    return np.clip(factors, 0.75, 1.25).reshape(count, ANGLE_COUNT)


def seen_from(
    turns: NDArray[np.float64],
    rng: np.random.Generator,
    spread: ViewSpread = USUAL_VIEWS,
    distance: float | None = None,
) -> Views:
    """Draw views about the given ones, left and right hands alike.

    Parameters
    ----------
    turns
        ``(N, 3)`` degrees: yaw, pitch, roll of a left hand.
    rng
        Where randomness comes from.
    spread
        How far to stray.
    distance
        Metres; by default between ``NEAREST_M`` and ``FARTHEST_M``, evenly in its logarithm.
    """
    count = len(turns)
    strayed = np.stack(
        [
            spread.yaw * rng.standard_normal(count),
            spread.pitch * rng.standard_normal(count),
            np.clip(spread.roll * rng.standard_normal(count), -LARGEST_ROLL, LARGEST_ROLL),
        ],
        axis=1,
    )
    distances = np.exp(rng.uniform(np.log(NEAREST_M), np.log(FARTHEST_M), count))
    return Views(
        turns=turns + strayed,
        centres=rng.uniform(0.25, 0.75, (count, 2)),
        distances=distances if distance is None else np.full(count, distance),
        right=rng.random(count) < 0.5,
    )


def rows_of(angles: Angles, views: Views, rng: np.random.Generator) -> Rows:
    """Give raw rows of hands that different people hold so.

    Parameters
    ----------
    angles
        ``(N, 20)`` degrees, as in :class:`models.hand.articulated.HandPose`.
    views
        As many.
    rng
        Where randomness comes from.

    Returns
    -------
    ndarray
        ``(N, 63)`` float32: pixels of a picture of 640 x 480 (hands may reach beyond it), y down, z relative to the
        wrist and negative towards the camera.
    """
    points = project_many(joints_of(angles, people(len(angles), rng)), views, PICTURE)
    return shaken(points, rng).reshape(len(points), 3 * LANDMARK_COUNT)


def shaken(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Add errors like MediaPipe's to landmarks ``(N, 21, 3)``: small ones of each, and ones that a digit shares."""
    count = len(points)
    size = np.ptp(points[:, :, :2], axis=1).max(axis=1)[:, None, None]
    amount = np.abs(rng.standard_normal((count, 1, 1)))
    errors = OWN_ERROR * amount * rng.standard_normal((count, LANDMARK_COUNT, 3))
    for places in FINGERS.values():
        toward_tip = np.linspace(0.25, 1.0, len(places))[:, None]
        errors[:, list(places)] += TIP_ERROR * amount * toward_tip * rng.standard_normal((count, 1, 3))
    errors[:, :, 2:] += DEPTH_ERROR * rng.standard_normal((count, LANDMARK_COUNT, 1))
    return np.asarray(points + size * errors, np.float32)
