"""How the shipped model is trained: a guarded network, varied hands, and hands that are no gesture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from models.gesture.features import features
from models.gesture.gestures import NO_GESTURE
from models.hand.made_rows import no_gesture_rows
from trainer.features_step import HandFeatures
from trainer.recognition.augmentation import USUAL, Augmentation, augment
from trainer.recognition.guard import Guarded
from trainer.recognition.network import HandNetwork
from trainer.recognition.unknown import UnknownHands

Rows = NDArray[np.float32]
Names = NDArray[np.str_]

POOL_PASSES = 5
"""A pool of made hands is this many times what one pass takes of it; variation makes them differ from pass to pass."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a recogniser is trained.

    Attributes
    ----------
    members, hidden, passes
        Of the network, see :class:`trainer.recognition.network.HandNetwork`.
    recombined
        Hands a pass that carry fingers of another hand, see :class:`trainer.recognition.unknown.UnknownHands`.
    articulated
        Hands a pass that the articulated hand makes of no gesture.
    least
        Fewest hands of a gesture a pass; those of rare ones come several times, varied each time.
    variation
        How hands are varied.
    strictness
        Of the guard.
    """

    members: int = 1
    hidden: tuple[int, ...] = (384, 192)
    passes: int = 30
    recombined: int = 8000
    articulated: int = 4000
    least: int = 300
    variation: Augmentation = field(default=USUAL)
    strictness: float = 3.0


def train_recogniser(
    rows: Rows,
    labels: Names,
    recipe: Recipe = Recipe(),
    seed: int = 0,
    report: Callable[[int, int], None] | None = None,
) -> Guarded:
    """Train a recogniser; it is not calibrated yet.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)`` of gestures and of ``no_gesture``.
    labels
        ``(N,)``.
    recipe
        How.
    seed
        Of all randomness.
    report
        Told ``(passes done, passes)``.

    Raises
    ------
    trainer.recognition.unknown.UnknownError
        When fewer than two of HaGRID's gestures are among the hands.
    trainer.recognition.guard.GuardError
        When there is no ``no_gesture`` among them.
    """
    names = np.asarray(labels).astype(str)
    classes, places = np.unique(names, return_inverse=True)
    rng = np.random.default_rng([seed, 1])
    nothing = int(np.searchsorted(classes, NO_GESTURE))
    pools = make_pools(rows, names, recipe, rng)
    repeated = _balanced(places, recipe.least, rng)

    def make(_number: int, chance: np.random.Generator) -> tuple[Rows, NDArray[np.intp]]:
        made = [pool[chance.integers(0, len(pool), count)] for pool, count in pools]
        hands = np.concatenate([rows[repeated], *made])
        truth = np.full(len(hands), nothing)
        truth[: len(repeated)] = places[repeated]
        return features(augment(hands, chance, recipe.variation)), truth

    network = HandNetwork(members=recipe.members, hidden=recipe.hidden, passes=recipe.passes, seed=seed)
    network.fit_passes(make, classes, report)
    gestures = repeated[places[repeated] != nothing]
    # Twice the hands: the distributions must hold the variations, too.
    gestures = np.concatenate([gestures, gestures])
    guarded = Guarded(strictness=recipe.strictness)
    return guarded.adopt(network, features(augment(rows[gestures], rng, recipe.variation)), names[gestures])


def make_pools(rows: Rows, names: Names, recipe: Recipe, rng: np.random.Generator) -> list[tuple[Rows, int]]:
    """Make the hands that are no gesture, each kind with how many a pass takes of it."""
    gestures = names != NO_GESTURE
    unknown = UnknownHands(rows[gestures], names[gestures])
    makers: list[tuple[Callable[[int], Rows], int]] = [
        (lambda count: unknown.recombined(count, rng), recipe.recombined),
        (lambda count: unknown.unlike_gestures(no_gesture_rows(count, rng)), recipe.articulated),
    ]
    return [(make(POOL_PASSES * count), count) for make, count in makers if count]


def pipeline_of(guarded: Guarded) -> Pipeline:
    """Put the features before a recogniser: raw rows in, as every saved pipeline takes them."""
    return Pipeline([("features", HandFeatures().fit(np.zeros((1, 63)))), ("estimator", guarded)])


def _balanced(places: NDArray[np.intp], least: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Give the places of all hands, those of rare classes several times."""
    chosen = [np.arange(len(places))]
    for number, count in enumerate(np.bincount(places)):
        if 0 < count < least:
            chosen.append(rng.choice(np.flatnonzero(places == number), least - count))
    return np.concatenate(chosen)
