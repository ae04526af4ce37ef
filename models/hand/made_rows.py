"""Raw rows of hands from the articulated hand: gestures, hands that make none, and shapes kept for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.hand.no_gesture_shapes import KINDS, draw_kind, held_out_angles
from models.hand.poses import find_shown
from models.hand.variation import USUAL_VIEWS, Rows, ViewSpread, jittered, rows_of, seen_from

# Any side of the hand may be seen of a shape that means nothing: palm or back, and tilted more than a gesture.
ANY_SIDE = ViewSpread(yaw=28.0, pitch=18.0, roll=18.0)
HANGING_SHARE = 0.35
"""Share of relaxed hands whose fingers point anywhere in the picture."""


def gesture_rows(label: str, count: int, rng: np.random.Generator) -> Rows:
    """Draw hands that make a gesture: people, habits, views and MediaPipe's errors vary.

    Returns
    -------
    ndarray
        ``(count, 63)`` float32, as :func:`models.hand.variation.rows_of` gives them; left and right hands.

    Raises
    ------
    models.hand.poses.PoseError
        When the label is none of the 18 gestures.
    """
    shown = find_shown(label)
    angles = jittered(np.tile(shown.pose.angles, (count, 1)), rng)
    return rows_of(angles, seen_from(np.tile(shown.angles, (count, 1)), rng, USUAL_VIEWS), rng)


def no_gesture_rows(count: int, rng: np.random.Generator, kinds: Sequence[str] = KINDS) -> Rows:
    """Draw hands that make no gesture, as many of each kind: negatives for training.

    Parameters
    ----------
    count
        How many.
    rng
        Where randomness comes from.
    kinds
        Some of ``KINDS``: fingers put out in a way that no gesture uses, half-closed hands, relaxed hands, hands
        half-way between two gestures.

    Returns
    -------
    ndarray
        ``(count, 63)`` float32 in random order; none is near a shape of :func:`held_out_rows` (``FROM_HELD_OUT``).

    Raises
    ------
    models.hand.poses.PoseError
        For a kind that is none.
    """
    shares = np.diff(np.linspace(0, count, len(kinds) + 1).round().astype(int))
    rows = [_rows_of_kind(kind, int(share), rng) for kind, share in zip(kinds, shares, strict=True)]
    return np.concatenate(rows)[rng.permutation(count)]


def held_out_rows(shape: str, count: int, rng: np.random.Generator) -> Rows:
    """Draw one of the shapes that :func:`no_gesture_rows` never draws: to test with, not to train on.

    Parameters
    ----------
    shape
        ``middle_finger``, ``pinkie``, ``l``, ``grip`` or ``grabbing``.
    count
        How many.
    rng
        Where randomness comes from.

    Raises
    ------
    models.hand.poses.PoseError
        For another shape.
    """
    angles = held_out_angles(shape, count, rng)
    return rows_of(angles, seen_from(_either_side(count, rng), rng, ANY_SIDE), rng)


def _rows_of_kind(kind: str, count: int, rng: np.random.Generator) -> Rows:
    angles = draw_kind(kind, count, rng)
    turns = _either_side(count, rng)
    if kind == "relaxed":
        hanging = rng.random(count) < HANGING_SHARE
        turns[hanging, 2] = rng.uniform(-180, 180, int(hanging.sum()))
    return rows_of(angles, seen_from(turns, rng, ANY_SIDE), rng)


def _either_side(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    turns = np.zeros((count, 3))
    turns[:, 0] = np.where(rng.random(count) < 0.5, 0.0, 180.0)
    return turns
