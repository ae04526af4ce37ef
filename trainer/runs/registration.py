"""From finalists to registered versions, and whether the new champion takes the place of the present one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.gesture.classifier import GestureClassifier
from models.gesture.features import FEATURES_VERSION
from models.gesture.registry import Registry
from models.gesture.versions import (
    CHAMPION,
    HASH_TAG,
    MODEL_FILE,
    UNUSABLE_TAG,
    Version,
    VersionError,
    join_labels,
    load_copy,
)
from trainer.measuring import intervals, metrics
from trainer.runs.run_facts import PARENT_TAG, Run
from trainer.sweeping.exporting import Export, in_blocks
from trainer.sweeping.journal import FAMILY_TAG, PARAMS_TAG
from trainer.sweeping.judged import JudgedData, RegistrationError, contained, stored_judgement
from trainer.sweeping.selection import champion
from trainer.tracking import Tracker

FEWEST_COMPARED = 100
FEWEST_GROUPS = 5
CALIBRATED_NAME = "with probabilities"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions on the same test rows, none of which the older one was trained on.

    Attributes
    ----------
    rows
        How many.
    groups
        How many persons, sessions or takes they are of; rows without one count each.
    new, old
        Macro F1 of both.
    low, high
        95 % bootstrap interval of the difference, new minus old.
    """

    rows: int
    groups: int
    new: float
    old: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the new one is better beyond doubt."""
        return not self.too_few_groups and self.low > 0

    @property
    def too_few_groups(self) -> bool:
        """Whether the interval says nothing: of one group, every draw is the same."""
        return self.groups < FEWEST_GROUPS

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON knows it."""
        return {
            "rows": self.rows,
            "groups": self.groups,
            "new": self.new,
            "old": self.old,
            "interval": [self.low, self.high],
        }


@dataclass(frozen=True, slots=True)
class Crowning:
    """What became of a sweep's champion.

    Attributes
    ----------
    version
        Its version.
    sentence
        What happened and why.
    comparison
        With the present champion, where that could be made.
    """

    version: Version
    sentence: str
    comparison: Comparison | None = None


LATENCY_METRIC = "onnx_us_per_hand"


def measured(tracker: Tracker, made: Export) -> Export:
    """Log what was measured on a model file with its run, once: a retry keeps the first figures, and so its choice."""
    run_id = made.facts.run_id
    before = tracker.run(run_id).metrics
    if LATENCY_METRIC in before:
        return replace(made, facts=replace(made.facts, latency_us=before[LATENCY_METRIC]))
    if made.test is not None:
        numbers = {f"test/{name}": value for name, value in made.test.to_metrics().items() if "/" not in name}
        numbers |= {
            LATENCY_METRIC: made.facts.latency_us,
            "onnx_bytes": made.facts.model_bytes,
            "agreement": made.agreement,
        }
        tracker.write(run_id, metrics=numbers)
    return made


def register_export(tracker: Tracker, registry: Registry, run: Run, made: Export, data: JudgedData) -> Version:
    """Register one finalist with its model file; asked again, give the version that is there.

    Parameters
    ----------
    tracker, registry
        The store.
    run
        The finalist's run.
    made
        Its model file and figures; without a model file the version says why the app cannot load it.
    data
        What it was trained on.
    """
    there = next((version for version in registry.versions() if version.run_id == run.run_id), None)
    if there is not None:
        return there
    model_id = (
        tracker.add_model(run.run_id, made.pipeline, name=CALIBRATED_NAME, example=data.judged.test_rows[:2])
        if made.pipeline
        else tracker.model_id(run.run_id)
    )
    if made.content:
        tracker.complete_model(model_id, {MODEL_FILE: made.content})
    return registry.register(run.run_id, model_id, version_tags(run, made, data))


def version_tags(run: Run, made: Export, data: JudgedData) -> dict[str, str]:
    """Give the tags of a version: those of the contract, and what the app shows besides."""
    tags = {
        "family": run.tags.get(FAMILY_TAG, ""),
        "features_version": str(FEATURES_VERSION),
        "recipe": run.params.get("recipe", ""),
        "classes": join_labels(made.classes),
        "dataset_digest": data.dataset_digest,
        "macro_f1": f"{made.facts.score:.6f}",
        "latency_us": f"{made.facts.latency_us:.1f}",
        "model_bytes": str(made.facts.model_bytes),
        "agreement": f"{made.agreement:.6f}",
        "threshold": f"{made.threshold:.4f}",
        "params": run.tags.get(PARAMS_TAG, ""),
        "sweep": run.tags.get(PARENT_TAG, ""),
        "trained_on": "draws from the prior" if data.drawn else "data",
    }
    if made.test is not None:
        tags["test_macro_f1"] = f"{made.test.macro_f1:.6f}"
        tags["test_rows"] = str(len(data.judged.test_rows))
    if made.content:
        tags[HASH_TAG] = hashlib.sha256(made.content).hexdigest()
    if made.facts.unusable:
        tags[UNUSABLE_TAG] = made.facts.unusable
    return tags


