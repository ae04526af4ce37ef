"""Runs in MLflow: the only file of the trainer that imports it.

Everything goes through ``MlflowClient`` with explicit run ids: the fluent functions keep a run per thread and open a
second one without a word.
"""

from __future__ import annotations

import getpass
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.gesture.store import Store, StoreError, find_store, opening, quiet_mlflow
from models.home import find_home
from trainer.dataset import COORDINATES
from trainer.runs.model_folder import PIPELINE_FILE, write_model_folder
from trainer.runs.revision import code_revision
from trainer.runs.run_facts import DEFAULT_EXPERIMENT, PARENT_TAG, DataUsed, Run, Status

quiet_mlflow()
# MLflow reads its switches when it is imported.
from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import (  # noqa: E402
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from mlflow.entities import Run as MlflowRun  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from mlflow.models import Model  # noqa: E402
from mlflow.models.signature import ModelSignature  # noqa: E402
from mlflow.types import ColSpec, Schema  # noqa: E402

MODEL_NAME = "model"
LONGEST_PARAM = 6000


@contextmanager
def said() -> Iterator[None]:
    """Turn what MLflow raises into one sentence."""
    try:
        yield
    except MlflowException as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StoreError(
            f"The MLflow store did not do what was asked: {first[:300].rstrip('.')}."
            " Check MLFLOW_TRACKING_URI, or that the home folder can be written to."
        ) from error


class Tracker:
    """One experiment of the store. Safe to use from several threads.

    Parameters
    ----------
    client
        Reaches the store.
    experiment_id, experiment
        Id and name of the experiment that runs go to.
    store
        Where it is.
    """

    def __init__(self, client: MlflowClient, experiment_id: str, experiment: str, store: Store) -> None:
        self.client = client
        self.experiment_id = experiment_id
        self.experiment = experiment
        self.store = store

    @classmethod
    def open(cls, experiment: str = DEFAULT_EXPERIMENT, store: Store | None = None, *, make: bool = True) -> Self:
        """Reach the store and make the experiment where it is not there yet.

        Parameters
        ----------
        experiment
            Name of the experiment.
        store
            ``MLFLOW_TRACKING_URI`` or the home folder by default.
        make
            False only looks: nothing is made.

        Raises
        ------
        StoreError
            When the store cannot be reached or made, or, where nothing is to be made, is not there.
        """
        chosen = find_store(find_home()) if store is None else store
        if not make:
            chosen.demand()
        artifacts = None if chosen.artifacts is None else f"{chosen.artifacts}/{_folder_name(experiment)}"
        with said(), opening(chosen):
            client = MlflowClient(chosen.tracking, chosen.registry)
            return cls(client, _experiment(client, experiment, artifacts, make=make), experiment, chosen)

    def begin(
        self,
        name: str,
        *,
        parent: str | None = None,
        tags: Mapping[str, str] | None = None,
        started: float | None = None,
    ) -> str:
        """Open a run and give its id.

        Parameters
        ----------
        name
            Shown in lists.
        parent
            Id of the run that this one belongs to.
        tags
            More tags.
        started
            Seconds since 1970; now by default.
        """
        every = {
            "mlflow.user": _user(),
            "mlflow.source.name": Path(sys.argv[0] or "python").name,
            "mlflow.source.git.commit": code_revision(),
            **({PARENT_TAG: parent} if parent else {}),
            **(tags or {}),
        }
        with said():
            run = self.client.create_run(
                self.experiment_id, start_time=_milliseconds(started), tags=every, run_name=name
            )
        return str(run.info.run_id)

    def end(self, run_id: str, status: Status = "FINISHED") -> None:
        """Close a run."""
        with said():
            self.client.set_terminated(run_id, status)

    def reopen(self, run_id: str) -> None:
        """Make a run of the past one that is running again."""
        with said():
            self.client.update_run(run_id, status="RUNNING")

    def write(  # noqa: PLR0913 - all by keyword
        self,
        run_id: str,
        *,
        params: Mapping[str, object] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        model_id: str | None = None,
        data: DataUsed | None = None,
    ) -> None:
        """Add numbers and texts to a run in one batch; metrics of a model are linked to it and to the data."""
        now = _milliseconds(None)
        linked = {"model_id": model_id} if model_id else {}
        if data is not None:
            linked |= {"dataset_name": data.name, "dataset_digest": data.digest}
        numbers = [Metric(key, float(value), now, 0, **linked) for key, value in (metrics or {}).items()]
        texts = [Param(key, str(value)[:LONGEST_PARAM]) for key, value in (params or {}).items()]
        marks = [RunTag(key, value) for key, value in (tags or {}).items()]
        with said():
            self.client.log_batch(run_id, numbers, texts, marks)

    def attach(self, run_id: str, folder: Path) -> None:
        """Add the files of a folder to a run."""
        with said():
            self.client.log_artifacts(run_id, str(folder))

    def attach_content(self, run_id: str, files: Mapping[str, bytes]) -> None:
        """Add files to a run from memory."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            self.attach(run_id, Path(folder))

    def fetch(self, run_id: str, name: str) -> bytes:
        """Read one file of a run."""
        with tempfile.TemporaryDirectory() as folder, said():
            return Path(self.client.download_artifacts(run_id, name, folder)).read_bytes()

    def model_id(self, run_id: str) -> str:
        """Give the id of the model that a run made first.

        Raises
        ------
        StoreError
            When it made none.
        """
        with said():
            outputs = self.client.get_run(run_id).outputs
        if outputs is None or not outputs.model_outputs:
            raise StoreError(f"The run {run_id} made no model. Choose a finished run of a sweep.")
        return str(outputs.model_outputs[0].model_id)

    def pipeline(self, run_id: str) -> bytes:
        """Read the skops file of the model that a run made first."""
        from mlflow.artifacts import download_artifacts  # noqa: PLC0415 - half a second that only finalists cost

        model_id = self.model_id(run_id)
        with tempfile.TemporaryDirectory() as folder, said():
            place = self.client.get_logged_model(model_id).artifact_location
            path = download_artifacts(
                artifact_uri=f"{place}/{PIPELINE_FILE}", dst_path=folder, tracking_uri=self.store.tracking
            )
            return Path(path).read_bytes()

    def complete_model(self, model_id: str, files: Mapping[str, bytes]) -> None:
        """Add files to a model, from memory; those that are there are replaced."""
        with tempfile.TemporaryDirectory() as folder, said():
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            self.client.log_model_artifacts(model_id, folder)

    def use_data(self, run_id: str, data: Sequence[DataUsed]) -> None:
        """Name the data of a run as its inputs."""
        inputs = [
            DatasetInput(
                Dataset(
                    used.name,
                    used.digest,
                    "local",
                    json.dumps({"uri": used.source}),
                    schema=json.dumps({"mlflow_colspec": _signature().inputs.to_dict()}),
                    profile=json.dumps({"num_rows": used.rows, "classes": list(used.classes)}),
                ),
                [InputTag("mlflow.data.context", used.context)],
            )
            for used in data
        ]
        with said():
            self.client.log_inputs(run_id, inputs)

    def run(self, run_id: str) -> Run:
        """Look one run up."""
        with said():
            return _as_run(self.client.get_run(run_id))

    def runs(self, tags: Mapping[str, str]) -> list[Run]:
        """Find the runs of this experiment that carry these tags, newest first."""
        wanted = " and ".join(f"tags.`{key}` = '{value}'" for key, value in tags.items())
        found: list[Run] = []
        token: str | None = None
        with said():
            while True:
                page = self.client.search_runs(
                    [self.experiment_id], wanted, ViewType.ACTIVE_ONLY, 1000, ["attributes.start_time DESC"], token
                )
                found += [_as_run(run) for run in page]
                token = page.token
                if not token:
                    return found

    def add_model(
        self,
        run_id: str,
        pipeline: bytes,
        *,
        name: str = MODEL_NAME,
        example: NDArray[np.float32] | None = None,
        foreign: Sequence[str] = (),
    ) -> str:
        """Keep a fitted pipeline with its run as an MLflow model, and give the model's id.

        Parameters
        ----------
        run_id
            The run that made it.
        pipeline
            The skops file of :func:`trainer.runs.model_file.dump_pipeline`.
        name
            Tells several models of one run apart.
        example
            A few raw rows ``(N, 63)`` that show what it takes.
        foreign
            Types beyond our own list that MLflow shall trust when it loads it.
        """
        with said():
            model = self.client.create_logged_model(self.experiment_id, name=name, source_run_id=run_id)
            self.client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
            with tempfile.TemporaryDirectory() as folder:
                description = Model(
                    artifact_path=model.artifact_location,
                    run_id=run_id,
                    model_uuid=model.model_id,
                    model_id=model.model_id,
                    signature=_signature(),
                )
                write_model_folder(Path(folder), pipeline, description, example, foreign)
                self.client.log_model_artifacts(model.model_id, folder)
            self.client.finalize_logged_model(model.model_id, "READY")
        return str(model.model_id)


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def _signature() -> ModelSignature:
    return ModelSignature(
        inputs=Schema([ColSpec("double", name) for name in COORDINATES]), outputs=Schema([ColSpec("string", "label")])
    )


def _experiment(client: MlflowClient, name: str, artifacts: str | None, *, make: bool) -> str:
    found = client.get_experiment_by_name(name)
    if found is None and not make:
        there = ", ".join(repr(each.name) for each in client.search_experiments(max_results=20))
        raise StoreError(f"There is no experiment {name!r} in the run store. There are: {there}.")
    if found is None:
        try:
            return str(client.create_experiment(name, artifact_location=artifacts))
        except MlflowException as error:
            # Somebody else made it in this moment.
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            found = client.get_experiment_by_name(name)
    if found is None or found.lifecycle_stage != "active":
        raise StoreError(f"The experiment {name!r} was deleted in MLflow. Restore it, or name another one.")
    return str(found.experiment_id)


def _folder_name(experiment: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in experiment)


def _as_run(run: MlflowRun) -> Run:
    return Run(
        run.info.run_id,
        run.info.run_name or "",
        run.info.status,
        (run.info.start_time or 0) / 1000,
        run.data.params,
        run.data.metrics,
        run.data.tags,
    )


def _milliseconds(seconds: float | None) -> int:
    return int((time.time() if seconds is None else seconds) * 1000)
