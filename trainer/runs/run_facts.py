"""What is known of runs, and the names under which they are kept; nothing here imports MLflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["RUNNING", "FINISHED", "FAILED", "KILLED"]
DEFAULT_EXPERIMENT = "gestures"
PARENT_TAG = "mlflow.parentRunId"


@dataclass(frozen=True, slots=True)
class DataUsed:
    """The data that a run was trained and scored on, for MLflow's list of inputs."""

    name: str
    digest: str
    source: str
    rows: int
    classes: tuple[str, ...] = ()
    context: str = "training"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the store knows it; times in seconds since 1970."""

    run_id: str
    name: str
    status: str
    started: float
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
