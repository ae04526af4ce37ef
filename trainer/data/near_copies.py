"""Hands that are there twice: exact copies, and near-copies such as neighbouring frames or the same photo read twice.

Hands are compared by shape: x and y from the wrist, divided by the hand's size, mirrored to one chirality. The distance
of two shapes is the root mean square distance of their landmarks in units of the hand's size (root mean square distance
from the wrist).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from models.hand.landmarks import LANDMARK_COUNT, HandLandmark
from trainer.dataset import Dataset
from trainer.progress import Progress

NEAR = 0.01
"""Measured: hands on different photos are at least 0.013 apart (10,000 rows), neighbouring frames 0.002 to 0.013."""

_NUMBERS = 2 * (LANDMARK_COUNT - 1)
_SEARCHED = 8
"""Principal directions that are searched; distances in them are never larger, so nothing is missed."""
_NEIGHBOURS = 8
_CHUNK = 20_000
_EDGE_ON = 0.1
"""Palms with less signed area than this (in squares of the hand's size) are looked up in both chiralities."""

Pairs = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """What is there more than once in a data set of N hands.

    Attributes
    ----------
    clusters
        ``(N,)``: hands with the same number are near-copies of each other, directly or through others.
    exact
        Hands whose shape was there before exactly.
    near
        Hands that are near-copies of one before, without the exact ones.
    conflicts
        ``(M, 2)``: places of hands that are near-copies and have different labels, each kind of conflict of a hand
        once.
    """

    clusters: NDArray[np.intp]
    exact: int
    near: int
    conflicts: Pairs


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


def find_copies(dataset: Dataset, progress: Progress | None = None) -> Copies:
    """Find exact and near-copies; takes seconds for 200,000 hands."""
    flat, edge_on = shapes(dataset.rows)
    # Adding 0 turns -0.0 into 0.0, which has other bits.
    records = np.ascontiguousarray(flat + np.float32(0)).view(f"V{flat.shape[1] * 4}").reshape(-1)
    _, first, inverse = np.unique(records, return_index=True, return_inverse=True)
    index = ShapeIndex(flat[first], edge_on[first])
    pairs, crowded = index.pairs(progress or Progress("quiet"))
    links = np.concatenate([pairs, *index.far_links(crowded)]) if len(crowded) else pairs
    _, clusters = _components(len(first), links)
    ranks, _ = dataset.label_column.ranks()
    conflicts = [_exact_conflicts(inverse, ranks)]
    if len(pairs):
        conflicts.append(_near_conflicts(pairs, first, inverse, ranks))
    if len(crowded):
        suspects = np.flatnonzero(_of_many_labels(clusters, ranks[first]))
        conflicts.append(_crowded_conflicts(index, np.intersect1d(crowded, suspects), suspects, first, ranks))
    exact = len(dataset) - len(first)
    near = len(first) - (int(clusters.max()) + 1 if len(clusters) else 0)
    return Copies(clusters[inverse], exact, near, _distinct(np.concatenate(conflicts)))


def near_copies_of(rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which of the raw rows ``(N, 63)`` have a near-copy among the others ``(M, 63)``, ``(N,)``."""
    if not len(rows) or not len(others):
        return np.zeros(len(rows), bool)
    index = ShapeIndex(*shapes(others))
    return index.nearest(shapes(rows)[0]) <= NEAR


class ShapeIndex:
    """Finds near shapes among many.

    Parameters
    ----------
    flat, edge_on
        As from :func:`shapes`.
    """

    def __init__(self, flat: NDArray[np.float32], edge_on: NDArray[np.bool_]) -> None:
        twins = flat[edge_on].copy()
        twins[:, 0::2] *= -1
        self._flat = flat
        self._held = np.concatenate([flat, twins])
        self._owner = np.concatenate([np.arange(len(flat)), np.flatnonzero(edge_on)])
        self._directions = _principal_directions(flat)
        self._places = self._held @ self._directions

    def pairs(self, progress: Progress) -> tuple[Pairs, NDArray[np.intp]]:
        """Give pairs of near shapes ``(M, 2)``, and the shapes so crowded that they may have more than were found."""
        tree = _tree(self._places)
        found: list[Pairs] = []
        crowded: list[NDArray[np.intp]] = []
        count = len(self._flat)
        for start in range(0, count, _CHUNK):
            here = np.arange(start, min(start + _CHUNK, count))
            near = self._verified(here, _query(tree, self._places[here], _NEIGHBOURS + 1))
            found.append(near[near[:, 0] != near[:, 1]])
            full = np.bincount(near[:, 0] - start, minlength=len(here)) > _NEIGHBOURS
            crowded.append(here[full])
            progress.advance("looking for copies", int(here[-1]) + 1, count)
        return (np.concatenate(found), np.concatenate(crowded)) if found else (np.zeros((0, 2), np.intp), _NONE)

    def far_links(self, crowded: NDArray[np.intp]) -> Iterator[Pairs]:
        """Give links that hold crowds together, which their nearest neighbours alone may not.

        A crowd's members are all linked to the same few of a random part of them; the part is made smaller until it
        holds only a few of even the largest crowd.
        """
        rng = np.random.default_rng(0)
        part = crowded
        while len(crowded) and len(part) > _NEIGHBOURS:
            part = rng.permutation(part)[: max(len(part) // _NEIGHBOURS, 1)]
            tree = _tree(self._places[part])
            near = []
            for start in range(0, len(crowded), _CHUNK):
                here = crowded[start : start + _CHUNK]
                near.append(self._verified(here, _query(tree, self._places[here], _NEIGHBOURS), among=part))
            links = np.concatenate(near)
            yield links[links[:, 0] != links[:, 1]]
            filled = np.bincount(links[:, 0], minlength=len(self._flat)) >= _NEIGHBOURS
            crowded = crowded[filled[crowded]]

    def near_among(self, asking: NDArray[np.intp], held: NDArray[np.intp]) -> Pairs:
        """Give pairs of an asking shape and a near one among those held, at most a few for each."""
        tree = _tree(self._places[held])
        found = [np.zeros((0, 2), np.intp)]
        for start in range(0, len(asking), _CHUNK):
            here = asking[start : start + _CHUNK]
            found.append(self._verified(here, _query(tree, self._places[here], 2), among=held))
        return np.concatenate(found)

    def nearest(self, flat: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the distance of each shape to the nearest held, ``(N,)``; infinite where it is no near-copy of any."""
        tree = _tree(self._places)
        result = np.full(len(flat), np.inf, np.float32)
        places = flat @ self._directions
        for start in range(0, len(flat), _CHUNK):
            here = np.arange(start, min(start + _CHUNK, len(flat)))
            neighbours = _query(tree, places[here], _NEIGHBOURS)
            row, column = np.nonzero(neighbours < len(self._held))
            away = np.linalg.norm(flat[here[row]] - self._held[neighbours[row, column]], axis=1)
            np.minimum.at(result, here[row], np.where(away <= NEAR, away, np.inf).astype(np.float32))
        return result

    def _verified(
        self,
        here: NDArray[np.intp],
        neighbours: NDArray[np.intp],
        among: NDArray[np.intp] | None = None,
    ) -> Pairs:
        """Give the pairs whose distance in all directions is near too."""
        limit = len(self._held) if among is None else len(among)
        row, column = np.nonzero(neighbours < limit)
        other = neighbours[row, column] if among is None else among[neighbours[row, column]]
        one = here[row]
        near = np.linalg.norm(self._flat[one] - self._held[other], axis=1) <= NEAR
        return np.stack([one[near], self._owner[other[near]]], axis=1)


_NONE = np.zeros(0, np.intp)


def _principal_directions(flat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Directions in which shapes differ most, ``(40, 16)``, orthonormal."""
    sample = flat[:: max(len(flat) // _CHUNK, 1)].astype(np.float64)
    _, directions = np.linalg.eigh(np.cov(sample.T) if len(sample) > 1 else np.eye(_NUMBERS))
    result: NDArray[np.float32] = directions[:, ::-1][:, :_SEARCHED].astype(np.float32)
    return result


def _tree(places: NDArray[np.float32]) -> cKDTree:
    return cKDTree(places, balanced_tree=False, compact_nodes=False)


def _query(tree: cKDTree, places: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Nearest within reach, ``(n, count)``; where there are fewer, places past the end."""
    # A little more than NEAR: float32 rounding must not hide what the exact check would find.
    _, neighbours = tree.query(places, k=max(count, 2), distance_upper_bound=NEAR * 1.01)
    return np.asarray(neighbours, np.intp)


def _components(count: int, links: Pairs) -> tuple[int, NDArray[np.intp]]:
    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    number, labels = connected_components(graph, directed=False)
    return int(number), labels.astype(np.intp)


def _exact_conflicts(inverse: NDArray[np.intp], ranks: NDArray[np.int32]) -> Pairs:
    """Pairs of equal shapes with different labels: the first of a shape with each further label."""
    combined, first = np.unique(np.stack([inverse, ranks], axis=1), axis=0, return_index=True)
    same = combined[1:, 0] == combined[:-1, 0]
    return np.stack([first[:-1][same], first[1:][same]], axis=1)


def _near_conflicts(
    pairs: Pairs, first: NDArray[np.intp], inverse: NDArray[np.intp], ranks: NDArray[np.int32]
) -> Pairs:
    """Pairs of near shapes with different labels, among the first hand of each shape and label."""
    combined, hand = np.unique(np.stack([inverse, ranks], axis=1), axis=0, return_index=True)
    start = np.searchsorted(combined[:, 0], np.arange(len(first) + 1))
    many = np.diff(start) > 1
    label = ranks[first]
    one, other = pairs.T
    suspects = pairs[(label[one] != label[other]) | many[one] | many[other]]
    found = [
        (hand[a], hand[b])
        for left, right in suspects
        for a in range(start[left], start[left + 1])
        for b in range(start[right], start[right + 1])
        if combined[a, 1] != combined[b, 1]
    ]
    return np.array(found, np.intp).reshape(-1, 2)


def _of_many_labels(clusters: NDArray[np.intp], label: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which shapes belong to a cluster of several labels."""
    number = int(clusters.max()) + 1
    low, high = np.full(number, label.max()), np.zeros(number, label.dtype)
    np.minimum.at(low, clusters, label)
    np.maximum.at(high, clusters, label)
    return (low < high)[clusters]


def _crowded_conflicts(
    index: ShapeIndex,
    crowded: NDArray[np.intp],
    suspects: NDArray[np.intp],
    first: NDArray[np.intp],
    ranks: NDArray[np.int32],
) -> Pairs:
    """Pairs in crowds, where the nearest neighbours may all have the same label: nearest of every other label."""
    label = ranks[first]
    found = [np.zeros((0, 2), np.intp)]
    for other in np.unique(label[suspects]):
        held = suspects[label[suspects] == other]
        asking = crowded[label[crowded] != other]
        found.append(first[index.near_among(asking, held)])
    return np.concatenate(found)


def _distinct(pairs: Pairs) -> Pairs:
    """Each pair once, the earlier hand first."""
    return np.unique(np.sort(pairs, axis=1), axis=0)
