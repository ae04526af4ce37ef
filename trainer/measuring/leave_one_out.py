"""Leave one gesture out of training and see whether its real hands are called unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from models.gesture.features import features
from models.gesture.gestures import NO_GESTURE
from trainer.recognition.augmentation import augment
from trainer.recognition.network import HandNetwork
from trainer.recognition.recogniser_training import Names, Recipe, Rows, train_recogniser

LOSS_ALLOWED = 0.02
"""Share of the other gestures' validation hands that both ways may refuse; it sets their thresholds."""
SHORT = Recipe(passes=10)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Hands for leaving gestures out: what is trained on, what sets thresholds, what is asked."""

    train: Rows
    train_labels: Names
    validation: Rows
    validation_labels: Names
    test: Rows
    test_labels: Names


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How a gesture fared that was left out of training.

    Attributes
    ----------
    label
        The gesture.
    hands
        Test hands of it.
    unknown
        Share of them called unknown by a recogniser as it is shipped.
    plain
        The same for a network without ``no_gesture``, made hands or guard and a threshold on its highest probability.
    lost, plain_lost
        Share of the other gestures' test hands refused at the same thresholds.
    """

    label: str
    hands: int
    unknown: float
    plain: float
    lost: float
    plain_lost: float


def leave_each_out(material: Material, labels: Sequence[str], jobs: int, recipe: Recipe = SHORT) -> Iterator[LeftOut]:
    """Leave out one gesture after the other, in ``jobs`` processes."""
    if jobs <= 1:
        for label in labels:
            yield leave_out(material, label, recipe)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(leave_out, material, label, recipe) for label in labels]
        for each in waiting:
            yield each.result()


def leave_out(material: Material, label: str, recipe: Recipe = SHORT, seed: int = 0) -> LeftOut:
    """Train twice without one gesture and ask about its test hands."""
    kept = material.train_labels != label
    rows, labels = material.train[kept], material.train_labels[kept]
    others = (material.validation_labels != label) & (material.validation_labels != NO_GESTURE)
    known = (material.test_labels != label) & (material.test_labels != NO_GESTURE)
    asked = features(material.test[material.test_labels == label])
    held, tested = features(material.validation[others]), features(material.test[known])
    with threadpool_limits(1):
        guarded = train_recogniser(rows, labels, recipe, seed)
        plain = _plain_network(rows, labels, recipe, seed)

    def odds(columns: NDArray[np.float32]) -> NDArray[np.float64]:
        scores = guarded.scores(columns)
        nothing = guarded.classes_ == NO_GESTURE
        return np.asarray(scores[:, ~nothing].max(axis=1) - scores[:, nothing][:, 0])

    def highest(columns: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(plain.predict_proba(columns).max(axis=1), np.float64)

    limit, plain_limit = (np.quantile(score(held), LOSS_ALLOWED) for score in (odds, highest))
    return LeftOut(
        label,
        len(asked),
        float((odds(asked) < limit).mean()),
        float((highest(asked) < plain_limit).mean()),
        float((odds(tested) < limit).mean()),
        float((highest(tested) < plain_limit).mean()),
    )


def _plain_network(rows: Rows, labels: Names, recipe: Recipe, seed: int) -> HandNetwork:
    gestures = labels != NO_GESTURE
    hands = rows[gestures]
    classes, places = np.unique(labels[gestures], return_inverse=True)
    network = HandNetwork(members=recipe.members, hidden=recipe.hidden, passes=recipe.passes, seed=seed)
    return network.fit_passes(lambda _pass, rng: (features(augment(hands, rng, recipe.variation)), places), classes)
