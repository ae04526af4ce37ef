from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from models.gesture.classifier import CurvePoint
from models.gesture.prior import Prior
from trainer.features_step import HandFeatures
from trainer.recognition.guard import Guarded
from trainer.recognition.unknown import UnknownHands
from trainer.runs.model_file import dump_pipeline, load_pipeline
from trainer.sweeping.completing import completed, operating_threshold
from trainer.sweeping.exporting import Finalist, export
from trainer.sweeping.judged_rows import Judged

LABELS = ("fist", "four", "like", "no_gesture", "palm", "peace", "rock")


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    prior, rng = Prior.load(), np.random.default_rng(seed)
    rows = np.concatenate([prior.draw(label, count, rng) for label in LABELS])
    return rows, np.repeat(LABELS, count)


@pytest.fixture(scope="module")
def judged() -> Judged:
    known, known_labels = draw(150, 0)
    held, held_labels = draw(100, 1)
    test, test_labels = draw(60, 2)
    return Judged(known, known_labels, held, held_labels, test, test_labels, np.full(len(test), "", dtype="U1"))


@pytest.fixture(scope="module")
def fitted(judged: Judged) -> Pipeline:
    classifier = LogisticRegression(max_iter=300)
    return Pipeline([("features", HandFeatures()), ("classifier", classifier)]).fit(
        judged.known_rows, judged.known_labels
    )


def test_unknown_hands_are_refused_and_gestures_kept(judged: Judged, fitted: Pipeline) -> None:
    made = completed(fitted, judged)
    assert isinstance(made[-1], Guarded)
    gestures = judged.test_labels != "no_gesture"
    maker = UnknownHands(judged.test_rows[gestures], judged.test_labels[gestures])
    unknown = maker.recombined(500, np.random.default_rng(3))
    refused = [(pipeline.predict(unknown) == "no_gesture").mean() for pipeline in (fitted, made)]
    assert refused[1] > refused[0] + 0.1
    right = [
        (pipeline.predict(judged.test_rows[gestures]) == judged.test_labels[gestures]).mean()
        for pipeline in (fitted, made)
    ]
    assert right[1] > right[0] - 0.02


def test_a_completed_pipeline_becomes_a_version_like_any_other(judged: Judged, fitted: Pipeline) -> None:
    made = export(Finalist("run", "logistic", 0.9, dump_pipeline(fitted)), judged)
    assert made.facts.unusable == ""
    assert isinstance(load_pipeline(made.pipeline)[-1], Guarded)
    assert 0 <= made.threshold < 1


def test_without_no_gesture_nothing_is_guarded_and_machines_get_probabilities(judged: Judged) -> None:
    known, held = judged.known_labels != "no_gesture", judged.held_labels != "no_gesture"
    gestures = replace(
        judged,
        known_rows=judged.known_rows[known],
        known_labels=judged.known_labels[known],
        held_rows=judged.held_rows[held],
        held_labels=judged.held_labels[held],
    )
    plain, machine = (
        Pipeline([("features", HandFeatures("notebook")), ("classifier", kind)]).fit(
            gestures.known_rows, gestures.known_labels
        )
        for kind in (LogisticRegression(max_iter=300), SVC())
    )
    assert completed(plain, gestures) is plain
    assert not hasattr(machine, "predict_proba")
    probabilities = completed(machine, gestures).predict_proba(gestures.held_rows)
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_the_threshold_costs_hardly_a_gesture() -> None:
    curve = [CurvePoint(at, 0.1, lost) for at, lost in ((0.0, 0.02), (0.4, 0.021), (0.5, 0.0215), (0.6, 0.03))]
    assert operating_threshold(curve) == 0.5
    assert operating_threshold(curve[:1]) == 0.0
