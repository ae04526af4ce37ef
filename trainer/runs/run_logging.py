"""One run of a sweep or a notebook, logged with everything that belongs to it.

From a notebook::

    tracker = Tracker.open("my gestures")
    scores = score(labels, model.predict(rows), model.predict_proba(rows), model.classes_)
    log_run(tracker, model, scores, name="my model", params={"C": 10}, example=rows[:2])
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.store import StoreError
from trainer.figures import confusion_picture
from trainer.measuring.scores import Scores
from trainer.runs.model_file import dump_pipeline, foreign_types
from trainer.runs.model_folder import REQUIREMENTS
from trainer.runs.revision import versions
from trainer.runs.run_facts import DataUsed, Status
from trainer.tracking import Tracker


def log_run(  # noqa: PLR0913 - all by keyword
    tracker: Tracker,
    model: Any,  # noqa: ANN401 - any fitted estimator
    scores: Scores,
    *,
    name: str,
    params: Mapping[str, object] | None = None,
    metrics: Mapping[str, float] | None = None,
    tags: Mapping[str, str] | None = None,
    data: Sequence[DataUsed] = (),
    example: NDArray[np.float32] | None = None,
    files: Mapping[str, bytes] | None = None,
    parent: str | None = None,
    started: float | None = None,
) -> str:
    """Log one fitted estimator with everything that belongs to it, and give the run's id.

    Parameters
    ----------
    tracker
        The experiment.
    model
        A fitted estimator that takes raw rows ``(N, 63)``, or its skops file as bytes.
    scores
        How well it answered, see :func:`trainer.measuring.scores.score`.
    name
        The run's name.
    params, metrics, tags
        What was set, what was measured besides, and how it is found again.
    data
        What it was trained and scored on; the first is the one that the metrics belong to.
    example
        A few raw rows that show what it takes.
    files
        More files, by name.
    parent
        The sweep that it belongs to.
    started
        When the work began, in seconds since 1970.

    Raises
    ------
    StoreError
        When the store refuses; the run is closed as FAILED.
    """
    pipeline = model if isinstance(model, bytes) else dump_pipeline(model)
    # Whoever fitted it trusts it; a sweep's pipelines hold nothing else than our own list.
    foreign = () if isinstance(model, bytes) else foreign_types(pipeline)
    drawn = files or {}
    if "confusion_matrix.png" not in drawn:
        drawn = {**drawn, "confusion_matrix.png": confusion_picture(scores, name)}
    run_id = tracker.begin(name, parent=parent, tags=tags, started=started)
    status: Status = "KILLED"
    try:
        model_id = tracker.add_model(run_id, pipeline, example=example, foreign=foreign)
        if data:
            tracker.use_data(run_id, data)
        numbers = {**scores.to_metrics(), "model_bytes": len(pipeline), **(metrics or {})}
        tracker.write(run_id, params=params, metrics=numbers, model_id=model_id, data=data[0] if data else None)
        tracker.attach_content(
            run_id,
            {
                "confusion_matrix.json": json.dumps(scores.to_dict()).encode(),
                "classification_report.txt": scores.report().encode(),
                "versions.json": json.dumps(_environment(), indent=1).encode(),
                **drawn,
            },
        )
        status = "FINISHED"
    except StoreError:
        status = "FAILED"
        raise
    finally:
        tracker.end(run_id, status)
    return run_id


def log_failure(  # noqa: PLR0913 - all by keyword
    tracker: Tracker,
    error: str,
    *,
    name: str,
    params: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
    parent: str | None = None,
) -> str:
    """Log a configuration that failed, with its error, and give the run's id."""
    run_id = tracker.begin(name, parent=parent, tags=tags)
    status: Status = "KILLED"
    try:
        first = error.strip().splitlines()[-1] if error.strip() else "unknown"
        tracker.write(run_id, params=params, tags={"error": first[:500]})
        tracker.attach_content(run_id, {"error.txt": error.encode()})
        status = "FAILED"
    finally:
        tracker.end(run_id, status)
    return run_id


def _environment() -> dict[str, str]:
    return versions("gesture-app", "mediapipe", "onnx", "skl2onnx", *REQUIREMENTS) | {"python": sys.version}
