"""One sweep with everything that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from models.home import Home
from trainer.progress import Progress
from trainer.spaces import Space
from trainer.sweeping.journal import Journal
from trainer.sweeping.scheduling import Workers
from trainer.sweeping.sweep_data import SweepData
from trainer.sweeping.sweep_facts import SweepOptions


@dataclass(frozen=True, slots=True)
class SweepContext:
    """What all steps of a sweep share.

    Attributes
    ----------
    options
        What was asked for.
    home
        The home folder.
    space
        What is tried.
    data
        The divided data.
    workers
        Where configurations are fitted.
    journal
        The sweep's memory in MLflow.
    progress
        Where progress is told.
    begun
        When it began, by the clock that ``time.perf_counter`` reads.
    """

    options: SweepOptions
    home: Home
    space: Space
    data: SweepData
    workers: Workers
    journal: Journal
    progress: Progress
    begun: float
