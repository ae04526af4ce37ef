"""What happens when the user trains: one trainer process at a time, watched from the window's thread."""

from __future__ import annotations

import os
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from gesture_app.training.events import Event
from gesture_app.training.request import TrainingRequest
from gesture_app.training.runner import Outcome, TrainingRunner
from gesture_app.ui.jobs import Jobs
from models.home import Home


class TrainingController(QObject):
    """Owns the training that runs.

    Parameters
    ----------
    home
        The home folder.
    jobs
        For what the window must not wait for.
    parent
        Its owner.
    """

    samples = Signal(int, int)
    """How many samples were recorded that may be trained on, and of how many gestures."""

    started = Signal(object)
    """The :class:`~gesture_app.training.request.TrainingRequest`."""

    happened = Signal(object)
    """What the trainer says, see :mod:`gesture_app.training.events`."""

    ended = Signal(object)
    """The :class:`~gesture_app.training.runner.Outcome`."""

    _told = Signal(object, object)
    _over = Signal(object, object)

    def __init__(self, home: Home, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._jobs = jobs
        self._runner: TrainingRunner | None = None
        # Carried from the runner's threads to the window's.
        self._told.connect(self._take_event)
        self._over.connect(self._take_end)

    @property
    def running(self) -> bool:
        """Whether a training runs."""
        return self._runner is not None

    @property
    def pid(self) -> int | None:
        """Number of the trainer's process; None where none runs."""
        return None if self._runner is None else self._runner.pid

    def start(self, request: TrainingRequest, beside: str = "") -> None:
        """Begin a training; does nothing while one runs.

        Parameters
        ----------
        request
            What is asked for.
        beside
            Name of the model in use, which the new version is compared with.
        """
        if self._runner is not None:
            return
        # One core is left to the picture.
        jobs = request.jobs or max(1, (os.cpu_count() or 2) - 1)
        whole = replace(request, beside=beside, jobs=jobs)
        runner = TrainingRunner(
            self._home,
            whole,
            lambda event: self._told.emit(runner, event),
            lambda outcome: self._over.emit(runner, outcome),
        )
        self._runner = runner
        self.started.emit(whole)
        runner.start()

    def cancel(self) -> None:
        """Ask the training to end; :attr:`ended` tells when it did."""
        if self._runner is not None:
            self._runner.cancel()

    def count_samples(self) -> None:
        """Count what was recorded."""
        if not self._home.samples_database.exists():
            self.samples.emit(0, 0)
            return
        self._jobs.run(lambda: _count(self._home), lambda found: self.samples.emit(*found), name="training samples")

    def close(self) -> None:
        """End what runs; no process stays behind."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()

    @Slot(object, object)
    def _take_event(self, runner: TrainingRunner, event: Event) -> None:
        if runner is self._runner:
            self.happened.emit(event)

    @Slot(object, object)
    def _take_end(self, runner: TrainingRunner, outcome: Outcome) -> None:
        if runner is self._runner:
            self._runner = None
            runner.close()  # its thread has nothing left to do but end
            self.ended.emit(outcome)


def _count(home: Home) -> tuple[int, int]:
    from models.samples import SampleFilter, SampleStore  # noqa: PLC0415 - for a job

    with SampleStore(home.samples_database) as store:
        counts = store.counts(SampleFilter(check=False))
    return counts.total, len(counts.gestures)
