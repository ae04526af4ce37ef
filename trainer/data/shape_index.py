"""Shapes of hands, and a search for the near ones among many that misses none.

Hands are compared by shape: x and y from the wrist, divided by the hand's size, mirrored to one chirality. The distance
of two shapes is the root mean square distance of their landmarks in units of the hand's size (root mean square distance
from the wrist).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models.hand.landmarks import LANDMARK_COUNT, HandLandmark

NEAR = 0.01
"""Measured: hands on different photos are at least 0.013 apart (10,000 rows), neighbouring frames 0.002 to 0.013."""

_NUMBERS = 2 * (LANDMARK_COUNT - 1)
_SEARCHED = 8
"""Principal directions that are searched; distances in them are never larger, so nothing is missed."""
_EDGE_ON = 0.1
"""Palms with less signed area than this (in squares of the hand's size) are looked up in both chiralities."""
_PAIRS_AT_ONCE = 160_000
"""Compared in one go: 80 MB."""
_FIRST, _FACTOR = 8, 4
"""Neighbours that are looked at first, and how many times more where that was not enough."""

Places = NDArray[np.intp]


def shapes(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Give comparable shapes ``(N, 40)`` of raw rows ``(N, 63)``, and which of them are nearly edge-on, ``(N,)``.

    Euclidean distances of shapes are distances as the module defines them.
    """
    plane = rows.reshape(-1, LANDMARK_COUNT, 3)[:, :, :2]
    points = plane[:, 1:] - plane[:, :1]
    size = np.sqrt(np.einsum("nlc,nlc->n", points, points) / (LANDMARK_COUNT - 1))
    points /= np.maximum(size, np.finfo(np.float32).tiny)[:, None, None]
    index, little = points[:, HandLandmark.INDEX_MCP - 1], points[:, HandLandmark.LITTLE_MCP - 1]
    area = index[:, 0] * little[:, 1] - index[:, 1] * little[:, 0]
    points[area < 0, :, 0] *= -1
    flat = points.reshape(len(points), _NUMBERS) / np.sqrt(np.float32(LANDMARK_COUNT - 1))
    return flat.astype(np.float32, copy=False), np.abs(area) < _EDGE_ON


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was near to some of the shapes that were asked about.

    Attributes
    ----------
    asked
        Places of these shapes among all that were asked about.
    pairs
        ``(M, 2)``: place of an asking shape, and of one near to it among those held.
    crowded
        Which of ``asked`` may have more near ones than were looked at.
    """

    asked: Places
    pairs: Places
    crowded: NDArray[np.bool_]


class ShapeIndex:
    """Shapes that near ones are looked for among.

    Parameters
    ----------
    flat, edge_on
        As from :func:`shapes`.
    """

    def __init__(self, flat: NDArray[np.float32], edge_on: NDArray[np.bool_]) -> None:
        twins = flat[edge_on].copy()
        twins[:, 0::2] *= -1
        self._held = np.concatenate([flat, twins])
        self._owner = np.concatenate([np.arange(len(flat)), np.flatnonzero(edge_on)])
        self._directions = _principal_directions(flat)
        self._tree = cKDTree(self._held @ self._directions, balanced_tree=False, compact_nodes=False)

    def nearest(self, flat: NDArray[np.float32], count: int) -> Iterator[Found]:
        """Look at the nearest ``count`` of each shape, ``flat`` being ``(N, 40)``, a part of them at a time.

        They are nearest in the directions that are searched; those that are near in all directions are given.
        """
        count = min(count, len(self._held) + 1)  # past the last there is nothing, which tells that all were looked at
        each = max(_PAIRS_AT_ONCE // count, 1)
        for start in range(0, len(flat), each):
            here = np.arange(start, min(start + each, len(flat)))
            # A little more than NEAR: float32 rounding must not hide what the exact check would find.
            _, neighbours = self._tree.query(flat[here] @ self._directions, k=count, distance_upper_bound=NEAR * 1.01)
            there: NDArray[np.bool_] = np.asarray(neighbours) < len(self._held)
            row, column = np.nonzero(there)
            one, other = here[row], np.asarray(neighbours, np.intp)[row, column]
            near = np.linalg.norm(flat[one] - self._held[other], axis=1) <= NEAR
            pairs = np.stack([one[near], self._owner[other[near]]], axis=1)
            yield Found(here, pairs, np.asarray(there.all(axis=1)))

    def any_near(self, flat: NDArray[np.float32]) -> Places:
        """Give a near one of each shape, ``(N,)``; -1 where there is none, however many have to be looked at."""
        result = np.full(len(flat), -1, np.intp)
        left, count = np.arange(len(flat)), _FIRST
        while len(left):
            undecided = []
            for found in self.nearest(flat[left], count):
                result[left[found.pairs[:, 0]]] = found.pairs[:, 1]
                crowded = left[found.asked[found.crowded]]
                undecided.append(crowded[result[crowded] < 0])
            left, count = np.concatenate(undecided), count * _FACTOR
        return result


def _principal_directions(flat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Directions in which shapes differ most, ``(40, 8)``, orthonormal."""
    sample = flat[:: max(len(flat) // 20_000, 1)].astype(np.float64)
    _, directions = np.linalg.eigh(np.cov(sample.T) if len(sample) > 1 else np.eye(_NUMBERS))
    result: NDArray[np.float32] = directions[:, ::-1][:, :_SEARCHED].astype(np.float32)
    return result
