from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.gesture.catalog import ModelCatalog, load_model
from models.gesture.registry import Registry
from models.gesture.store import held
from models.home import Home
from trainer.cli import main
from trainer.dataset import COORDINATES, DataError
from trainer.progress import Progress
from trainer.runs.run_facts import PARENT_TAG
from trainer.sweep import sweep
from trainer.sweeping.exporting import Finalist
from trainer.sweeping.scheduling import Calls, Done, LocalWorkers
from trainer.sweeping.sweep_facts import SweepError, SweepOptions, SweepReport
from trainer.tracking import Tracker

SPACE = """
recipe = "geometry"
[[svm]]
C = [1, 10]
[[extra_trees]]
n_estimators = [5, 10]
[[knn]]
n_neighbors = [3, 100000]
recipe = "notebook"
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small table of made-up hands of four gestures."""
    rng = np.random.default_rng(0)
    shapes = rng.normal(size=(4, 63)) * 50
    codes = np.repeat(np.arange(4), 180)
    rows = shapes[codes] + rng.normal(size=(720, 63)) * 16
    frame = pd.DataFrame(rows, columns=list(COORDINATES))
    frame["label"] = np.array(["fist", "like", "palm", "stop"])[codes]
    file = tmp_path_factory.mktemp("data") / "hands.csv"
    frame.to_csv(file, index=False)
    return file


