"""A training from beginning to end: the sweep, and then its champion beside the model in use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gesture_app.training.events import Event, Said, Step, as_log
from gesture_app.training.log_file import TrainingLog
from gesture_app.training.process import TrainerProcess, TrainingCancelled
from gesture_app.training.request import TrainingRequest
from gesture_app.training.results import Comparison, SweepResult
from models.errors import GestureError
from models.home import Home

CLOSE_S = 4.0
KILL_S = 4.0
COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended.

    Attributes
    ----------
    state
        ``finished``, ``cancelled`` or ``failed``.
    result
        What came of it, where it finished.
    comparison
        The champion beside the model in use; None where there is none.
    problem
        Why it failed, or why nothing was compared.
    log
        The log's file, where it could be written.
    """

    state: Literal["finished", "cancelled", "failed"]
    result: SweepResult | None = None
    comparison: Comparison | None = None
    problem: str = ""
    log: Path | None = None


class TrainingRunner:
    """Runs one training in a thread of its own.

    Parameters
    ----------
    home
        The home folder.
    request
        What is asked for.
    on_event
        Gets what the trainer says; called from threads.
    on_end
        Gets the :class:`Outcome`, once; called from a thread.
    """

    def __init__(
        self,
        home: Home,
        request: TrainingRequest,
        on_event: Callable[[Event], None],
        on_end: Callable[[Outcome], None],
    ) -> None:
        self._home = home
        self._request = request
        self._on_event = on_event
        self._on_end = on_end
        self._lock = threading.Lock()
        self._process: TrainerProcess | None = None
        self._cancelled = False
        self._thread = threading.Thread(target=self._run, name="gesture-training")

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return self._thread.is_alive()

    @property
    def pid(self) -> int | None:
        """Number of the process that works at the moment."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask for its end; returns at once."""
        with self._lock:
            self._cancelled = True
            process = self._process
        if process is not None:
            process.cancel()

    def close(self) -> None:
        """End it within bounds and wait for that; no process stays behind."""
        self.cancel()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
            self._thread.join(KILL_S)

    def _run(self) -> None:
        with TrainingLog(self._home) as log:
            if log.problem:
                self._on_event(Said(log.problem))
            outcome = self._train(log)
            log.write({"finished": "Finished.", "cancelled": "Cancelled."}.get(outcome.state, outcome.problem))
        self._on_end(outcome)

    def _train(self, log: TrainingLog) -> Outcome:
        try:
            result = SweepResult.from_json(self._trainer(self._request.sweep_arguments(), log))
        except TrainingCancelled:
            return Outcome("cancelled", log=log.path)
        except GestureError as error:
            return Outcome("failed", problem=str(error), log=log.path)
        comparison, problem = self._compare(result, log)
        return Outcome("finished", result, comparison, problem, log.path)

    def _compare(self, result: SweepResult, log: TrainingLog) -> tuple[Comparison | None, str]:
        champion, beside = result.champion, self._request.beside
        if champion is None or not beside or beside == str(champion.version):
            return None, ""
        self._on_event(Step(COMPARING, 0))
        try:
            content = self._trainer(self._request.compare_arguments(champion.version), log)
            return Comparison.from_json(content), ""
        except TrainingCancelled:
            return None, ""  # what was trained is registered and stays
        except GestureError as error:
            return None, str(error)

    def _trainer(self, arguments: list[str], log: TrainingLog) -> dict[str, object]:
        def tell(event: Event) -> None:
            log.write(as_log(event))
            self._on_event(event)

        process = TrainerProcess(arguments, self._home, tell)
        with self._lock:
            self._process = process
            cancelled = self._cancelled
        if cancelled:
            raise TrainingCancelled
        log.write("gesture-train " + " ".join(arguments))
        return process.run()
