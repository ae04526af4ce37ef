"""A sweep's memory in MLflow: its parent run, which configurations are done, and what they answered."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.store import StoreError
from trainer.leaderboard import Entry
from trainer.measuring.scores import Scores
from trainer.runs.revision import code_digest
from trainer.runs.run_facts import PARENT_TAG, DataUsed, Run, Status
from trainer.runs.run_logging import log_failure, log_run
from trainer.spaces import Configuration, Space
from trainer.sweeping.families import FAMILIES
from trainer.sweeping.fitting import Outcome
from trainer.sweeping.material import Parts
from trainer.tracking import Tracker

SWEEP_TAG, CONFIGURATION_TAG, PARAMS_TAG, FAMILY_TAG = "gesture.sweep", "gesture.configuration", "params", "family"
ANSWERS_FILE = "validation_answers.npy"


def fingerprint(data_digest: str, split: str, parts: Parts, space: Space, seed: int) -> str:
    """Digest what decides a sweep's results: data, split, what is tried, seed and code.

    The order of the validation rows counts, since stored answers are told apart by their places only. The name of the
    space counts, since a run in MLflow cannot be given another later.
    """
    keys = sorted(configuration.key for configuration in space.configurations)
    held = hashlib.sha256(parts.held_rows.tobytes() + parts.held_codes.tobytes()).hexdigest()
    content = json.dumps([data_digest, split, held, space.name, keys, space.rows, seed, code_digest()])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


class Journal:
    """One sweep as its runs tell it.

    Parameters
    ----------
    tracker
        The experiment.
    parent
        Id of the parent run.
    done
        Runs of configurations that finished before, by the configuration's key.
    """

    def __init__(self, tracker: Tracker, parent: str, done: Mapping[str, Run]) -> None:
        self.tracker = tracker
        self.parent = parent
        self.done = dict(done)

    @classmethod
    def open(cls, tracker: Tracker, sweep: str, name: str, *, resume: bool) -> Journal:
        """Go on with the sweep of this fingerprint where there is one, else begin one.

        Parameters
        ----------
        tracker
            The experiment.
        sweep
            The fingerprint.
        name
            Of the parent run.
        resume
            Whether an earlier one may be gone on with.
        """
        earlier = tracker.runs({SWEEP_TAG: sweep}) if resume else []
        if not earlier:
            return cls(tracker, tracker.begin(name, tags={SWEEP_TAG: sweep, "gesture.kind": "sweep"}), {})
        parent = earlier[0].run_id
        tracker.reopen(parent)
        done: dict[str, Run] = {}
        for run in tracker.runs({PARENT_TAG: parent}):
            if run.status == "RUNNING":
                # Whoever logged it was killed in the middle.
                tracker.end(run.run_id, "KILLED")
            elif run.status == "FINISHED" and CONFIGURATION_TAG in run.tags:
                done.setdefault(run.tags[CONFIGURATION_TAG], run)
        return cls(tracker, parent, done)

    def missing(self, space: Space) -> list[Configuration]:
        """Give what is still to be tried."""
        return [configuration for configuration in space.configurations if configuration.key not in self.done]

    def entries(self, space: Space) -> list[Entry]:
        """Give the leaderboard entries of what finished before."""
        wanted = {configuration.key for configuration in space.configurations}
        return [entry for key, run in self.done.items() if key in wanted and (entry := entry_of(run)) is not None]

    def log(
        self, outcome: Outcome, feature_us: float, data: Sequence[DataUsed], example: NDArray[np.float32], seed: int
    ) -> Entry:
        """Log one configuration that was fitted, and give its leaderboard entry.

        Parameters
        ----------
        outcome
            What became of it; it did not fail.
        feature_us
            Microseconds a hand that its features take.
        data
            What it was trained and scored on.
        example
            A few raw rows.
        seed
            Of everything that was random.
        """
        configuration, scores = outcome.configuration, outcome.scores
        if scores is None:
            raise StoreError("A configuration without scores cannot be logged as finished; log its failure.")
        latency_us = outcome.us_per_hand + feature_us
        run_id = log_run(
            self.tracker,
            outcome.pipeline,
            scores,
            name=f"{configuration.family} {configuration.shown}",
            params=_params(configuration) | {"seed": seed},
            metrics={
                "fit_seconds": outcome.fit_s,
                "score_seconds": outcome.score_s,
                "us_per_hand": latency_us,
                "training_rows": outcome.rows,
            },
            tags=_tags(configuration)
            | ({"warnings": "; ".join(outcome.warnings)[:500]} if outcome.warnings else {})
            | _cap_note(configuration),
            data=data,
            example=example,
            files={"confusion_matrix.png": outcome.picture, ANSWERS_FILE: _as_file(outcome.answers)},
            parent=self.parent,
            started=outcome.started,
        )
        return entry_from(configuration, scores, run_id, latency_us, outcome.fit_s)

    def log_failure(self, configuration: Configuration, error: str) -> str:
        """Log one configuration that failed, and give its run's id."""
        return log_failure(
            self.tracker,
            error,
            name=f"{configuration.family} {configuration.shown}",
            params=_params(configuration),
            tags=_tags(configuration),
            parent=self.parent,
        )

    def answers(self, run_id: str) -> NDArray[np.intp]:
        """Read what a run answered on the validation part."""
        content = self.tracker.fetch(run_id, ANSWERS_FILE)
        answers: NDArray[np.intp] = np.load(io.BytesIO(content), allow_pickle=False).astype(np.intp)
        return answers

    def end(self, status: Status) -> None:
        """Close the parent run."""
        self.tracker.end(self.parent, status)


def entry_from(configuration: Configuration, scores: Scores, run_id: str, latency_us: float, fit_s: float) -> Entry:
    """Make a leaderboard entry of what was just scored."""
    return Entry(
        configuration.family,
        configuration.to_dict(),
        configuration.shown,
        scores.macro_f1,
        scores.accuracy,
        scores.macro_precision,
        scores.macro_recall,
        run_id,
        latency_us,
        fit_s,
    )


def entry_of(run: Run) -> Entry | None:
    """Make a leaderboard entry of a run in the store; None where it is no finished configuration."""
    try:
        params = json.loads(run.tags[PARAMS_TAG])
        return Entry(
            run.tags[FAMILY_TAG],
            params,
            run.name.partition(" ")[2],
            run.metrics["macro_f1"],
            run.metrics["accuracy"],
            run.metrics["macro_precision"],
            run.metrics["macro_recall"],
            run.run_id,
            run.metrics["us_per_hand"],
            run.metrics["fit_seconds"],
        )
    except (KeyError, ValueError):
        return None


def _params(configuration: Configuration) -> dict[str, Any]:
    return {
        "family": configuration.family,
        **dict(configuration.params),
        "recipe": configuration.recipe,
        "augment": configuration.augment,
    }


def _tags(configuration: Configuration) -> dict[str, str]:
    return {
        "gesture.kind": "configuration",
        CONFIGURATION_TAG: configuration.key,
        FAMILY_TAG: configuration.family,
        PARAMS_TAG: json.dumps(configuration.to_dict()),
    }


def _cap_note(configuration: Configuration) -> dict[str, str]:
    cap = FAMILIES[configuration.family].row_cap
    return {} if cap is None else {"row_cap": f"trained on at most {cap} rows"}


def _as_file(answers: NDArray[np.int16]) -> bytes:
    file = io.BytesIO()
    np.save(file, answers)
    return file.getvalue()
