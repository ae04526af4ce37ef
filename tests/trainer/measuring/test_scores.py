from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics as reference

from trainer.figures import Bar, confusion_picture, leaderboard_picture
from trainer.measuring.scores import ScoreError, metric_name, score


def test_scores_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels = ["fist", "like", "palm", "stop"]
    truth = rng.choice(labels, 500)
    probabilities = rng.dirichlet(np.ones(4), 500)
    answers = np.asarray(labels)[probabilities.argmax(axis=1)]
    found = score(truth, answers, probabilities, labels)
    report = reference.classification_report(truth, answers, output_dict=True)
    assert found.accuracy == pytest.approx(report["accuracy"])
    assert found.macro_f1 == pytest.approx(report["macro avg"]["f1-score"])
    numbers = found.to_metrics()
    assert numbers["weighted_precision"] == pytest.approx(report["weighted avg"]["precision"])
    assert numbers["recall/like"] == pytest.approx(report["like"]["recall"])
    assert found.log_loss == pytest.approx(reference.log_loss(truth, probabilities), abs=1e-6)
    assert np.array_equal(found.counts, reference.confusion_matrix(truth, answers))
    assert "weighted" in found.report()
    assert json.loads(json.dumps(found.to_dict()))["labels"] == labels


def test_classes_that_the_model_does_not_know_count_as_errors() -> None:
    found = score(["like", "wave"], ["like", "like"], np.array([[1.0]]).repeat(2, axis=0), ["like"])
    assert found.labels == ("like", "wave")
    assert found.accuracy == 0.5
    assert found.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert found.log_loss is not None
    assert found.log_loss > 1


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ScoreError, match="at least one"):
        score([], [])
    with pytest.raises(ScoreError, match="1 and 2"):
        score(["a", "b"], ["a"])


@pytest.mark.parametrize(("label", "wanted"), [("like", "like"), ("größer", "größer"), ("a:b%", "a_b_")])
def test_labels_become_metric_names(label: str, wanted: str) -> None:
    assert metric_name(label) == wanted


@pytest.mark.parametrize("classes", [2, 19, 70])
def test_confusion_pictures_are_large_enough_to_read(classes: int) -> None:
    rng = np.random.default_rng(1)
    labels = [f"gesture {number}" for number in range(classes)]
    truth = rng.choice(labels, 2000)
    answers = np.where(rng.random(2000) < 0.9, truth, rng.choice(labels, 2000))
    picture = Image.open(io.BytesIO(confusion_picture(score(truth, answers), "a title")))
    assert min(picture.size) >= 1800
    assert max(picture.size) < 5000
    assert len(np.unique(np.asarray(picture.convert("L")))) > 20


def test_leaderboard_pictures_take_equal_scores_and_long_notes() -> None:
    bars = [Bar("one", "x" * 300, 0.9, 0.9, 0.9), Bar("two", "", 0.9, 0.9, 0.9, marked=True)]
    picture = Image.open(io.BytesIO(leaderboard_picture(bars, "title", "subtitle")))
    assert picture.width == 2000
