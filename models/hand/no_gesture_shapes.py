"""Ways to hold a hand that are none of the 18 gestures, as joint angles.

Two kinds of shapes are kept apart by distance. Those held out are for tests alone: nothing that is drawn for training
comes near them. What is drawn for training comes near neither them nor a gesture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.hand.articulated import HIGHEST_ANGLES, LOWEST_ANGLES
from models.hand.poses import SHOWN, Digit, PoseError
from models.hand.variation import Angles, jittered

KNUCKLES, MIDDLE_JOINTS = slice(4, 20, 4), slice(6, 20, 4)
FROM_GESTURES, FROM_HELD_OUT = 35.0, 25.0
"""Degrees of :func:`finger_distance` that shapes drawn for training keep."""

STRAIGHT: Digit = (4, 0, 6, 4)
CURLED: Digit = (82, 0, 98, 55)
THUMB_TUCKED: Digit = (15, 48, 36, 22)
THUMB_ASIDE: Digit = (22, 18, 15, 8)
THUMB_OUT: Digit = (52, 10, 5, -3)
SPREAD_OF_FINGERS = (9.0, 1.0, -8.0, -16.0)

# Fingers that are out (index, middle, ring, little) and how the thumb may lie so that no gesture is meant: thumb, index
# and middle finger would be three2, index and middle finger alone peace.
ANY_THUMB = (THUMB_TUCKED, THUMB_ASIDE, THUMB_OUT)
COMBINATIONS: tuple[tuple[tuple[int, int, int, int], tuple[Digit, ...]], ...] = (
    ((0, 0, 1, 0), ANY_THUMB),
    ((1, 0, 1, 0), ANY_THUMB),
    ((0, 1, 1, 0), ANY_THUMB),
    ((0, 1, 0, 1), ANY_THUMB),
    ((0, 0, 1, 1), ANY_THUMB),
    ((1, 1, 0, 1), ANY_THUMB),
    ((1, 0, 1, 1), ANY_THUMB),
    ((1, 0, 0, 1), (THUMB_OUT,)),
    ((1, 1, 1, 0), (THUMB_OUT,)),
    ((0, 1, 1, 1), (THUMB_OUT,)),
)
KINDS = ("combination", "half_closed", "relaxed", "transition")


def _held(thumb: Digit, *fingers: Digit) -> NDArray[np.float64]:
    return np.array((thumb, *fingers), np.float64).reshape(-1)


HELD_OUT: dict[str, NDArray[np.float64]] = {
    "middle_finger": _held((22, 30, 40, 30), CURLED, STRAIGHT, CURLED, CURLED),
    "pinkie": _held(THUMB_TUCKED, CURLED, CURLED, CURLED, (4, -16, 6, 4)),
    "l": _held((58, 5, 0, -5), STRAIGHT, CURLED, CURLED, CURLED),
    "grip": _held((22, 52, 22, 18), (45, 2, 50, 28), (45, 0, 52, 30), (47, -2, 52, 30), (50, -4, 50, 30)),
    "grabbing": _held((45, 35, 28, 30), (18, 14, 60, 38), (16, 2, 62, 40), (17, -9, 62, 40), (20, -20, 58, 38)),
}


def finger_distance(angles: Angles, shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how far poses are from a shape.

    It is the root mean square difference of knuckle and middle joint, of the finger that differs most. The thumb does
    not count: whatever it does, such a hand is near.

    Parameters
    ----------
    angles
        ``(N, 20)`` degrees.
    shape
        ``(20,)`` degrees.

    Returns
    -------
    ndarray
        ``(N,)`` degrees.
    """
    knuckles = angles[:, KNUCKLES] - shape[KNUCKLES]
    middles = angles[:, MIDDLE_JOINTS] - shape[MIDDLE_JOINTS]
    return np.asarray(np.sqrt((knuckles**2 + middles**2) / 2).max(axis=1))


def held_out_angles(shape: str, count: int, rng: np.random.Generator) -> Angles:
    """Draw a held-out shape as different people hold it, ``(count, 20)`` degrees.

    Raises
    ------
    PoseError
        For another name than those of ``HELD_OUT``.
    """
    if shape not in HELD_OUT:
        raise PoseError(f"There is no held-out shape {shape!r}; there are {', '.join(HELD_OUT)}.")
    return jittered(np.tile(HELD_OUT[shape], (count, 1)), rng)


