"""Hands that are there twice: exact copies, and near-copies such as neighbouring frames or the same photo read twice.

Near is what :mod:`trainer.data.shape_index` calls so. Of most hands all near ones are looked at. In a crowd, such as
the frames of a hand held still, that would be every hand with every other; there only what matters is looked for: what
ties a crowd to another one, and one near hand of each other label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from trainer.data.shape_index import ShapeIndex, shapes
from trainer.dataset import Dataset
from trainer.progress import Progress

LOOKED_AT = (9, 33)
"""Neighbours that are looked at, itself among them: first, and where that was not all. More than that is a crowd."""

Places = NDArray[np.intp]
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
        ``(M, 2)``: places of hands that are near-copies and have different labels, for each hand at least one of each
        other label that one has. Exact copies with one label stand for each other.
    """

    clusters: Places
    exact: int
    near: int
    conflicts: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """Distinct shapes, and the labels that each of them was given, an entry a shape and label.

    Attributes
    ----------
    flat, edge_on
        As from :func:`trainer.data.shape_index.shapes`, of S distinct shapes.
    of_hand
        ``(N,)`` shape of each hand.
    shape, label, hand
        ``(E,)`` in the order of ``shape``; ``hand`` is the first with that shape and label.
    """

    flat: NDArray[np.float32]
    edge_on: NDArray[np.bool_]
    of_hand: Places
    shape: Places
    label: Places
    hand: Places

    @classmethod
    def of(cls, dataset: Dataset) -> _Shapes:
        flat, edge_on = shapes(dataset.rows)
        # Adding 0 turns -0.0 into 0.0, which has other bits.
        records = np.ascontiguousarray(flat + np.float32(0)).view(f"V{flat.shape[1] * 4}").reshape(-1)
        _, first, of_hand = np.unique(records, return_index=True, return_inverse=True)
        ranks = dataset.label_column.ranks()[0].astype(np.intp)
        entries, hand = np.unique(np.stack([of_hand, ranks], axis=1), axis=0, return_index=True)
        return cls(flat[first], edge_on[first], of_hand, entries[:, 0], entries[:, 1], hand)

    def index(self, among: Places) -> ShapeIndex:
        """Give an index of some of the shapes."""
        return ShapeIndex(self.flat[among], self.edge_on[among])


def find_copies(dataset: Dataset, progress: Progress | None = None) -> Copies:
    """Find exact and near-copies; takes seconds for 200,000 hands."""
    distinct = _Shapes.of(dataset)
    count = len(distinct.flat)
    pairs, crowd = _pairs(distinct, progress or Progress("quiet"))
    clusters = _tied(distinct, crowd, _components(count, pairs))
    conflicts = np.concatenate([_near_conflicts(distinct, pairs), _crowd_conflicts(distinct, crowd, clusters)])
    near = count - (int(clusters.max()) + 1 if count else 0)
    return Copies(clusters[distinct.of_hand], len(dataset) - count, near, _distinct(conflicts))


