"""Hands brought to one side, one size and one place, for what compares hands instead of classifying them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT

PALM = (0, 5, 9, 13, 17)
"""Wrist and knuckles: the part of the hand that is nearly rigid."""


def canonical_points(rows: NDArray[np.float32]) -> NDArray[np.complex128]:
    """Give each hand as complex numbers x + iy: wrist at 0, root mean square distance from it 1, palm turning one way.

    Complex numbers make a turn and a change of size one product, and the mirror image a conjugate.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)``.

    Returns
    -------
    ndarray
        ``(N, 21)``; a hand without size stays at 0.
    """
    points = np.asarray(rows[:, 0::3], np.float64) + 1j * np.asarray(rows[:, 1::3], np.float64)
    points = points - points[:, :1]
    points = np.where(palm_outline(points)[:, None] < 0, -points.conj(), points)
    size = np.sqrt((np.abs(points) ** 2).mean(axis=1, keepdims=True))
    return points * (1 / np.where(size > 0, size, 1)).astype(np.complex128)


def palm_outline(points: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Give twice the signed area round the palm of hands as complex numbers ``(N, 21)``; its sign is the side seen."""
    palm = points[:, list(PALM)]
    area: NDArray[np.float64] = (palm.conj() * np.roll(palm, -1, axis=1)).imag.sum(axis=1)
    return area


def raw_rows(points: NDArray[np.complex128]) -> NDArray[np.float32]:
    """Turn hands as complex numbers ``(N, 21)`` into raw rows ``(N, 63)`` without z (NaN)."""
    rows = np.full((len(points), LANDMARK_COUNT, 3), np.nan, np.float32)
    rows[:, :, 0] = points.real
    rows[:, :, 1] = points.imag
    return rows.reshape(len(points), 3 * LANDMARK_COUNT)
