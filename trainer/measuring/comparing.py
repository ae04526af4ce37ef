"""Two models side by side on the same hands: a version, and the one that is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.catalog import load_model, version_number
from models.gesture.classifier import GestureClassifier
from models.gesture.gestures import NO_GESTURE
from models.gesture.registry import Registry
from models.gesture.versions import Version, VersionError, load_copy
from trainer.measuring import intervals, metrics
from trainer.readers import read
from trainer.sweeping.exporting import in_blocks
from trainer.sweeping.judged import JudgedData, RegistrationError, contained, stored_judgement
from trainer.tracking import Tracker

DRAWS = 1000
SEED = 0
CHECK_SET = "check"


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """What both models are asked.

    Attributes
    ----------
    part
        ``check`` for the user's own check set, ``test`` for the test rows of a sweep.
    rows, labels, groups
        Raw rows ``(N, 63)``, their labels and whose they are.
    notes
        Sentences about what the figures can say.
    """

    part: str
    rows: NDArray[np.float32]
    labels: NDArray[np.str_]
    groups: NDArray[np.str_]
    notes: tuple[str, ...] = ()


def compare(tracker: Tracker, registry: Registry, new: Version, other: str) -> dict[str, Any]:
    """Compare a version with another model, on hands that neither was trained on as far as that is known.

    Parameters
    ----------
    tracker, registry
        The store.
    new
        A version that a sweep made.
    other
        ``shipped``, a version, an alias, or a folder.

    Returns
    -------
    dict
        ``new``, ``old`` and ``parts``: the user's check set first, where there is one, then the sweep's test rows; a
        part has ``rows``, ``macro_f1`` and the bootstrap ``interval`` of its difference over the classes that both
        know, ``classes`` with the figures of each, ``lost`` gestures that only the old model knows, ``unmeasured`` ones
        that only the new model knows and no hand shows, ``labels`` and both ``confusion`` matrices, whose rows are the
        true labels.

    Raises
    ------
    GestureError
        When one of the two cannot be loaded, or no hands are left to compare them on.
    """
    old = registry.find(other) if version_number(other) is not None else None
    test = _test_hands(tracker, new, old)
    check = read(CHECK_SET)
    models = (_load(registry, new), _load(registry, old) if old else load_model(other, registry.home))
    parts = [test]
    if len(check):
        parts.insert(0, Hands(CHECK_SET, check.rows, check.labels, check.groups))
    return {
        "new": str(new.number),
        "old": other if old is None else str(old.number),
        "parts": [compare_on(hands, *models) for hands in parts if len(hands.rows)],
    }


def compare_on(hands: Hands, new: GestureClassifier, old: GestureClassifier) -> dict[str, Any]:
    """Compare two models on some hands; the difference of each class has a 95 % bootstrap interval of its own.

    Both models see the same draws, so that what is hard for both does not blur their difference. Whole groups are
    drawn, and hands within a group of several: a gesture of one take only would seem to be measured without any doubt.
    What one of them was never taught has figures of its own and is left out of the whole.
    """
    answers = [np.asarray(model.labels)[in_blocks(model.predict, hands.rows).argmax(axis=1)] for model in (new, old)]
    labels = sorted({*hands.labels.tolist(), *(str(one) for given in answers for one in given)})
    truth, first, second = (metrics.places(names, labels) for names in (hands.labels, *answers))
    count = len(labels)
    occurs = np.bincount(truth, minlength=count)
    scored = np.flatnonzero(occurs)

    def scores(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        both = [
            metrics.f1_by_class(metrics.confusion(truth, given, count, weights))[scored] for given in (first, second)
        ]
        return np.nan_to_num(np.stack(both))

    whole = scores()
    shared = np.array([labels[place] in new.labels and labels[place] in old.labels for place in scored])
    if not shared.any():
        shared[:] = True
    members = intervals.group_numbers(hands.groups)
    sizes = np.bincount(members)
    several = sizes[members] > 1
    rng = np.random.default_rng(SEED)
    drawn = np.empty((DRAWS, len(scored)))
    for draw in range(DRAWS):
        weights = np.bincount(rng.integers(0, len(sizes), len(sizes)), minlength=len(sizes)).astype(np.float64)[members]
        weights[several] *= rng.poisson(1.0, int(several.sum()))
        present = np.bincount(truth, weights, minlength=count)[scored] > 0
        drawn[draw] = np.where(present, np.subtract(*scores(weights)), np.nan)
    drawn = drawn[~np.isnan(drawn).all(axis=1)]
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    # A class that a draw misses counts with the difference that was measured, not as a class that does not exist.
    filled = np.where(np.isnan(drawn), np.subtract(*whole), drawn)
    overall = np.quantile(filled[:, shared].mean(axis=1), [0.025, 0.975])
    only_new, only_old = (
        sorted({*one.labels} - {*other.labels, NO_GESTURE}) for one, other in ((new, old), (old, new))
    )
    return {
        "part": hands.part,
        "rows": len(hands.rows),
        "macro_f1": {"new": float(whole[0][shared].mean()), "old": float(whole[1][shared].mean())},
        "interval": overall.tolist(),
        "classes": [
            {
                "label": labels[place],
                "rows": int(occurs[place]),
                "new": float(whole[0, number]),
                "old": float(whole[1, number]),
                "interval": [float(low[number]), float(high[number])],
                "known_to_old": labels[place] in old.labels,
            }
            for number, place in enumerate(scored.tolist())
        ],
        "lost": only_old,
        "unmeasured": [label for label in only_new if label not in hands.labels],
        "labels": labels,
        "confusion": {
            name: metrics.confusion(truth, given, count).astype(int).tolist()
            for name, given in (("new", first), ("old", second))
        },
        "notes": list(hands.notes),
    }


def _test_hands(tracker: Tracker, new: Version, old: Version | None) -> Hands:
    sweep = new.tags.get("sweep", "")
    data = stored_judgement(tracker, sweep)
    judged = data.judged
    keep = np.ones(len(judged.test_rows), bool)
    notes = []
    if data.drawn:
        notes.append("These hands were drawn from the prior: they are not real hands.")
    if old is None:
        notes.append("It is not known row by row what the other model was trained on; some of these may be among it.")
    elif old.tags.get("sweep", "") != sweep:
        keep = ~contained(data.test_digests, _used(tracker, old).used_digests)
        if not keep.any():
            raise RegistrationError(
                f"Version {old.number} was trained on all of the test rows; nothing can be compared."
            )
        if not keep.all():
            notes.append(f"{int((~keep).sum())} test rows were left out: version {old.number} was trained on them.")
    return Hands("test", judged.test_rows[keep], judged.test_labels[keep], judged.test_groups[keep], tuple(notes))


def _used(tracker: Tracker, version: Version) -> JudgedData:
    try:
        return stored_judgement(tracker, version.tags.get("sweep", ""))
    except RegistrationError as error:
        raise RegistrationError(f"Version {version.number} cannot be compared: {error}") from error


def _load(registry: Registry, version: Version) -> GestureClassifier:
    registry.fetch(version)
    classifier = load_copy(registry.home, version.number, registry.store.registry)
    if classifier is None:
        raise VersionError(f"The local copy of version {version.number} is not whole. Try again.")
    return classifier
