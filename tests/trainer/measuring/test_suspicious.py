"""Planted wrong labels on the articulated hand: most are found, few right ones are accused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models.gesture.gestures import GESTURES
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows, held_out_rows, no_gesture_rows
from models.home import Home
from models.samples import NewSample, SampleStore
from trainer.cancelling import Cancelled
from trainer.cli import main
from trainer.data.text_column import TextColumn
from trainer.dataset import DataError, Dataset
from trainer.measuring.suspicious import MOST_CLASSES, find_suspicious
from trainer.progress import Progress


def takes(*plan: tuple[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Rows, labels and groups of takes, each a group."""
    rows = np.concatenate([own for _, own in plan])
    labels = np.concatenate([[label] * len(own) for label, own in plan])
    return rows, labels, [f"take {number}" for number, (_, own) in enumerate(plan) for _ in own]


def recorded() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Two takes of each gesture, a new gesture with two takes, and hands that make none."""
    rng = np.random.default_rng(0)
    plan = [(name, gesture_rows(name, 15, rng)) for name in GESTURES for _ in range(2)]
    plan += [("rude", held_out_rows("middle_finger", 20, rng)) for _ in range(2)]
    return takes(*plan, *(("no_gesture", no_gesture_rows(20, rng)) for _ in range(2)))


def test_most_planted_labels_are_found_and_few_right_ones_accused() -> None:
    rows, true, groups = recorded()
    rng = np.random.default_rng(0)
    given = true.copy()
    for row in rng.choice(len(true), len(true) // 20, replace=False):
        given[row] = rng.choice([name for name in np.unique(true) if name != true[row]])
    findings = find_suspicious(Dataset.of(rows, given, groups=groups))
    planted = np.flatnonzero(given != true)
    found = [one.row for one in findings.suspicious]
    assert findings.judged == len(true)
    assert findings.notes == ()
    assert len(set(found) & set(planted)) >= 0.7 * len(planted)
    assert len(set(found) - set(planted)) <= 0.03 * len(true)
    rightly = [one.suggested == true[one.row] for one in findings.suspicious if one.row in set(planted)]
    assert np.mean(rightly) > 0.9
    margins = [one.label_confidence - one.confidence for one in findings.suspicious]
    assert margins == sorted(margins)
    for one in findings.suspicious:
        assert one.label == given[one.row] != one.suggested
        assert one.confidence >= findings.thresholds[one.suggested] - 1e-4
        assert findings.thresholds[one.suggested] >= 0.5


def test_the_same_search_gives_the_same_answer() -> None:
    rng = np.random.default_rng(0)
    rows, labels, groups = takes(("fist", gesture_rows("palm", 9, rng)), ("like", gesture_rows("like", 9, rng)))
    one, two = (find_suspicious(Dataset.of(rows, labels, groups=groups)) for _ in range(2))
    assert one == two
    assert {(found.label, found.suggested) for found in one.suspicious} == {("fist", "palm")}


def test_a_whole_take_under_a_wrong_name_is_found() -> None:
    rng = np.random.default_rng(5)
    plan = [(name, gesture_rows(name, 20, rng)) for name in ("fist", "palm", "like") for _ in range(2)]
    rows, labels, groups = takes(*plan, ("call", gesture_rows("fist", 20, rng)))
    findings = find_suspicious(Dataset.of(rows, labels, groups=groups))
    wrong = {row for row, label in enumerate(labels) if label == "call"}
    found = {one.row for one in findings.suspicious if one.suggested == "fist"}
    assert len(found & wrong) >= 15
    assert len({one.row for one in findings.suspicious} - wrong) <= 6


def test_few_hands_of_one_gesture_are_judged_beside_the_prior() -> None:
    rng = np.random.default_rng(1)
    rows, labels, groups = takes(("fist", gesture_rows("fist", 4, rng)), ("fist", gesture_rows("like", 1, rng)))
    findings = find_suspicious(Dataset.of(rows, labels, groups=groups))
    assert [(one.row, one.suggested) for one in findings.suspicious] == [(4, "like")]


def test_a_new_gesture_of_one_take_is_judged_by_its_other_hands_and_that_is_said() -> None:
    rng = np.random.default_rng(2)
    rows, labels, groups = takes(
        ("rude", held_out_rows("middle_finger", 30, rng)),
        ("fist", gesture_rows("fist", 20, rng)),
        ("pinkie", held_out_rows("pinkie", 1, rng)),
    )
    findings = find_suspicious(Dataset.of(rows, labels, groups=groups))
    assert len(findings.suspicious) <= 2
    assert findings.judged == 50
    assert len(findings.notes) == 2
    assert "rude" in findings.notes[0]
    assert "one hand of pinkie" in findings.notes[1]


def test_hands_without_groups_are_held_out_with_their_near_copies() -> None:
    rng = np.random.default_rng(3)
    wrong = np.repeat(gesture_rows("palm", 1, rng), 6, axis=0) + rng.normal(0, 0.05, (6, 63)).astype(np.float32)
    rows, labels, _ = takes(("fist", gesture_rows("fist", 30, rng)), ("fist", wrong))
    findings = find_suspicious(Dataset.of(rows, labels))
    assert {one.row for one in findings.suspicious} == set(range(30, 36))


def test_confirmed_labels_are_left_out_and_counted() -> None:
    rng = np.random.default_rng(4)
    rows, labels, groups = takes(("fist", gesture_rows("fist", 10, rng)), ("fist", gesture_rows("palm", 3, rng)))
    data = Dataset.of(rows, labels, groups=groups)
    confirmed = TextColumn.of([""] * 10 + ["fist", "palm", ""])
    findings = find_suspicious(replace(data, extras={"confirmed": confirmed}))
    assert sorted(one.row for one in findings.suspicious) == [11, 12]
    assert findings.confirmed == 1


def test_no_hands_and_too_many_labels_are_told() -> None:
    assert find_suspicious(Dataset.of(np.zeros((0, 63), np.float32), ())).suspicious == ()
    rows = np.random.default_rng(0).normal(300, 60, (MOST_CLASSES + 1, 63)).astype(np.float32)
    with pytest.raises(DataError, match="201 labels"):
        find_suspicious(Dataset.of(rows, [f"label {number}" for number in range(len(rows))]))


def test_it_is_cancelled_while_it_trains() -> None:
    rng = np.random.default_rng(0)
    rows, labels, groups = takes(("fist", gesture_rows("fist", 5, rng)))
    progress = Progress("quiet")
    progress.cancel()
    with pytest.raises(Cancelled):
        find_suspicious(Dataset.of(rows, labels, groups=groups), progress)


def test_the_command_names_samples_by_their_numbers(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(6)

    def hands(gesture: str, count: int) -> list[NewSample]:
        points = gesture_rows(gesture, count, rng).reshape(-1, 21, 3)
        return [NewSample(Hand(np.array(one), "Right", 1.0, (640, 480)), 1.0) for one in points]

    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        store.add(store.start_take(session, "like"), hands("like", 8))
        store.delete(store.ids()[:1])
        (wrong,) = store.add(store.start_take(session, "like"), hands("palm", 1))
        store.add(store.start_take(session, "like", check=True), hands("fist", 3))
    assert main(["suspicious", "--json", "--quiet"]) == 0
    content = json.loads(capsys.readouterr().out)
    (found,) = content["suspicious"]
    assert (found["sample"], found["id"]) == (wrong, f"sample-{wrong}")
    assert (found["label"], found["suggested"]) == ("like", "palm")
    assert 0 <= found["label_confidence"] < found["confidence"] <= 1
    assert (content["hands"], content["judged"], content["confirmed"]) == (8, 8, 0)
    assert any("3" in note and "check set" in note for note in content["notes"])
    with SampleStore(home.samples_database) as store:
        store.confirm([wrong])
    assert main(["suspicious", "--quiet"]) == 0
    assert capsys.readouterr().out == "0 of 8 hands look mislabelled\n"


def test_the_command_works_without_samples_and_says_what_is_wrong(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suspicious", "--json"]) == 0
    out, words = capsys.readouterr()
    assert json.loads(out)["suspicious"] == []
    assert words.count("No samples") == 1
    assert main(["suspicious", "--data", str(home.root / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
