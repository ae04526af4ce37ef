"""Honest splits: whose hands are measured is decided by a stable hash, and no near-copy of them is trained on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from trainer.data.near_copies import Copies, find_copies, near_copies_of
from trainer.dataset import Dataset
from trainer.progress import Progress
from trainer.readers.drawn import WORD as PRIOR

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Places of the hands of a data set of N by what they are for; no hand is for two things.

    Attributes
    ----------
    train, validation, test
        Places, ascending. ``test`` is empty where a separate test set was given.
    units
        ``(N,)``: hands with the same number stay together (one person, session or take; near-copies of each other).
    how
        One or two sentences for reports: how it was divided.
    warnings
        Sentences about what makes scores on this split less trustworthy than they look.
    removed
        Hands for nothing, because they are near-copies of measured ones or belong to people of the test set.
    """

    train: Index
    validation: Index
    test: Index
    units: Index
    how: str
    warnings: tuple[str, ...]
    removed: int


class _Part(IntEnum):
    TRAIN = 0
    VALIDATION = 1
    TEST = 2
    REMOVED = 3


def split(  # noqa: PLR0913 - all but the first by keyword
    dataset: Dataset,
    *,
    test: Dataset | None = None,
    test_share: float = 0.2,
    validation_share: float = 0.2,
    seed: int = 0,
    progress: Progress | None = None,
) -> Split:
    """Divide a data set.

    A unit (all hands of one person, session or take; without such a group a hand with its near-copies) goes to one part
    by a hash of its name or landmarks, so that it stays in its part when data is added. A class of which no unit came
    into a part gives it the one whose hash is nearest, as long as it has one for training too. Afterwards hands for
    training or validation that are near-copies of test hands, and hands for training that are near-copies of validation
    hands, are removed.

    Parameters
    ----------
    dataset
        What there is to train on.
    test
        A separate test set: then nothing of ``dataset`` is set aside for testing, and its near-copies of test hands and
        hands of people in the test set are removed.
    test_share, validation_share
        Of all units, about.
    seed
        Varies the validation part; the test part never depends on it.
    progress
        Where progress is told.
    """
    copies = find_copies(dataset, progress)
    units, names = units_of(dataset, copies)
    part = np.full(len(dataset), _Part.TRAIN, np.int8)
    owners = _Owners(dataset, units, len(names))
    if test is None:
        chosen = owners.choose(_hashes("test", names), test_share, np.ones(len(names), bool), keep=2)
        part[chosen[units]] = _Part.TEST
    free = owners.pure(part == _Part.TRAIN)
    share_of_rest = validation_share / (1 - test_share) if test is None else validation_share
    chosen = owners.choose(_hashes(f"validation {seed}", names), share_of_rest, free, keep=1)
    part[chosen[units]] = _Part.VALIDATION
    shared, removed = _remove_leaks(dataset, test, copies, part)
    train, validation, tested = (np.flatnonzero(part == kind) for kind in list(_Part)[:3])
    return Split(
        train,
        validation,
        tested,
        units,
        _how(dataset, test, (train, validation, tested), (shared, removed)),
        _warnings(dataset, test, copies, (train, validation, tested)),
        shared + removed,
    )


def units_of(dataset: Dataset, copies: Copies) -> tuple[Index, list[bytes]]:
    """Give the unit of each hand, ``(N,)``, and a name of each unit that does not depend on the other hands.

    Hands without a group that are near-copies of hands with one join the first of these groups.
    """
    codes, groups = dataset.group_column.ranks()
    units = codes.astype(np.intp)
    loose = np.flatnonzero(~dataset.grouped)
    grouped = np.flatnonzero(dataset.grouped)
    of_cluster = np.full(int(copies.clusters.max(initial=-1)) + 1, np.iinfo(np.intp).max)
    np.minimum.at(of_cluster, copies.clusters[grouped], units[grouped])
    alone = of_cluster == np.iinfo(np.intp).max
    of_cluster[alone] = len(groups) + np.flatnonzero(alone)
    units[loose] = of_cluster[copies.clusters[loose]]
    numbers, units = np.unique(units, return_inverse=True)
    digests = dataset.landmark_digests[loose, 0]
    least = np.full(len(numbers), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, units[loose], digests)
    names = [
        b"group " + groups[number].encode() if number < len(groups) else b"hand " + int(low).to_bytes(8, "little")
        for number, low in zip(numbers.tolist(), least.tolist(), strict=True)
    ]
    return units, names


def _hashes(purpose: str, names: list[bytes]) -> NDArray[np.float64]:
    """Numbers between 0 and 1 that depend on purpose and name alone, ``(units,)``."""
    digests = b"".join(hashlib.blake2b(name, digest_size=8, person=purpose.encode()[:16]).digest() for name in names)
    return np.frombuffer(digests, "<u8") / 2.0**64