def near_copies_of(rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which of the raw rows ``(N, 63)`` have a near-copy among the others ``(M, 63)``, ``(N,)``."""
    if not len(rows) or not len(others):
        return np.zeros(len(rows), bool)
    return ShapeIndex(*shapes(others)).any_near(shapes(rows)[0]) >= 0


def _pairs(distinct: _Shapes, progress: Progress) -> tuple[Pairs, Places]:
    """Give pairs of near shapes, and the crowd: all pairs are found but some of two that both belong to it."""
    if not len(distinct.flat):
        return np.zeros((0, 2), np.intp), np.zeros(0, np.intp)
    index = distinct.index(np.arange(len(distinct.flat)))
    kept = []
    left = np.arange(len(distinct.flat))
    for event, looked_at in zip(("looking for copies", "looking for more copies"), LOOKED_AT, strict=True):
        crowded = [np.zeros(0, np.intp)]
        for found in index.nearest(distinct.flat[left], looked_at):
            one, other = left[found.pairs[:, 0]], found.pairs[:, 1]
            kept.append(np.stack([one, other], axis=1)[one != other])
            crowded.append(left[found.asked[found.crowded]])
            progress.advance(event, int(found.asked[-1]) + 1, len(left))
        left = np.concatenate(crowded)
    return np.concatenate(kept), left


def _components(count: int, links: Pairs) -> Places:
    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def _tied(distinct: _Shapes, crowd: Places, clusters: Places) -> Places:
    """Join clusters that are tied by near shapes which both belong to the crowd.

    Two clusters differ in some bit of their numbers. So for every bit those in whose number it is set look for one near
    shape among the others, and again with the numbers of what was joined, until nobody finds any (after Boruvka's
    algorithm for spanning trees).
    """
    while len(crowd):
        _, numbers = np.unique(clusters[crowd], return_inverse=True)
        links = [np.zeros((0, 2), np.intp)]
        for bit in range(int(numbers.max()).bit_length()):
            side = (numbers >> bit & 1).astype(bool)
            links.append(_some_near(distinct, crowd[side], crowd[~side]))
        found = np.concatenate(links)
        if not len(found):
            break
        clusters = _components(int(clusters.max()) + 1, clusters[found])[clusters]
    return clusters


def _some_near(distinct: _Shapes, asking: Places, held: Places) -> Pairs:
    """Give each asking shape that has near ones among those held with one of them."""
    if not len(asking) or not len(held):
        return np.zeros((0, 2), np.intp)
    near = distinct.index(held).any_near(distinct.flat[asking])
    return np.stack([asking[near >= 0], held[near[near >= 0]]], axis=1)


def _near_conflicts(distinct: _Shapes, pairs: Pairs) -> Pairs:
    """Pairs of equal or near shapes with different labels, every label of the one with every label of the other."""
    start = np.searchsorted(distinct.shape, np.arange(len(distinct.flat) + 1))
    labels = np.diff(start)
    itself = np.flatnonzero(labels > 1)
    one, other = np.concatenate([pairs, np.stack([itself, itself], axis=1)]).T
    suspects = (distinct.label[start[one]] != distinct.label[start[other]]) | (labels[one] > 1) | (labels[other] > 1)
    one, other = one[suspects], other[suspects]
    each = labels[one] * labels[other]
    number = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    first, second = np.divmod(number, np.repeat(labels[other], each))
    left, right = np.repeat(start[one], each) + first, np.repeat(start[other], each) + second
    differ = distinct.label[left] != distinct.label[right]
    return np.stack([distinct.hand[left[differ]], distinct.hand[right[differ]]], axis=1)


def _crowd_conflicts(distinct: _Shapes, crowd: Places, clusters: Places) -> Pairs:
    """Pairs of near shapes with different labels that both belong to the crowd: for each one of each other label."""
    entries = np.flatnonzero(np.isin(distinct.shape, crowd))
    own = clusters[distinct.shape[entries]]
    low, high = np.full(len(clusters), np.iinfo(np.intp).max), np.full(len(clusters), -1)
    np.minimum.at(low, own, distinct.label[entries])
    np.maximum.at(high, own, distinct.label[entries])
    entries = entries[low[own] < high[own]]  # clusters of one label have no conflict
    shape, label = distinct.shape[entries], distinct.label[entries]
    found = [np.zeros((0, 2), np.intp)]
    for other in np.unique(label):
        held, asking = entries[label == other], entries[label != other]
        near = distinct.index(shape[label == other]).any_near(distinct.flat[shape[label != other]])
        found.append(np.stack([distinct.hand[asking[near >= 0]], distinct.hand[held[near[near >= 0]]]], axis=1))
    return np.concatenate(found)


def _distinct(pairs: Pairs) -> Pairs:
    """Each pair once, the earlier hand first."""
    return np.unique(np.sort(pairs, axis=1), axis=0)
