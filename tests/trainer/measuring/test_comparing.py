from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.gesture.catalog import load_model
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows
from models.home import Home
from models.samples import NewSample, SampleFilter, SampleStore
from trainer.cli import main
from trainer.dataset import COORDINATES
from trainer.measuring.comparing import Hands, compare_on

LABELS = ("fist", "like", "palm")
SPACE = """
recipe = "geometry"
[[logistic]]
C = [1, 10]
"""


def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    rows = np.concatenate([gesture_rows(label, count, rng) for label in LABELS])
    return rows, np.repeat(LABELS, count)


def test_a_model_is_as_good_as_itself(home: Home) -> None:
    model = load_model("shipped", home)
    rows, labels = drawn(40)
    found = compare_on(Hands("test", rows, labels, np.full(len(rows), "")), model, model)
    assert found["macro_f1"]["new"] == found["macro_f1"]["old"] > 0.5
    assert found["interval"] == [0.0, 0.0]
    assert [(one["label"], one["rows"]) for one in found["classes"]] == [(label, 40) for label in LABELS]
    assert np.sum(found["confusion"]["new"], axis=1).tolist()[: len(rows)] == [
        40 if label in LABELS else 0 for label in found["labels"]
    ]


def test_a_gesture_that_the_other_does_not_know_is_marked(home: Home) -> None:
    model = load_model("shipped", home)
    rows, labels = drawn(30)
    named = np.where(labels == "fist", "boulder", labels)
    found = compare_on(Hands("test", rows, named, np.full(len(rows), "")), model, model)
    known = {one["label"]: one["known_to_old"] for one in found["classes"]}
    assert known == {"boulder": False, "like": True, "palm": True}


def test_what_one_of_them_was_never_taught_is_named_and_left_out_of_the_whole(home: Home) -> None:
    model = load_model("shipped", home)
    rows, labels = drawn(30)

    class Taught:
        """Answers as the shipped model does, with other names for two gestures."""

        labels = tuple({"fist": "boulder", "rock": "vulcan"}.get(label, label) for label in model.labels)

        def predict(self, seen: np.ndarray) -> np.ndarray:
            return model.predict(seen)

    named = np.where(labels == "fist", "boulder", labels)
    found = compare_on(Hands("test", rows, named, np.full(len(rows), "")), Taught(), model)  # type: ignore[arg-type]
    assert found["lost"] == ["fist", "rock"]
    assert found["unmeasured"] == ["vulcan"]
    by_class = {one["label"]: (one["new"], one["old"]) for one in found["classes"]}
    assert by_class["boulder"][0] > 0.5 > by_class["boulder"][1]
    both = [by_class["like"], by_class["palm"]]
    assert found["macro_f1"] == {"new": np.mean([new for new, _ in both]), "old": np.mean([old for _, old in both])}
    assert found["interval"][0] <= found["macro_f1"]["new"] - found["macro_f1"]["old"] <= found["interval"][1]


def test_classes_of_one_take_each_are_never_compared_without_doubt(home: Home) -> None:
    model = load_model("shipped", home)
    rows, labels = drawn(30)
    blind = rows.copy()
    blind[::3] = 0.0  # hands that no model can tell apart

    class Half:
        """Answers as the shipped model does, of hands that it half sees."""

        labels = model.labels

        def predict(self, seen: np.ndarray) -> np.ndarray:
            return model.predict(blind)

    found = compare_on(Hands("test", rows, labels, labels), model, Half())  # type: ignore[arg-type]
    low, high = found["interval"]
    assert 0 < low < found["macro_f1"]["new"] - found["macro_f1"]["old"] < high
    assert all(one["interval"][0] < one["interval"][1] for one in found["classes"])


def keep_check_set(home: Home) -> None:
    rows, labels = drawn(4)
    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for label in LABELS:
            take = store.start_take(session, label, check=True)
            hands = [Hand(row.reshape(21, 3), "Right", 1.0, (640, 480)) for row in rows[labels == label]]
            store.add(take, [NewSample(hand, 1.0) for hand in hands])
        assert store.count(SampleFilter(check=True)) == 12


@pytest.mark.long
def test_a_swept_version_beside_the_shipped_model_and_beside_an_older_version(
    stored_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, labels = drawn(150)
    table = tmp_path / "hands.csv"
    pd.DataFrame(rows, columns=list(COORDINATES)).assign(label=labels).to_csv(table, index=False)
    (tmp_path / "small.toml").write_text(SPACE)
    sweep = ["sweep", "--data", str(table), "--space", str(tmp_path / "small.toml"), "--jobs", "1", "--json", "--quiet"]
    assert main(sweep) == 0
    version = json.loads(capsys.readouterr().out)["champion"]["version"]
    keep_check_set(stored_home)

    assert main(["compare", str(version), "--with", "shipped", "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["new"], found["old"]) == (str(version), "shipped")
    check, test = found["parts"]
    assert (check["part"], check["rows"]) == ("check", 12)
    assert test["part"] == "test"
    assert test["rows"] > 30
    assert {one["label"] for one in test["classes"]} == set(LABELS)
    assert test["macro_f1"]["new"] > 0.9

    assert main(["compare", str(version), "--with", str(version), "--quiet"]) == 0
    assert "your check set" in capsys.readouterr().out
    assert main(["compare", "77", "--quiet"]) == 1
    assert "no version '77'" in capsys.readouterr().err