def draw_kind(kind: str, count: int, rng: np.random.Generator) -> Angles:
    """Draw shapes of one of the ``KINDS`` that keep their distances, ``(count, 20)`` degrees.

    Raises
    ------
    PoseError
        For another kind.
    """
    drawers = {"combination": _combinations, "half_closed": _half_closed, "relaxed": _relaxed, "transition": _between}
    if kind not in drawers:
        raise PoseError(f"There is no kind of hands {kind!r}; there are {', '.join(KINDS)}.")
    kept = [np.empty((0, len(LOWEST_ANGLES)))]
    missing = count
    while missing > 0:
        drawn = jittered(drawers[kind](max(2 * missing, 64), rng), rng)
        # A combination may have a gesture's fingers and differ by its thumb alone: its list says where that is enough.
        far = _far_from_held_out(drawn) & ((kind == "combination") | _far_from_gestures(drawn))
        kept.append(drawn[far][:missing])
        missing -= len(kept[-1])
    return np.concatenate(kept)


def _far_from_held_out(angles: Angles) -> NDArray[np.bool_]:
    near = [finger_distance(angles, shape) < FROM_HELD_OUT for shape in HELD_OUT.values()]
    return np.asarray(~np.logical_or.reduce(near))


def _far_from_gestures(angles: Angles) -> NDArray[np.bool_]:
    near = [finger_distance(angles, shown.pose.angles) < FROM_GESTURES for shown in SHOWN.values()]
    return np.asarray(~np.logical_or.reduce(near))


def _combinations(count: int, rng: np.random.Generator) -> Angles:
    every = np.array(
        [
            _held(thumb, *(_finger(place, out=bool(is_out)) for place, is_out in enumerate(out)))
            for out, thumbs in COMBINATIONS
            for thumb in thumbs
        ]
    )
    return every[rng.integers(0, len(every), count)]


def _finger(place: int, *, out: bool) -> Digit:
    knuckle, _, middle, last = STRAIGHT if out else CURLED
    return knuckle, SPREAD_OF_FINGERS[place] * (1.0 if out else 0.3), middle, last


def _half_closed(count: int, rng: np.random.Generator) -> Angles:
    """Give hands whose fingers are all bent about alike, by knuckles and middle joints apart: claws, hooks, cups."""
    knuckle, middle = rng.uniform(-5, 90, (count, 1)), rng.uniform(5, 105, (count, 1))
    slope = rng.uniform(-6, 8, (count, 1)) * (np.arange(4) - 1.5)
    spread = rng.uniform(0.0, 1.2, (count, 1)) * np.array(SPREAD_OF_FINGERS)
    return _bent(_thumbs(count, rng), knuckle + slope, spread, middle + slope)


def _relaxed(count: int, rng: np.random.Generator) -> Angles:
    """Give hands at rest: fingers bent by gravity and tendons, more so towards the little one."""
    least, rise = rng.uniform(5, 30, (count, 1)), rng.uniform(4, 16, (count, 1))
    knuckle = least + rise * np.arange(4)
    middle = least + rng.uniform(0, 15, (count, 1)) + rise * np.arange(4)
    spread = rng.uniform(0.0, 0.6, (count, 1)) * np.array(SPREAD_OF_FINGERS)
    return _bent(_thumbs(count, rng), knuckle, spread, middle)


def _between(count: int, rng: np.random.Generator) -> Angles:
    """Give hands half-way from one gesture to another."""
    poses = np.array([shown.pose.angles for shown in SHOWN.values()])
    start, end = poses[rng.integers(0, len(poses), count)], poses[rng.integers(0, len(poses), count)]
    return np.asarray(start + (end - start) * rng.uniform(0.35, 0.65, (count, 1)))


def _thumbs(count: int, rng: np.random.Generator) -> Angles:
    weights = rng.dirichlet((0.8, 0.8, 0.8), count)
    return np.asarray(weights @ np.array(ANY_THUMB))


def _bent(thumb: Angles, knuckle: Angles, spread: Angles, middle: Angles) -> Angles:
    fingers = np.stack([knuckle, spread, middle, 0.6 * middle], axis=2).reshape(len(thumb), -1)
    return np.asarray(np.clip(np.concatenate([thumb, fingers], axis=1), LOWEST_ANGLES, HIGHEST_ANGLES))