@pytest.fixture
def space(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(SPACE)
    return file


class Here:
    """Runs tasks in this process: what is tested is not where they run."""

    count = 1
    deaths: tuple[type[BaseException], ...] = ()

    def run(self, calls: Calls) -> Generator[Done]:
        for place, function, arguments in calls:
            yield Done(place, function(*arguments))

    def close(self) -> None:
        pass


class Dying(Here):
    """Loses its worker at whatever concerns some families when it makes model files."""

    deaths = (ChildProcessError,)

    def __init__(self, *families: str) -> None:
        self.families = families

    def run(self, calls: Calls) -> Generator[Done]:
        for place, function, arguments in calls:
            if isinstance(arguments[0], Finalist) and arguments[0].family in self.families:
                raise ChildProcessError("killed")
            yield Done(place, function(*arguments))


@pytest.fixture
def run(table: Path, space: Path, stored_home: Home) -> Callable[..., SweepReport]:
    def run(**more: Any) -> SweepReport:
        progress = more.pop("progress", Progress("quiet"))
        workers = more.pop("workers", None) or Here()
        return sweep(SweepOptions(**{"data": (str(table),), "space": str(space), "jobs": 2, **more}), progress, workers)

    return run


def test_a_sweep_on_processes_of_its_own_gives_the_same(run: Callable[..., SweepReport]) -> None:
    here = run(register=False, resume=False).content
    there = run(register=False, resume=False, workers=LocalWorkers(2)).content
    assert (there["workers"], there["failed"]) == (2, 1)
    scores = [{entry["macro_f1"] for entry in found["leaderboard"]} for found in (here, there)]
    assert scores[0] == scores[1]


def test_a_sweep_ranks_logs_registers_and_is_not_done_twice(
    run: Callable[..., SweepReport], stored_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    first = run().content
    assert {"experiment", "parent_run", "configurations", "finished", "failed", "wall_s", "fit_and_score_s"} <= set(
        first
    )
    assert (first["configurations"], first["finished"], first["failed"]) == (6, 5, 1)
    keys = {"family", "params", "macro_f1", "accuracy", "precision", "recall", "run_id", "latency_us"}
    assert all(keys <= set(entry) for entry in first["leaderboard"])
    scores = [entry["macro_f1"] for entry in first["leaderboard"]]
    assert scores == sorted(scores, reverse=True)
    assert first["leaderboard"][0]["behind"] == (0.0, 0.0)
    assert json.loads(json.dumps(first))["champion"]["version"] >= 1
    assert first["champion"]["aliases"] == ["champion"]
    assert first["champion"]["test"]["macro_f1"] > 0.8

    tracker = Tracker.open()
    children = tracker.runs({PARENT_TAG: first["parent_run"]})
    assert sorted(run.status for run in children) == ["FAILED", *["FINISHED"] * 5]
    failed = next(run for run in children if run.status == "FAILED")
    assert "n_neighbors" in failed.tags["error"]
    parent = tracker.run(first["parent_run"])
    assert parent.status == "FINISHED"
    assert json.loads(tracker.fetch(parent.run_id, "leaderboard.json"))["parent_run"] == parent.run_id
    assert tracker.fetch(parent.run_id, "leaderboard.png").startswith(b"\x89PNG")
    finished = next(run for run in children if run.tags["family"] == "extra_trees")
    wanted = {
        "accuracy",
        "macro_precision",
        "weighted_f1",
        "f1/like",
        "log_loss",
        "ece",
        "fit_seconds",
        "us_per_hand",
        "model_bytes",
    }
    assert wanted <= set(finished.metrics)

    registry = Registry(stored_home)
    versions = registry.versions()
    assert {version.family for version in versions} == {"svm", "extra_trees", "knn"}
    contract = {
        "family",
        "features_version",
        "classes",
        "dataset_digest",
        "macro_f1",
        "latency_us",
        "model_bytes",
        "agreement",
    }
    assert all(contract <= set(version.tags) for version in versions)
    assert all(float(version.tags["agreement"]) >= 0.999 for version in versions)
    registry.fetch(registry.find("champion"))
    with ModelCatalog(stored_home) as catalog:
        model = catalog.load(str(first["champion"]["version"]))
    assert model.labels == ("fist", "like", "palm", "stop")
    assert model.predict(np.random.default_rng(1).normal(size=(2, 63)).astype(np.float32)).shape == (2, 4)

    again = run().content
    assert again["parent_run"] == first["parent_run"]
    assert (again["resumed"], again["finished"], again["failed"]) == (5, 5, 1)
    assert again["champion"]["version"] == first["champion"]["version"]
    assert [version.number for version in Registry(stored_home).versions()] == [v.number for v in versions]

    assert main(["leaderboard", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [entry["run_id"] for entry in shown["leaderboard"]] == [entry["run_id"] for entry in first["leaderboard"]]


def test_versions_are_registered_promoted_rolled_back_and_exported_by_commands(
    run: Callable[..., SweepReport], stored_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(register=False).content
    first, second = (entry["run_id"] for entry in report["leaderboard"][:2])
    assert main(["register", first, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["number"], made["run_id"], made["unusable"]) == (1, first, "")
    assert main(["register", first]) == 0
    assert capsys.readouterr().out.startswith("Version 1: ")
    assert main(["register", second]) == 0
    assert main(["register", report["parent_run"]]) == 1
    assert "no finished configuration" in capsys.readouterr().err
    assert main(["promote", "1"]) == 0
    assert main(["promote", "v2"]) == 0
    assert main(["rollback"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Version 1 is the champion again."
    assert main(["rollback"]) == 1
    folder = tmp_path / "exported"
    assert main(["export", "champion", str(folder)]) == 0
    assert load_model(str(folder), stored_home).labels == ("fist", "like", "palm", "stop")
    assert json.loads((folder / "manifest.json").read_text())["number"] == 1
    assert main(["export", "17", str(folder)]) == 1
    assert "no version '17'" in capsys.readouterr().err


def test_a_better_sweep_takes_the_champions_place_and_a_worse_one_does_not(
    run: Callable[..., SweepReport], space: Path, stored_home: Home
) -> None:
    space.write_text('recipe = "notebook"\n[[extra_trees]]\nn_estimators = 1\nmax_depth = 1\n')
    weak = run().content["champion"]
    assert weak["sentence"].endswith("is the first champion.")
    space.write_text("[[svm]]\nC = 10\n")
    strong = run().content["champion"]
    assert strong["aliases"] == ["champion"]
    assert strong["compared"]["old"] < strong["compared"]["new"]
    assert strong["compared"]["interval"][0] > 0
    space.write_text("[[extra_trees]]\nn_estimators = 2\nmax_depth = 1\n")
    worse = run().content["champion"]
    assert worse["aliases"] == ["challenger"]
    assert "does not clearly beat champion" in worse["sentence"]
    assert Registry(stored_home).find("champion").number == strong["version"]


class StopAfter(Progress):
    """Interrupts the sweep after some configurations."""

    def __init__(self, configurations: int) -> None:
        super().__init__("quiet")
        self.left = configurations

    def advance(self, event: str, done: float, total: float | None, message: str = "", **more: Any) -> None:
        if "macro_f1" in more:
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt


def test_an_interrupted_sweep_goes_on_where_it_stopped(run: Callable[..., SweepReport], stored_home: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(progress=StopAfter(2), register=False)
    tracker = Tracker.open()
    (parent,) = tracker.runs({"gesture.kind": "sweep"})
    assert parent.status == "KILLED"
    before = tracker.runs({PARENT_TAG: parent.run_id})
    done = [run.run_id for run in before if run.status == "FINISHED"]
    assert 1 <= len(done) <= 2
    # As if the sweep had been killed in the middle of logging, without a chance to say so.
    half = tracker.begin("half", parent=parent.run_id, tags={"gesture.kind": "configuration"})
    tracker.reopen(parent.run_id)

    report = run(register=False).content
    assert report["parent_run"] == parent.run_id
    assert report["resumed"] == len(done)
    assert report["finished"] == 5
    assert report["champion"] is None
    runs = {run.run_id: run for run in tracker.runs({PARENT_TAG: parent.run_id})}
    assert runs[half].status == "KILLED"
    assert sum(run.status == "FINISHED" for run in runs.values()) == 5
    assert set(done) <= set(runs)
    assert tracker.run(parent.run_id).status == "FINISHED"


def test_a_closed_standard_input_cancels_in_good_order(table: Path, space: Path, stored_home: Home) -> None:
    space.write_text("[[extra_trees]]\nn_estimators = 40000\n[[knn]]\n")
    words = ["sweep", "--data", str(table), "--space", str(space), "--jobs", "2", "--progress", "json"]
    command = [sys.executable, "-m", "trainer.cli", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        for line in process.stderr:
            event = json.loads(line)
            if event["event"] == "sweep" and event["done"] == 1:
                assert event["family"] == "knn"
                break
        process.stdin.close()
        # The workers hold the pipe, too: its end is the end of all of them, long before 40,000 trees have grown.
        process.stderr.read()
        assert process.wait(30) == 130
    tracker = Tracker.open()
    (parent,) = tracker.runs({"gesture.kind": "sweep"})
    assert parent.status == "KILLED"
    assert [run.status for run in tracker.runs({PARENT_TAG: parent.run_id})] == ["FINISHED"]


def test_two_of_the_same_sweep_do_no_harm(run: Callable[..., SweepReport], stored_home: Home) -> None:
    first = run(register=False).content
    (lock,) = (stored_home.root / "sweeps").glob("*.lock")
    with held(lock) as had:
        assert had
        second = run(register=False).content
    assert second["parent_run"] != first["parent_run"]
    assert second["resumed"] == 0
    assert [entry["macro_f1"] for entry in second["leaderboard"]] == [
        entry["macro_f1"] for entry in first["leaderboard"]
    ]


def test_a_sweep_in_which_all_fails_says_so(run: Callable[..., SweepReport], space: Path, stored_home: Home) -> None:
    space.write_text("[[knn]]\nn_neighbors = 100000\n")
    with pytest.raises(SweepError, match="All 1 configurations failed"):
        run()
    (parent,) = Tracker.open().runs({"gesture.kind": "sweep"})
    assert parent.status == "FAILED"


def test_a_finalist_that_takes_its_worker_with_it_is_told_and_the_others_are_registered(
    run: Callable[..., SweepReport], stored_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(workers=Dying("svm"), progress=Progress("bar"))
    assert "There is no model file of svm" in capsys.readouterr().err
    assert report.content["champion"]["family"] != "svm"
    assert {version.tags["family"] for version in Registry(stored_home).versions()} == {"extra_trees", "knn"}


def test_without_any_model_file_nothing_is_registered_until_it_is_tried_again(
    run: Callable[..., SweepReport], stored_home: Home
) -> None:
    report = run(workers=Dying("svm", "extra_trees", "knn"))
    assert report.content["champion"] is None
    assert "No model file could be made" in report.notes[0]
    assert Registry(stored_home).versions() == []
    again = run()
    assert again.content["resumed"] == 5
    assert again.content["champion"] is not None


def test_unusable_requests_are_refused_before_anything_runs(
    run: Callable[..., SweepReport], space: Path, tmp_path: Path, stored_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    space.write_text("[[knn]]\nsecret = 1\n")
    assert main(["sweep", "--space", str(space)]) == 1
    assert "no parameter 'secret'" in capsys.readouterr().err
    space.write_text("[[knn]]\n")
    one = tmp_path / "one.csv"
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 63)), columns=list(COORDINATES))
    frame["label"] = "fist"
    frame.to_csv(one, index=False)
    with pytest.raises(DataError, match="at least two gestures"):
        run(data=(str(one),))
    with pytest.raises(DataError, match="not there"):
        run(data=("nowhere.csv",))
