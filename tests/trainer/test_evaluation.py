"""Evaluation by the contract's keys."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from models.gesture.catalog import load_model
from models.gesture.classifier import CurvePoint
from models.gesture.decision import decide
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from models.hand.landmarks import Hand
from models.hand.opencv import cv2
from models.home import find_home
from trainer.cli import main
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
from trainer.evaluation import NONE, Answers, accepted, answer_pictures, answer_rows, evaluate
from trainer.shipping import LOWEST_THRESHOLD, choose_threshold

KEYS = {
    "model", "images", "gesture_images", "hands_found", "accuracy_found", "accuracy_all", "macro_f1_found", "macro_f1",
    "log_loss", "ece", "negative_images", "negatives_with_hand", "negatives_rejected", "unreadable", "per_class",
    "confusion", "labels", "intervals",
}  # fmt: skip


@pytest.fixture(scope="module")
def classifier():
    return load_model("shipped", find_home())


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    prior = Prior.load()
    rng = np.random.default_rng(0)
    labels = ("palm", "fist", NO_GESTURE)
    return Dataset.of(np.concatenate([prior.draw(label, 50, rng) for label in labels]), np.repeat(labels, 50))


def test_rows_give_all_keys_as_json(classifier, drawn):
    result = evaluate(answer_rows(classifier, drawn), classifier.info, "shipped", draws=50)
    assert set(result) == KEYS
    json.dumps(result, allow_nan=False)
    assert (result["gesture_images"], result["negative_images"]) == (100, 50)
    assert np.sum(result["confusion"]) == 150
    low, high = result["intervals"]["accuracy_all"]
    assert low <= result["accuracy_all"] <= high


def test_pictures_without_hand_are_wrong_answers(classifier, drawn):
    hand = Hand(np.nan_to_num(drawn.hands.points[0]), None, 1.0, (640, 480))
    pictures = [("palm", [hand]), ("palm", []), ("palm", None), ("nonsense", []), ("fist", [hand])]
    result = evaluate(answer_pictures(classifier, pictures), classifier.info, "shipped", draws=20)
    assert (result["images"], result["unreadable"], result["hands_found"]) == (4, 1, 2)
    assert result["negatives_rejected"] is None
    assert result["accuracy_all"] == pytest.approx(1 / 3, abs=1e-5)
    assert result["accuracy_found"] == pytest.approx(1 / 2)


def test_all_right_is_not_certain(classifier, drawn):
    probabilities = classifier.predict(drawn.rows)
    right = accepted(probabilities, classifier.labels, 0.0) == np.where(drawn.labels == NO_GESTURE, NONE, drawn.labels)
    result = evaluate(answer_rows(classifier, drawn.take(np.flatnonzero(right)), 0.0), classifier.info, "shipped", 20)
    for key in ("accuracy_found", "accuracy_all", "macro_f1_found", "macro_f1", "negatives_rejected"):
        low, high = result["intervals"][key]
        assert result[key] == high == 1
        assert 0.8 < low < 0.97


def test_classes_of_few_pictures_do_not_pull_the_interval_down(classifier, drawn):
    few = drawn.take(np.r_[0:50, 50:52])
    probabilities = np.zeros((52, len(classifier.labels)), np.float32)
    answers = Answers(few.labels, few.labels.copy(), np.ones(52, bool), probabilities, few.groups)
    answers.answers[0] = NONE
    result = evaluate(answers, classifier.info, "made", draws=200)
    low, high = result["intervals"]["macro_f1"]
    assert 0.9 < low < result["macro_f1"] < high


def test_many_decisions_are_the_same_as_one_by_one(classifier, drawn):
    probabilities = classifier.predict(drawn.rows)
    many = accepted(probabilities, classifier.labels, 0.6)
    single = [decide(each, classifier.labels, 0.6).label or NONE for each in probabilities]
    assert many.tolist() == single


def test_threshold_refuses_at_most_what_is_allowed():
    curve = (CurvePoint(0.3, 0.2, 0.0), CurvePoint(0.5, 0.1, 0.009), CurvePoint(0.7, 0.05, 0.03))
    assert choose_threshold(curve) == 0.5
    assert choose_threshold(curve[2:]) == LOWEST_THRESHOLD


def test_sources_add_up_however_they_are_given(capsys, home, drawn, tmp_path):
    one, other = str(tmp_path / "a.csv"), str(tmp_path / "b.csv")
    write_dataset(drawn.take(slice(0, 10)), Path(one))
    write_dataset(drawn.take(slice(50, 70)), Path(other))
    for words in ([one, other], [one, "--data", other]):
        assert main(["evaluate", "--data", *words, "--json", "--quiet"]) == 0
        counts = json.loads(capsys.readouterr().out)["per_class"]
        assert (counts["palm"]["images"], counts["fist"]["images"]) == (10, 20)


def test_a_folder_of_one_label_is_measured_by_its_name(capsys, home, landmarker_file, tmp_path):
    folder = tmp_path / "palm"
    folder.mkdir()
    for number in range(2):
        cv2.imwrite(str(folder / f"{number}.png"), DemoSource().frame(10 + number).picture)
    words = ["--landmarker", str(landmarker_file), "--json"]
    assert main(["evaluate", "--images", str(folder), *words]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["per_class"]["palm"] == {"images": 2, "found": 2, "correct": 2}
    assert "its name palm was taken as their label" in err
    assert main(["evaluate", "--images", str(folder), *words[:-1], "--quiet"]) == 0
    shown = capsys.readouterr().out.split("right\n")[-1].splitlines()
    assert [line.split() for line in shown] == [["palm", "2", "2", "2"]]  # no gesture that no picture shows
    (tmp_path / "outside.png").write_bytes((folder / "0.png").read_bytes())
    assert main(["evaluate", "--images", str(tmp_path), *words]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["images"] == 2
    assert "1 pictures lie in no folder named by a gesture" in err
    assert main(["evaluate", "--images", str(folder / "0.png"), *words]) == 1
    assert "takes a folder of pictures" in capsys.readouterr().err


def test_command_prints_one_document(capsys, home):
    assert main(["evaluate", "--data", "prior", "--json", "--quiet"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert KEYS | {"seconds"} == set(result)
    assert result["accuracy_all"] > 0.9
