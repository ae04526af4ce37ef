from __future__ import annotations

import numpy as np
import pytest

from models.gesture.versions import Version
from models.home import Home
from trainer.commands.listed_versions import listed_versions
from trainer.leaderboard import Entry, Held, show, with_intervals
from trainer.progress import Progress

TRUTH = np.repeat(np.arange(3), 20)


def entry(name: str, score: float) -> Entry:
    return Entry(name, {}, name, score, score, score, score, name, 1.0)


def test_intervals_are_of_the_best_of_each_family_and_never_certain() -> None:
    wrong = np.where(np.arange(60) % 12 == 0, (TRUTH + 1) % 3, TRUTH)
    entries = [entry("svm", 1.0), entry("knn", float((wrong == TRUTH).mean()))]
    groups = np.arange(60).astype(str)
    ranked, error = with_intervals(entries, Held(TRUTH, groups, 3, {"svm": TRUTH, "knn": wrong}))
    best, other = ranked
    assert 0 < error < 0.05
    assert best.behind == (0.0, 0.0)
    assert best.interval[1] == 1
    assert 0.85 < best.interval[0] < 0.97
    assert other.interval[0] < other.macro_f1 < other.interval[1] < 1
    assert 0 < other.behind[0] < 1 - other.macro_f1 < other.behind[1]
    alone, same = with_intervals(entries, Held(TRUTH, np.repeat("one take", 60), 3, {"svm": TRUTH, "knn": wrong}))
    assert alone[0].interval[0] < best.interval[0]
    assert same == error


def test_runs_without_answers_have_no_interval() -> None:
    ranked, error = with_intervals([entry("svm", 0.9)], Held(TRUTH, np.full(60, ""), 3, {}))
    assert (ranked[0].interval, error) == (None, 0.0)


def test_versions_that_were_made_of_runs_are_named_beside_them(capsys: pytest.CaptureFixture[str]) -> None:
    hashed = {"sha256": "00"}
    versions = [
        Version(8, ("champion",), hashed, 2.0, "svm"),
        Version(7, (), {**hashed, "unusable": "Too slow."}, 1.0, "knn"),
    ]
    show([entry("svm", 0.9), entry("knn", 0.8), entry("mlp", 0.7)], "a sweep", versions)
    lines = {line.split("\N{BOX DRAWINGS LIGHT VERTICAL}")[1].strip(): line for line in shown_rows(capsys)}
    assert "8 champion" in lines["svm"]
    assert "7 (not usable)" in lines["knn"]
    assert not any(figure in lines["mlp"] for figure in ("7 ", "8 "))


def shown_rows(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("\N{BOX DRAWINGS LIGHT VERTICAL}")]


def test_what_was_tried_is_told_where_versions_cannot_be_listed(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")  # where nobody answers
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with Progress("quiet") as progress:
        versions = listed_versions(progress)
    assert versions is None
    show([entry("svm", 0.9)], "a sweep", versions)
    assert "version" not in capsys.readouterr().out