def to_register(
    exports: Sequence[Export], best_score: float, standard_error: float
) -> tuple[list[Export], Export | None]:
    """Choose what is registered: the best of each family that the app can load, else its best, and the champion last.

    Parameters
    ----------
    exports
        All finalists.
    best_score, standard_error
        Of the sweep's best.
    """
    chosen = champion([made.facts for made in exports], best_score, standard_error)
    families: dict[str, Export] = {}
    for made in sorted(exports, key=lambda made: (bool(made.facts.unusable), -made.facts.score, made.facts.run_id)):
        families.setdefault(made.facts.family, made)
    crowned = next((made for made in exports if chosen is not None and made.facts.run_id == chosen.run_id), None)
    order = sorted(families.values(), key=lambda made: made.facts.score)
    return [made for made in order if made is not crowned] + ([crowned] if crowned is not None else []), crowned


def crown(tracker: Tracker, registry: Registry, version: Version, data: JudgedData) -> Crowning:
    """Make a version the challenger, and the champion where it beats the present one or there is none.

    Parameters
    ----------
    tracker, registry
        The store.
    version
        The sweep's champion.
    data
        Its test rows.
    """
    present = next((other for other in registry.versions() if CHAMPION in other.aliases), None)
    if present is not None and present.number == version.number:
        return Crowning(version, f"Version {version.number} is the champion already.")
    registry.challenge(version)
    if present is None:
        return Crowning(registry.promote(version), f"Version {version.number} is the first champion.")
    try:
        comparison = compare_versions(tracker, registry, version, present, data)
    except GestureError as error:
        sentence = (
            f"Version {version.number} is the challenger; it was not compared with version {present.number}: {error}"
        )
        return Crowning(registry.find(str(version.number)), sentence)
    figures = (
        f"{comparison.new:.4f} against {comparison.old:.4f} on {comparison.rows} test rows"
        f" (difference {comparison.low:+.4f} to {comparison.high:+.4f})"
    )
    if comparison.too_few_groups:
        figures += (
            f"; they are of {comparison.groups} persons, sessions or takes, and {FEWEST_GROUPS} are needed to be sure"
        )
    if comparison.better:
        sentence = f"Version {version.number} beats champion {present.number} and takes its place: {figures}."
        return Crowning(registry.promote(version), sentence, comparison)
    sentence = (
        f"Version {version.number} is the challenger; it does not clearly beat champion {present.number}: {figures}."
        f" 'gesture-train promote {version.number}' makes it the champion all the same."
    )
    return Crowning(registry.find(str(version.number)), sentence, comparison)


def compare_versions(tracker: Tracker, registry: Registry, new: Version, old: Version, data: JudgedData) -> Comparison:
    """Compare two versions on the new one's test rows that the old one was not trained on.

    Raises
    ------
    RegistrationError
        When it is not known what the old one was trained on, or too few rows are left.
    """
    before = stored_judgement(tracker, old.tags.get("sweep", ""))
    fresh = ~contained(data.test_digests, before.used_digests)
    if fresh.sum() < FEWEST_COMPARED:
        raise RegistrationError(
            f"only {int(fresh.sum())} of the test rows are new to it, and {FEWEST_COMPARED} are needed."
        )
    labels, groups = data.judged.test_labels[fresh], data.judged.test_groups[fresh]
    answers = [_answers(registry, version, data.judged.test_rows[fresh]) for version in (new, old)]
    names = sorted({*labels, *answers[0], *answers[1]})
    truth, first, second = (metrics.places(words, names) for words in (labels, *answers))

    def macro_f1(given: NDArray[np.intp], weights: NDArray[np.float64] | None = None) -> float:
        return metrics.macro_f1(truth, given, len(names), weights)

    difference = intervals.bootstrap(lambda weights: macro_f1(first, weights) - macro_f1(second, weights), groups)
    count = int(intervals.group_numbers(groups).max()) + 1
    return Comparison(int(fresh.sum()), count, macro_f1(first), macro_f1(second), difference.low, difference.high)


def _answers(registry: Registry, version: Version, rows: NDArray[np.float32]) -> NDArray[np.str_]:
    registry.fetch(version)
    classifier: GestureClassifier | None = load_copy(registry.home, version.number, registry.store.registry)
    if classifier is None:
        raise VersionError(f"The local copy of version {version.number} is not whole. Try again.")
    answers: NDArray[np.str_] = np.asarray(classifier.labels)[in_blocks(classifier.predict, rows).argmax(axis=1)]
    return answers


def champion_report(crowning: Crowning, made: Export, params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the ``champion`` of a sweep's JSON."""
    test = made.test
    return {
        "version": crowning.version.number,
        "aliases": list(crowning.version.aliases),
        "run_id": made.facts.run_id,
        "family": made.facts.family,
        "params": dict(params),
        "macro_f1": made.facts.score,
        "latency_us": made.facts.latency_us,
        "model_bytes": made.facts.model_bytes,
        "agreement": made.agreement,
        "test": None
        if test is None
        else {
            "rows": int(test.counts.sum()),
            "macro_f1": test.macro_f1,
            "accuracy": test.accuracy,
            "interval": made.test_interval,
            "log_loss": test.log_loss,
            "ece": test.ece,
        },
        "sentence": crowning.sentence,
        "compared": None if crowning.comparison is None else crowning.comparison.to_dict(),
    }
