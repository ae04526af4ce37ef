"""The same hands mirrored, turned, larger, smaller and with noise: what a model's answers should not depend on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT

Rows = NDArray[np.float32]


def mirrored(rows: Rows) -> Rows:
    """Mirror hands: left ones become right ones."""
    points = _points(rows)
    points[:, :, 0] *= -1
    return points.reshape(len(rows), 3 * LANDMARK_COUNT)


def turned(rows: Rows, degrees: float, seed: int = 0) -> Rows:
    """Turn each hand by an angle drawn evenly from ``-degrees`` to ``degrees``."""
    angle = np.deg2rad(np.random.default_rng(seed).uniform(-degrees, degrees, len(rows)))[:, None]
    points = _points(rows)
    x, y = points[:, :, 0].copy(), points[:, :, 1].copy()
    points[:, :, 0] = np.cos(angle) * x - np.sin(angle) * y
    points[:, :, 1] = np.sin(angle) * x + np.cos(angle) * y
    return points.reshape(len(rows), 3 * LANDMARK_COUNT)


def scaled(rows: Rows, factor: float) -> Rows:
    """Make hands larger or smaller."""
    return (_points(rows) * np.float32(factor)).reshape(len(rows), 3 * LANDMARK_COUNT)


def noisy(rows: Rows, share: float, seed: int = 0) -> Rows:
    """Move every landmark by normal noise of a share of the longer side of the hand's box."""
    points = _points(rows)
    extent = np.ptp(points[:, :, :2], axis=1).max(axis=1)[:, None, None]
    noise = np.random.default_rng(seed).standard_normal((*points.shape[:2], 2), np.float32)
    points[:, :, :2] += np.float32(share) * extent * noise
    return points.reshape(len(rows), 3 * LANDMARK_COUNT)


def _points(rows: Rows) -> Rows:
    return np.array(rows, np.float32).reshape(len(rows), LANDMARK_COUNT, 3)
