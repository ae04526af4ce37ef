"""What is exported says what was trained, and unknown hands are refused."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from models.gesture.classifier import GestureClassifier, ModelInfo
from models.gesture.features import RECIPES, features
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from trainer.features_step import HandFeatures
from trainer.graphs.conversion import PublishError
from trainer.graphs.features_graph import OPSET, features_graph
from trainer.publish import agreement_of, compare, export_onnx
from trainer.recognition.calibration import CalibratedScores
from trainer.recognition.guard import Guarded, GuardError
from trainer.recognition.network import HandNetwork

LABELS = ("fist", "like", NO_GESTURE, "palm", "peace")


@pytest.fixture(scope="module")
def hands() -> tuple[np.ndarray, np.ndarray]:
    prior = Prior.load()
    rng = np.random.default_rng(1)
    rows = np.concatenate([prior.draw(label, 150, rng) for label in LABELS])
    return rows, np.repeat(LABELS, 150)


@pytest.mark.parametrize("opset", [9, 13, OPSET])
@pytest.mark.parametrize("recipe", RECIPES)
def test_graph_and_numpy_give_the_same_features(hands, recipe, opset):
    graph = features_graph(recipe, opset)
    graph.ir_version = 8
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    (found,) = session.run(None, {"rows": hands[0]})
    assert np.abs(found - features(hands[0], recipe)).max() < 5e-5


@pytest.mark.parametrize("recipe", RECIPES)
def test_z_that_is_not_known_and_hands_of_any_size_give_the_same_features(hands, recipe):
    session = onnxruntime.InferenceSession(features_graph(recipe).SerializeToString())
    for scale in (1e-9, 1e-3, 1e6, 1e30):
        rows = hands[0] * np.float32(scale)
        rows[:, 2::3] = np.nan
        (found,) = session.run(None, {"rows": rows})
        assert np.abs(found - features(rows, recipe)).max() < 5e-5
    points_at_one_place = np.full((1, 63), 7, np.float32)
    (found,) = session.run(None, {"rows": points_at_one_place})
    assert np.abs(found - features(points_at_one_place, recipe)).max() < 5e-5


@pytest.mark.parametrize(
    "estimator",
    [
        Guarded(HandNetwork(hidden=(32,), passes=5)),
        Guarded(LogisticRegression(max_iter=300)),
        CalibratedScores(SVC(kernel="rbf", C=10)),
        CalibratedScores(SVC(kernel="poly", degree=2, C=100)),
        CalibratedScores(SVC(kernel="linear")),
    ],
    ids=["guarded network", "guarded logistic", "rbf", "poly", "linear"],
)
def test_file_and_pipeline_agree(hands, estimator):
    rows, labels = hands
    pipeline = Pipeline([("features", HandFeatures()), ("estimator", estimator)]).fit(rows, labels)
    content = export_onnx(pipeline, ModelInfo(tuple(pipeline.classes_), 0.5))
    assert compare(pipeline, content, rows).sufficient
    assert GestureClassifier(content, "test").predict(rows).shape == (len(rows), len(LABELS))


def test_a_hand_on_the_edge_of_a_tree_does_not_refuse_a_file_and_other_probabilities_do():
    expected = np.random.default_rng(0).dirichlet(np.ones(4), 200)
    one_row = expected.copy()
    one_row[7] = 0.9 * one_row[7] + 0.1 * one_row[8]
    assert agreement_of(expected, one_row).labels == 1
    assert agreement_of(expected, one_row).apart == 1
    assert agreement_of(expected, one_row).sufficient
    blurred = 0.999 * expected + 0.001 * np.roll(expected, 1, axis=1)
    assert agreement_of(expected, blurred).labels == 1
    assert not agreement_of(expected, blurred).sufficient
    assert not agreement_of(expected, np.roll(expected, 1, axis=1)).sufficient


def test_guard_refuses_what_is_far_from_everything(hands):
    rows, labels = hands
    guarded = Guarded(LogisticRegression(max_iter=300)).fit(features(rows), labels)
    strange = np.random.default_rng(2).uniform(0, 300, (200, 63)).astype(np.float32)
    assert (guarded.predict(features(strange)) == NO_GESTURE).mean() > 0.98


@pytest.mark.parametrize("caution", [-1000.0, -90.0, 4.0, 200.0, 1000.0])
def test_a_file_says_the_same_whatever_saying_nothing_costs(hands, caution):
    rows, labels = hands
    guarded = Guarded(LogisticRegression(max_iter=300), caution=caution)
    pipeline = Pipeline([("features", HandFeatures()), ("estimator", guarded)]).fit(rows, labels)
    content = export_onnx(pipeline, ModelInfo(tuple(pipeline.classes_), 0.5))
    strange = np.random.default_rng(2).uniform(0, 300, (5, 63)).astype(np.float32)
    assert compare(pipeline, content, np.concatenate([rows, strange])).largest_difference < 1e-4


def test_guard_needs_no_gesture(hands):
    rows, labels = hands
    kept = labels != NO_GESTURE
    with pytest.raises(GuardError, match=NO_GESTURE):
        Guarded(LogisticRegression(max_iter=300)).fit(features(rows[kept]), labels[kept])


def test_classes_must_be_the_labels(hands):
    rows, labels = hands
    pipeline = Pipeline([("features", HandFeatures()), ("estimator", LogisticRegression(max_iter=300))])
    pipeline.fit(rows, labels)
    with pytest.raises(PublishError, match="classes"):
        export_onnx(pipeline, ModelInfo(("a", "b"), 0.5))
