"""Hands varied the way cameras and people vary them; always after the split, never on what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT

LARGEST_TURN = 0.7
"""Radians; beyond it upright and sideways gestures would mix."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How strongly hands are varied.

    Attributes
    ----------
    turn
        Standard deviation of the turn in the picture, degrees.
    stretch
        Standard deviation of the logarithm of width against height: hands leaning in depth, lenses.
    wrong_shape
        Share of hands that are stretched by up to :attr:`wrong_shape_range` instead: pictures whose shape was taken for
        another one, such as 4:3 for 3:4.
    wrong_shape_range
        Largest logarithm of that stretch; 0.65 is a factor of 1.9.
    shear
        Standard deviation of the shear.
    noise
        Scale of the landmarks' noise in hand sizes (root mean square distance from the centre); each hand draws its
        own amount.
    """

    turn: float = 15.0
    stretch: float = 0.1
    wrong_shape: float = 0.2
    wrong_shape_range: float = 0.65
    shear: float = 0.1
    noise: float = 0.015


USUAL = Augmentation()


def augment(rows: NDArray[np.float32], rng: np.random.Generator, how: Augmentation = USUAL) -> NDArray[np.float32]:
    """Vary every hand once.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)``.
    rng
        Where randomness comes from.
    how
        How strongly.

    Returns
    -------
    ndarray
        ``(N, 63)`` float32: hands of size 1 about the origin, half of them mirrored, z NaN.
    """
    count = len(rows)
    points = np.stack([rows[:, 0::3], rows[:, 1::3]], axis=1).astype(np.float32)
    points -= points.mean(axis=2, keepdims=True)
    size = np.sqrt((points**2).sum(axis=1).mean(axis=1))
    points /= np.maximum(size, np.float32(1e-12))[:, None, None]
    points = _transforms(count, rng, how) @ points
    if how.noise:
        amount = how.noise * np.abs(rng.standard_normal((count, 1, 1), np.float32))
        points += amount * rng.standard_normal(points.shape, np.float32)
    varied = np.full((count, LANDMARK_COUNT, 3), np.nan, np.float32)
    varied[:, :, :2] = points.transpose(0, 2, 1)
    return varied.reshape(count, 3 * LANDMARK_COUNT)


def _transforms(count: int, rng: np.random.Generator, how: Augmentation) -> NDArray[np.float32]:
    """Give ``(count, 2, 2)``: first a turn, then shear and stretch, then for half of them a mirror."""
    angle = np.clip(np.deg2rad(how.turn) * rng.standard_normal(count), -LARGEST_TURN, LARGEST_TURN)
    stretch = how.stretch * rng.standard_normal(count)
    wrong = rng.random(count) < how.wrong_shape
    stretch = np.where(wrong, rng.uniform(-how.wrong_shape_range, how.wrong_shape_range, count), stretch)
    side = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    deform = np.zeros((count, 2, 2))
    deform[:, 0, 0] = side * np.exp(stretch / 2)
    deform[:, 0, 1] = side * how.shear * rng.standard_normal(count)
    deform[:, 1, 1] = np.exp(-stretch / 2)
    transforms: NDArray[np.float32] = (deform @ turn).astype(np.float32)
    return transforms
