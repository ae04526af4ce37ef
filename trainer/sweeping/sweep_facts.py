"""What a sweep is asked for, what is counted while it runs, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from trainer.leaderboard import Entry
from trainer.runs.run_facts import DEFAULT_EXPERIMENT


class SweepError(GestureError):
    """A sweep that came to nothing."""


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """What a sweep is asked for.

    Attributes
    ----------
    data
        Sources; the shipped prior and the recorded samples by default.
    test
        Sources of the test part; a part of the data by default.
    space
        Name or file of a search space.
    jobs
        Processes; one a core by default.
    dask
        Address of a Dask scheduler whose workers are used instead.
    seed
        Of split, augmentation and models.
    experiment
        In MLflow.
    resume
        Whether a sweep of the same data, space and code that was interrupted is gone on with.
    register
        Whether versions are registered at the end.
    reading
        More for :func:`trainer.readers.read`, such as ``aspect``.
    """

    data: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    space: str = "default"
    jobs: int | None = None
    dask: str | None = None
    seed: int = 0
    experiment: str = DEFAULT_EXPERIMENT
    resume: bool = True
    register: bool = True
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What is counted while a sweep runs.

    Attributes
    ----------
    entries
        Leaderboard entries of what finished.
    answers
        What runs of this process answered on the validation part, by run id.
    failed
        Run ids of what failed.
    spent_s
        Seconds that workers spent on fitting and scoring.
    logging_s
        Seconds that went into MLflow.
    """

    entries: list[Entry] = field(default_factory=list)
    answers: dict[str, NDArray[np.intp]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    spent_s: float = 0.0
    logging_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What came of a sweep.

    Attributes
    ----------
    title
        Of its leaderboard.
    entries
        All that finished, best first.
    content
        The JSON of the command.
    notes
        Sentences for the user.
    """

    title: str
    entries: tuple[Entry, ...]
    content: dict[str, Any]
    notes: tuple[str, ...]
