"""One command of the trainer in a thread of its own: watched, cancelled, and at its end answered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gesture_app.training.events import Event
from gesture_app.training.process import TrainerProcess, TrainingCancelled
from models.errors import GestureError
from models.home import Home

CLOSE_S = 4.0
KILL_S = 4.0


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a command ended.

    Attributes
    ----------
    state
        ``finished``, ``cancelled`` or ``failed``.
    answer
        Its JSON document, where it finished.
    problem
        Why it failed.
    """

    state: Literal["finished", "cancelled", "failed"]
    answer: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


class TrainerTask:
    """Runs ``gesture-train`` once.

    Parameters
    ----------
    arguments
        Of the command; those that make it speak JSON are added.
    home
        The home folder.
    on_event
        Gets what the trainer says; called from a thread.
    on_end
        Gets the :class:`TaskEnd`, once; called from a thread.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        home: Home,
        on_event: Callable[[Event], None],
        on_end: Callable[[TaskEnd], None],
    ) -> None:
        self._process = TrainerProcess([*arguments, "--progress", "json", "--json"], home, on_event)
        self._on_end = on_end
        self._thread = threading.Thread(target=self._run, name="gesture-trainer-task")

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return self._thread.is_alive()

    @property
    def pid(self) -> int | None:
        """Number of its process; None before it started."""
        return self._process.pid

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask for its end; returns at once."""
        self._process.cancel()

    def close(self) -> None:
        """End it within bounds and wait for that; no process stays behind."""
        self.cancel()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(KILL_S)

    def _run(self) -> None:
        try:
            end = TaskEnd("finished", self._process.run())
        except TrainingCancelled:
            end = TaskEnd("cancelled")
        except GestureError as error:
            end = TaskEnd("failed", problem=str(error))
        self._on_end(end)