class _Owners:
    """Which classes each unit has hands of."""

    def __init__(self, dataset: Dataset, units: Index, count: int) -> None:
        ranks, classes = dataset.label_column.ranks()
        pairs = np.unique(np.stack([units, ranks.astype(np.intp)], axis=1), axis=0)
        self._unit, self._class = pairs.T
        self._classes = len(classes)
        self._units = units
        self._count = count

    def pure(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which units have only such rows."""
        result = np.ones(self._count, bool)
        result[self._units[~rows]] = False
        return result

    def choose(
        self, hashes: NDArray[np.float64], share: float, free: NDArray[np.bool_], keep: int
    ) -> NDArray[np.bool_]:
        """Choose about a share of the free units.

        Of every class with more than ``keep`` free units at least one is chosen, and ``keep`` are not.
        """
        chosen = free & (hashes < share)
        order = np.argsort(hashes, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        for number in range(self._classes):
            own = self._unit[(self._class == number) & free[self._unit]]
            own = own[np.argsort(place[own])]
            taken = int(chosen[own].sum())
            if not taken and len(own) > keep:
                chosen[own[0]] = True
            elif taken and len(own) - taken < keep:
                spared = own[chosen[own]][::-1][: min(keep, len(own)) - (len(own) - taken)]
                chosen[spared] = False
        return chosen


def _remove_leaks(dataset: Dataset, test: Dataset | None, copies: Copies, part: NDArray[np.int8]) -> tuple[int, int]:
    """Mark what must not be used; gives the numbers of hands of people in the test set and of near-copies."""
    shared = 0
    if test is not None:
        people = set(test.group_column.used()) - {""}
        same = np.array([name in people for name in dataset.group_column.names.to_pylist()] or [False], bool)
        part[same[dataset.group_column.codes]] = _Part.REMOVED
        shared = int((part == _Part.REMOVED).sum())
        used = np.flatnonzero(part != _Part.REMOVED)
        part[used[near_copies_of(dataset.rows[used], test.rows)]] = _Part.REMOVED
    clusters = copies.clusters
    for higher in (_Part.TEST, _Part.VALIDATION):
        held = np.flatnonzero(part == higher)
        lower = np.flatnonzero((part < higher) & np.isin(clusters, clusters[held]))
        held = held[np.isin(clusters[held], clusters[lower])]
        part[lower[near_copies_of(dataset.rows[lower], dataset.rows[held])]] = _Part.REMOVED
    return shared, int((part == _Part.REMOVED).sum()) - shared


def _how(dataset: Dataset, test: Dataset | None, parts: tuple[Index, Index, Index], removed: tuple[int, int]) -> str:
    groups = len([name for name in dataset.group_column.used() if name])
    loose = len(dataset) - int(dataset.grouped.sum())
    by = []
    if groups:
        by.append(f"by person, session or take ({groups:,} groups)")
    if loose:
        by.append(f"{'' if not groups else f'{loose:,} hands without one '}each hand with its near-copies")
    train, validation, tested = map(len, parts)
    sentences = [
        f"Divided {' and '.join(by)} by a stable hash: {train:,} hands for training, {validation:,} for validation"
        + (f", {tested:,} for testing." if test is None else f"; tested on {len(test):,} hands of a separate set.")
    ]
    if removed[0]:
        sentences.append(f"{removed[0]:,} hands of people in the test set were left out.")
    if removed[1]:
        sentences.append(f"{removed[1]:,} near-copies of hands for testing or validation were left out.")
    return " ".join(sentences)


def _warnings(
    dataset: Dataset, test: Dataset | None, copies: Copies, parts: tuple[Index, Index, Index]
) -> tuple[str, ...]:
    found = []
    drawn = np.array([name == PRIOR for name in dataset.source_column.names.to_pylist()] or [False], bool)
    drawn = drawn[dataset.source_column.codes]  # the reader's note says what scores on them mean
    unknown = int((~dataset.grouped & ~drawn).sum())
    if unknown:
        measured = "validation" if test is not None else "validation and test"
        found.append(
            f"{unknown:,} of {len(dataset):,} hands do not say whose they are: one person's hands may be in training"
            f" and {measured}, so that scores there look better than they are for new people."
        )
    groups = len([name for name in dataset.group_column.used() if name])
    if 0 < groups < 5 and not unknown:
        few = "is only one person, session or take" if groups == 1 else f"are only {groups} persons, sessions or takes"
        found.append(f"There {few}: scores vary a lot with which are measured.")
    for name, index in zip(("training", "validation", "testing"), parts, strict=True):
        if name == "testing" and test is not None:
            continue
        missing = sorted(set(dataset.classes) - set(dataset.label_column.take(index).used()))
        if missing:
            found.append(f"No hands of {', '.join(missing)} were left for {name}: record or import more of them.")
    if len(copies.conflicts):
        found.append(
            f"{len(copies.conflicts):,} pairs of the same hand have two labels; describe lists them: relabel or remove"
            " one of each."
        )
    return tuple(found)


def folds(dataset: Dataset, index: Index, units: Index, count: int = 5, seed: int = 0) -> list[tuple[Index, Index]]:
    """Divide part of a data set for cross-validation, keeping units together and classes balanced.

    Parameters
    ----------
    index
        Places of the hands that may be used, as ``Split.train``.
    units
        ``Split.units``.
    count
        Number of folds.
    seed
        Varies which unit is in which fold.

    Returns
    -------
    list of tuple
        For each fold the places to train on and the places to measure.
    """
    own, ranks = units[index], dataset.label_column.ranks()[0][index]
    numbers, own = np.unique(own, return_inverse=True)
    table = np.zeros((len(numbers), int(ranks.max(initial=-1)) + 1), np.int64)
    np.add.at(table, (own, ranks), 1)
    order = np.lexsort(
        (_hashes(f"fold {seed}", [int(number).to_bytes(8, "little") for number in numbers]), -table.sum(axis=1))
    )
    held = np.zeros((count, table.shape[1]), np.int64)
    of_unit = np.empty(len(numbers), np.intp)
    for unit in order:
        fold = int((held @ table[unit]).argmin())  # where its classes are scarcest
        of_unit[unit] = fold
        held[fold] += table[unit]
    of_row = of_unit[own]
    return [(index[of_row != fold], index[of_row == fold]) for fold in range(count)]
