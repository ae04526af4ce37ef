"""Hands that look mislabelled: those whose label a model that never saw them gives little probability.

This is confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset
Labels", Journal of Artificial Intelligence Research 70). Probabilities come from cross-validation, whole takes or
persons held out at a time. A class's threshold is the mean probability that its own hands get for it, so that a class
that is hard to tell, or holds many wrong labels itself, is not held against the others. A hand is suspicious where
another class is the likeliest, reaches that class's threshold, and is likelier than all other classes together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from models.gesture.features import features
from models.gesture.prior import Prior
from trainer.data.near_copies import find_copies
from trainer.dataset import DataError, Dataset
from trainer.progress import Progress
from trainer.recognition.augmentation import augment
from trainer.recognition.network import HandNetwork
from trainer.split import units_of

FOLDS = 5
CLASS_HANDS = 300
"""Hands of a class that one fold is trained on, at most: twice as many take up to twice as long and find hardly more
(docs/training.md)."""
TRAINED_HANDS = 12_000
"""Hands of all classes together that one fold is trained on, at most: this bounds the time."""
MOST_CLASSES = 200
KNOWN_HANDS = 20
"""A class with fewer hands borrows what it lacks from the mean over all classes for its threshold."""
EVEN_ODDS = 0.5
"""Least threshold: likelier than all other classes together."""
REPEATED = 2
"""How often a hand of a class that the prior does not know is trained on, varied each time."""
LARGEST_SHARE = 0.75
"""Where one fold holds a larger share of a class that the prior does not know, too little is left to train on."""
BLOCK_ROWS = 20_000
PASSES = 12
EVENT = "looking for wrong labels"

Rows = NDArray[np.float32]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A hand whose label looks wrong.

    Attributes
    ----------
    row
        Its place in the data set.
    label, suggested
        What it is called, and what it looks like.
    confidence, label_confidence
        Probabilities of the two by a model that did not see the hand.
    """

    row: int
    label: str
    suggested: str
    confidence: float
    label_confidence: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found.

    Attributes
    ----------
    suspicious
        Most suspicious first: by the margin between both probabilities.
    judged
        Hands that could be judged.
    confirmed
        Suspicious hands left out because the user confirmed their label.
    thresholds
        Of each class, see the module.
    notes
        Sentences about what was left out or judged less strictly.
    """

    suspicious: tuple[Suspicion, ...]
    judged: int
    confirmed: int
    thresholds: dict[str, float]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """What all folds work on: ``labels`` ``(N,)`` and ``drawn`` by places among ``classes``."""

    rows: Rows
    labels: Index
    classes: tuple[str, ...]
    drawn: dict[int, Rows]
    each: int


def find_suspicious(dataset: Dataset, progress: Progress | None = None, seed: int = 0) -> Findings:
    """Find the hands whose labels look wrong.

    Parameters
    ----------
    dataset
        Labelled hands; hands with the same group are held out together, others with their near-copies.
    progress
        Where progress is told.
    seed
        Of folds, draws and models.

    Raises
    ------
    DataError
        When there are too many labels to tell them from each other.
    """
    told = progress or Progress("quiet")
    if not len(dataset):
        return Findings((), 0, 0, {}, ("There are no hands to look at.",))
    prior = Prior.load()
    labels, names = dataset.label_column.ranks()
    if len(names) > MOST_CLASSES:
        raise DataError(
            f"The data has {len(names):,} labels, but hands of at most {MOST_CLASSES} can be told from each other."
            " Check that the label column holds gestures, or look at a part of the data."
        )
    classes = tuple(sorted({*names, *prior.labels}))
    places = np.searchsorted(np.array(classes), np.array(names))[labels]
    rng = np.random.default_rng([seed, 11])
    each = max(2, min(CLASS_HANDS, TRAINED_HANDS // len(classes)))
    drawn = {place: prior.draw(name, each, rng) for place, name in enumerate(classes) if name in prior.labels}
    material = _Material(dataset.rows, places.astype(np.intp), classes, drawn, each)
    folds, notes = _folds(dataset, material, told, rng)
    with threadpool_limits(1):  # matrices this small are slower on several threads, and the picture needs the other
        own, best, likeliest = _judge(material, folds, told, seed)
    judged = ~np.isnan(own)
    thresholds = _thresholds(material, own)
    suspected = judged & (best != material.labels) & (likeliest >= thresholds[best])
    confirmed = suspected & _confirmed(dataset)
    rows = np.flatnonzero(suspected & ~confirmed)
    rows = rows[np.argsort(own[rows] - likeliest[rows], kind="stable")]
    suspicions = tuple(
        Suspicion(row, classes[places[row]], classes[best[row]], float(likeliest[row]), float(own[row]))
        for row in rows.tolist()
    )
    used = np.unique(np.concatenate([places, best[rows]]))
    stated = {classes[place]: round(float(thresholds[place]), 4) for place in used.tolist()}
    return Findings(suspicions, int(judged.sum()), int(confirmed.sum()), stated, notes)


def _confirmed(dataset: Dataset) -> NDArray[np.bool_]:
    column = dataset.extras.get("confirmed")
    return np.zeros(len(dataset), bool) if column is None else column.decode() == dataset.labels


def _folds(
    dataset: Dataset, material: _Material, progress: Progress, rng: np.random.Generator
) -> tuple[Index, tuple[str, ...]]:
    """Give the fold of each hand, ``(N,)``, and notes about what could not be divided by groups.

    Units, neighbours in the order of their labels, are dealt out in turn. Of a class that the prior does not know and
    that has one unit only, nothing would be left to train on: its hands are dealt out one by one.
    """
    if dataset.grouped.all():
        units = dataset.group_column.ranks()[0].astype(np.intp)
    else:
        units = units_of(dataset, find_copies(dataset, progress))[0]
    _, first, units = np.unique(units, return_index=True, return_inverse=True)
    order = np.lexsort((rng.random(len(first)), material.labels[first]))
    of_unit = np.empty(len(first), np.intp)
    of_unit[order] = np.arange(len(first)) % FOLDS
    folds = of_unit[units]
    alone: list[str] = []
    single: list[str] = []
    for place in np.unique(material.labels).tolist():
        own = np.flatnonzero(material.labels == place)
        if place in material.drawn or np.bincount(folds[own]).max() <= LARGEST_SHARE * len(own):
            continue
        folds[own] = np.arange(len(own)) % FOLDS
        (single if len(own) == 1 else alone).append(material.classes[place])
    return folds, _notes(alone, single, grouped=bool(dataset.grouped.any()))


def _notes(alone: list[str], single: list[str], *, grouped: bool) -> tuple[str, ...]:
    notes = []
    if alone:
        what = "take or group" if grouped else "group of near-copies"
        notes.append(
            f"All hands of {_some(alone)} are of one {what}: they were judged by the other hands of it, so that what is"
            " wrong with all of them alike may stay unnoticed. Another take helps."
        )
    if single:
        notes.append(f"There is only one hand of {_some(single)}, which nothing can be compared with: not judged.")
    return tuple(notes)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _judge(
    material: _Material, folds: Index, progress: Progress, seed: int
) -> tuple[NDArray[np.float64], Index, NDArray[np.float64]]:
    """Let each fold be judged by a model of the others.

    Returns
    -------
    tuple
        Probability of each hand's own label ``(N,)``, NaN where it could not be judged; place of its likeliest class
        ``(N,)`` and that one's probability ``(N,)``.
    """
    count = len(material.labels)
    own, likeliest = np.full(count, np.nan), np.zeros(count)
    best = np.zeros(count, np.intp)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if not len(held):
            continue
        rows, places = _training_part(material, np.flatnonzero(folds != fold), np.random.default_rng([seed, fold]))
        trained, codes = np.unique(places, return_inverse=True)
        names = np.array(material.classes)[trained]
        model = _train(rows, codes, names, seed, _reporter(progress, fold))
        for start in range(0, len(held), BLOCK_ROWS):
            block = held[start : start + BLOCK_ROWS]
            chances = model.predict_proba(features(material.rows[block]))
            best[block] = trained[chances.argmax(axis=1)]
            likeliest[block] = chances.max(axis=1)
            column = np.searchsorted(trained, material.labels[block]).clip(max=len(trained) - 1)
            has = trained[column] == material.labels[block]
            own[block] = np.where(has, chances[np.arange(len(block)), column], np.nan)
            progress.check()
    return own, best, likeliest


def _training_part(material: _Material, index: Index, rng: np.random.Generator) -> tuple[Rows, Index]:
    """Give as many hands of each class: half of them drawn from the prior where it knows the class.

    Hands of a class with few come several times, varied each time by :func:`_train`.
    """
    rows, places = [], []
    for place in range(len(material.classes)):
        drawn = material.drawn.get(place)
        of_class = index[material.labels[index] == place]
        wanted = (
            min(REPEATED * len(of_class), material.each) if drawn is None else min(len(of_class), material.each // 2)
        )
        taken = 0
        if len(of_class):
            rows.append(material.rows[np.resize(rng.permutation(of_class), wanted)])
            taken = wanted
        if drawn is not None:
            rows.append(drawn[: material.each - taken])
            taken = material.each
        places.append(np.full(taken, place, np.intp))
    return np.concatenate(rows), np.concatenate(places)


def _train(
    rows: Rows, codes: Index, names: NDArray[np.str_], seed: int, report: Callable[[int, int], None]
) -> HandNetwork:
    network = HandNetwork(hidden=(128,), passes=PASSES, batch=128, seed=seed)
    return network.fit_passes(lambda _, chance: (features(augment(rows, chance)), codes), names, report)


def _reporter(progress: Progress, fold: int) -> Callable[[int, int], None]:
    return lambda done, passes: progress.advance(EVENT, fold * passes + done, FOLDS * passes)


def _thresholds(material: _Material, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each class's threshold, ``(classes,)``: the mean probability that its own hands get for it."""
    judged = ~np.isnan(own)
    if not judged.any():
        return np.full(len(material.classes), EVEN_ODDS)
    labels, values = material.labels[judged], own[judged]
    count, total = (np.bincount(labels, weights, len(material.classes)) for weights in (None, values))
    missing = np.maximum(KNOWN_HANDS - count, 0)
    thresholds: NDArray[np.float64] = (total + missing * values.mean()) / (count + missing)
    return thresholds.clip(EVEN_ODDS)
