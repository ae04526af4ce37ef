"""``sweep --space classic`` against the nested loop that the notebook wrote: run by name on a machine that is idle.

``GESTURE_BENCHMARK_ROWS`` thins the data out for a quick look; without it both take minutes.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from models.home import HOME_VARIABLE, Home
from trainer.progress import Progress
from trainer.spaces import load_space
from trainer.sweeping.sweep_data import SweepData, read_sweep_data

LANDMARKS = ("hagrid_boundary_rows.csv", "hagrid_crops.csv")


@pytest.fixture
def sources(shared_data: Path, tmp_path: Path) -> list[str]:
    files = [shared_data / "landmarks" / name for name in LANDMARKS]
    rows = int(os.environ.get("GESTURE_BENCHMARK_ROWS", "0"))
    if not rows:
        return [str(file) for file in files]
    thin = []
    for file in files:
        table = pd.read_csv(file)
        thin.append(tmp_path / file.name)
        table.sample(min(len(table), rows // 2), random_state=0).to_csv(thin[-1], index=False)
    return [str(file) for file in thin]


def nested_loop(data: SweepData, folder: Path) -> tuple[dict[str, float], float, float]:
    """The notebook's loop on the same rows: scores by configuration, seconds of all, and of fitting and scoring."""
    import matplotlib.pyplot as plt
    import mlflow

    from trainer.features_step import HandFeatures

    features = HandFeatures("notebook")
    classes = np.asarray(data.parts.classes)
    train, held = features.transform(data.parts.rows), features.transform(data.parts.held_rows)
    labels, truth = classes[data.parts.codes], classes[data.parts.held_codes]
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'loop.db'}")
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("loop", (folder / "loop").as_uri()))
    scores, working_s = {}, 0.0
    begun = time.perf_counter()
    for configuration in load_space("classic").configurations:
        kind = {"svm": SVC, "forest": RandomForestClassifier, "knn": KNeighborsClassifier}[configuration.family]
        seed = {} if configuration.family == "knn" else {"random_state": 0}
        with mlflow.start_run(run_name=configuration.shown):
            started = time.perf_counter()
            model = kind(**configuration.values, **seed).fit(train, labels)
            answers = model.predict(held)
            working_s += time.perf_counter() - started
            scores[configuration.key] = float(f1_score(truth, answers, average="macro"))
            mlflow.log_params(configuration.values)
            report: Any = classification_report(truth, answers, output_dict=True, zero_division=0)
            mlflow.log_metrics({"accuracy": report["accuracy"], **report["macro avg"]})
            figure, axes = plt.subplots(figsize=(12, 12), dpi=150)
            counts = confusion_matrix(truth, answers, labels=classes)
            axes.imshow(counts, cmap="Blues")
            axes.set_xticks(range(len(classes)), classes, rotation=90)
            axes.set_yticks(range(len(classes)), classes)
            for row, column in np.ndindex(*counts.shape):
                axes.text(column, row, str(counts[row, column]), ha="center", va="center")
            mlflow.log_figure(figure, "confusion_matrix.png")
            plt.close(figure)
            signature = mlflow.models.infer_signature(train[:5], answers[:5])
            trusted = ["sklearn.tree._tree.Tree"] if configuration.family == "forest" else None
            mlflow.sklearn.log_model(
                model, name="model", signature=signature, input_example=train[:2], skops_trusted_types=trusted
            )
    return scores, time.perf_counter() - begun, working_s


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("default")
def test_the_sweep_is_four_times_as_fast_as_the_nested_loop(sources: list[str], home: Home, tmp_path: Path) -> None:
    begun = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "trainer.cli", "sweep", "--data", *sources, "--space", "classic", "--quiet", "--json"],
        env={**os.environ, HOME_VARIABLE: str(home.root)},
        stdout=subprocess.PIPE,
        check=True,
    )
    sweep_s = time.perf_counter() - begun
    report = json.load(io.BytesIO(answer.stdout))
    data = read_sweep_data(sources, (), 0, Progress("quiet"))
    # Beside a project file MLflow asks uv for the requirements; a notebook lies elsewhere, and they are inferred.
    with contextlib.chdir(tmp_path):
        scores, loop_s, working_s = nested_loop(data, tmp_path)
    cores = os.cpu_count() or 1
    bound_s = report["fit_and_score_s"] / min(cores, report["workers"])
    figures = {
        "rows": len(data.parts.rows),
        "configurations": report["configurations"],
        "loop_s": loop_s,
        "loop_fit_and_score_s": working_s,
        "sweep_s": sweep_s,
        "sweep_wall_s": report["wall_s"],
        "sweep_fit_and_score_s": report["fit_and_score_s"],
        "sweep_logging_s": report["logging_s"],
        "times_faster": loop_s / sweep_s,
        "wall_over_bound": report["wall_s"] / bound_s,
        "logging_share": report["logging_s"] / report["wall_s"],
    }
    sys.stderr.write(json.dumps(figures, indent=1) + "\n")
    found = {_key(entry): entry["macro_f1"] for entry in report["leaderboard"]}
    assert found.keys() == scores.keys()
    for key, value in scores.items():
        assert found[key] == pytest.approx(value, abs=1e-9)
    if not os.environ.get("GESTURE_BENCHMARK_ROWS"):
        assert figures["times_faster"] >= 4
        assert figures["wall_over_bound"] <= 1.3
        assert figures["logging_share"] < 0.1


def _key(entry: dict[str, Any]) -> str:
    return next(
        configuration.key
        for configuration in load_space("classic").configurations
        if (configuration.family, configuration.to_dict()) == (entry["family"], entry["params"])
    )
