from __future__ import annotations

import json
import time
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from models.gesture.store import StoreError, find_store, held
from models.home import Home
from trainer.dataset import COORDINATES
from trainer.features_step import HandFeatures
from trainer.measuring.scores import Scores, score
from trainer.runs.run_facts import DataUsed
from trainer.runs.run_logging import log_failure, log_run
from trainer.tracking import Tracker


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(60, 63)).astype(np.float32)


@pytest.fixture(scope="module")
def pipeline(rows: NDArray[np.float32]) -> Pipeline:
    labels = np.where(rows[:, 3] > 0, "like", "fist")
    return Pipeline([("features", HandFeatures("notebook")), ("classifier", LogisticRegression())]).fit(rows, labels)


@pytest.fixture(scope="module")
def scores(pipeline: Pipeline, rows: NDArray[np.float32]) -> Scores:
    return score(np.where(rows[:, 3] > 0, "like", "fist"), pipeline.predict(rows), pipeline.predict_proba(rows))


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Tracker:
    return Tracker.open("try", find_store(Home(tmp_path_factory.mktemp("home")), {}))


def test_one_run_holds_everything(
    tracker: Tracker, pipeline: Pipeline, scores: Scores, rows: NDArray[np.float32]
) -> None:
    parent = tracker.begin("a sweep")
    data = [
        DataUsed("hands", "abc", "hands.csv", 60, ("fist", "like")),
        DataUsed("test", "d", "t.csv", 9, context="test"),
    ]
    run_id = log_run(
        tracker,
        pipeline,
        scores,
        name="mine",
        params={"C": 1.0},
        metrics={"fit_seconds": 0.1},
        tags={"family": "logistic"},
        data=data,
        example=rows[:2],
        files={"more.txt": b"more"},
        parent=parent,
    )
    run = tracker.client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"C": "1.0"}
    assert run.data.metrics["accuracy"] == pytest.approx(scores.accuracy)
    assert {"log_loss", "ece", "f1/like", "model_bytes", "fit_seconds"} <= set(run.data.metrics)
    assert run.data.tags["mlflow.parentRunId"] == parent
    assert run.data.tags["mlflow.source.git.commit"]
    assert [entry.dataset.digest for entry in run.inputs.dataset_inputs] == ["abc", "d"]
    files = {entry.path for entry in tracker.client.list_artifacts(run_id)}
    assert {"confusion_matrix.png", "confusion_matrix.json", "classification_report.txt", "versions.json"} < files
    assert json.loads(tracker.fetch(run_id, "confusion_matrix.json")) == scores.to_dict()
    assert tracker.fetch(run_id, "more.txt") == b"more"
    assert [found.run_id for found in tracker.runs({"mlflow.parentRunId": parent})] == [run_id]

    model_id = run.outputs.model_outputs[0].model_id
    logged = tracker.client.get_logged_model(model_id)
    assert logged.status == "READY"
    assert {metric.key for metric in logged.metrics} >= {"accuracy", "macro_f1"}


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType:UserWarning")
def test_mlflow_loads_what_was_logged(
    tracker: Tracker, pipeline: Pipeline, scores: Scores, rows: NDArray[np.float32]
) -> None:
    run_id = log_run(tracker, pipeline, scores, name="loaded again", example=rows[:2])
    model_id = tracker.client.get_run(run_id).outputs.model_outputs[0].model_id
    mlflow.set_tracking_uri(tracker.store.tracking)
    loaded = mlflow.pyfunc.load_model(f"models:/{model_id}")
    table = pd.DataFrame(rows, columns=list(COORDINATES))
    assert list(loaded.predict(table)) == list(pipeline.predict(rows))
    assert loaded.metadata.get_input_schema().input_names() == list(COORDINATES)
    assert loaded.input_example.shape == (2, 63)
    assert list(mlflow.sklearn.load_model(f"models:/{model_id}").predict(rows)) == list(pipeline.predict(rows))


def test_any_fitted_estimator_is_logged_and_loaded(tracker: Tracker, scores: Scores, rows: NDArray[np.float32]) -> None:
    labels = np.where(rows[:, 3] > 0, "like", "fist")
    model = HistGradientBoostingClassifier(max_iter=3).fit(np.nan_to_num(rows), labels)
    run_id = log_run(tracker, model, scores, name="a stranger")
    mlflow.set_tracking_uri(tracker.store.tracking)
    loaded = mlflow.sklearn.load_model(f"models:/{tracker.model_id(run_id)}")
    assert list(loaded.predict(rows)) == list(model.predict(rows))


def test_logging_one_run_is_quick(tracker: Tracker, pipeline: Pipeline, scores: Scores) -> None:
    seconds = []
    for _ in range(4):
        begun = time.process_time()
        log_run(tracker, pipeline, scores, name="quick", params={"C": 1})
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 0.3


def test_a_failure_is_kept_with_its_error(tracker: Tracker) -> None:
    run_id = log_failure(tracker, "Traceback\n  somewhere\nValueError: no such thing", name="broken", params={"C": -1})
    run = tracker.run(run_id)
    assert run.status == "FAILED"
    assert run.tags["error"] == "ValueError: no such thing"
    assert b"somewhere" in tracker.fetch(run_id, "error.txt")


def test_an_interrupted_run_is_closed_as_killed(
    tracker: Tracker, pipeline: Pipeline, scores: Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tracker, "attach_content", interrupt)
    with pytest.raises(KeyboardInterrupt):
        log_run(tracker, pipeline, scores, name="interrupted")
    (found,) = tracker.runs({"mlflow.runName": "interrupted"})
    assert found.status == "KILLED"


def test_a_store_that_is_not_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(StoreError, match="MLFLOW_TRACKING_URI"):
        Tracker.open("try", find_store(Home(tmp_path), {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}))


def test_the_lock_belongs_to_one(tmp_path: Path) -> None:
    with held(tmp_path / "deep" / "lock") as had, held(tmp_path / "deep" / "lock", 0) as again:
        assert had
        assert not again
    with held(tmp_path / "deep" / "lock", 0) as had:
        assert had
    (tmp_path / "no database").write_text("something else altogether" * 10)
    with pytest.raises(StoreError, match="cannot be used"), held(tmp_path / "no database", 0):
        pass
