"""One run of the trainer as a process: its words while it works, its answer, and its end on request."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from gesture_app.training.answers import TrainerAnswerError
from gesture_app.training.events import OWN_NAME, Event, Said, parse
from models.errors import GestureError
from models.home import HOME_VARIABLE, Home

GRACE_S = 10.0
"""Time that the trainer has to end in good order once its standard input is closed."""
TERMINATE_S = 2.0
DRAIN_S = 2.0
NICENESS = 10
CANCELLED = 130


class TrainerError(GestureError):
    """A trainer that failed; the text is its own sentence where it gave one."""


class TrainingCancelled(Exception):  # noqa: N818 - no error: it was asked for
    """The trainer ended because it was asked to."""


@dataclass(slots=True)
class _Read:
    """What the reader threads collect."""

    spoke: bool = False
    answer: str = ""
    last_words: str = ""
    own_words: str = ""


class TrainerProcess:
    """Runs ``gesture-train`` once, below the priority of the picture.

    The process watches its standard input, which this one holds open: when the app dies, however it dies, the pipe
    closes and the trainer ends by itself.

    Parameters
    ----------
    arguments
        Of ``gesture-train``.
    home
        The home folder that it works in.
    on_event
        Called with everything that it says, from a thread.
    """

    def __init__(self, arguments: Sequence[str], home: Home, on_event: Callable[[Event], None]) -> None:
        self._arguments = [sys.executable, "-m", "trainer.cli", *arguments]
        self._home = home
        self._on_event = on_event
        self._lock = threading.Lock()
        self._cancelled = False
        self._process: subprocess.Popen[str] | None = None
        self._ended = threading.Event()
        self._read = _Read()

    @property
    def pid(self) -> int | None:
        """Number of the process; None before it started."""
        return None if self._process is None else self._process.pid

    def run(self) -> dict[str, Any]:
        """Run it to its end and give its JSON document.

        Raises
        ------
        TrainingCancelled
            When it was cancelled.
        TrainerError
            When it failed or cannot be started.
        """
        process = self._start()
        readers = [
            threading.Thread(target=work, args=(stream,), name=f"gesture-trainer-{name}", daemon=True)
            for name, work, stream in (
                ("words", self._read_words, process.stderr),
                ("answer", self._read_answer, process.stdout),
            )
        ]
        for reader in readers:
            reader.start()
        code = process.wait()
        self._ended.set()
        _end_workers(process.pid)
        for reader in readers:
            reader.join(DRAIN_S)
        self._close_input()
        if self._cancelled or code == CANCELLED:
            raise TrainingCancelled
        if code != 0:
            raise TrainerError(self._why(code))
        return self._document()

    def cancel(self) -> None:
        """Ask it to end, and see to it that it does; returns at once."""
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            process = self._process
        if process is not None:
            self._close_input()
            threading.Thread(target=self._insist, args=(process,), name="gesture-trainer-end", daemon=True).start()

    def kill(self) -> None:
        """End it now, in whatever order."""
        with self._lock:
            self._cancelled = True
            process = self._process
        if process is not None and not self._ended.is_set():
            _kill_group(process.pid)
            with contextlib.suppress(OSError):
                process.kill()

    def _start(self) -> subprocess.Popen[str]:
        environment = os.environ | {HOME_VARIABLE: str(self._home.root), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        own_group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            own_group = {"creationflags": flags}
        with self._lock:
            if self._cancelled:
                raise TrainingCancelled
            try:
                self._process = subprocess.Popen(
                    self._arguments,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    encoding="utf-8",
                    errors="replace",
                    **own_group,
                )
            except OSError as error:
                raise TrainerError(
                    f"The trainer cannot be started: {error.strerror or error}. Check that the program is whole, or"
                    " install it again."
                ) from error
        if sys.platform != "win32":
            # The picture goes first; what the trainer starts inherits it.
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
        return self._process

    def _read_words(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                event = parse(line)
                if event is None:
                    continue
                self._read.spoke = True
                if isinstance(event, Said) and event.plain:
                    self._read.last_words = event.text
                    if event.text.startswith(OWN_NAME):
                        self._read.own_words = event.text.removeprefix(OWN_NAME)
                self._on_event(event)

    def _read_answer(self, stream: IO[str]) -> None:
        with stream:
            self._read.answer = stream.read()

    def _insist(self, process: subprocess.Popen[str]) -> None:
        # A trainer that has not said anything yet has nothing to put in order.
        if self._ended.wait(GRACE_S if self._read.spoke else 0.0):
            return
        with contextlib.suppress(OSError):
            process.terminate()
        if not self._ended.wait(TERMINATE_S):
            self.kill()

    def _close_input(self) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _why(self, code: int) -> str:
        if self._read.own_words:
            return self._read.own_words
        words = self._read.last_words.strip() or f"exit code {code}"
        return f"The trainer stopped in the middle of its work ({words}). The log holds all that it said; try again."

    def _document(self) -> dict[str, Any]:
        try:
            content = json.loads(self._read.answer)
        except ValueError as error:
            raise TrainerAnswerError(f"The trainer ended without an answer that can be read ({error}).") from error
        if not isinstance(content, dict):
            raise TrainerAnswerError(f"The trainer answered with a {type(content).__name__} in place of a document.")
        return content


def _end_workers(leader: int) -> None:
    """End what a trainer that is gone may have left behind, and wait a moment until it is gone, too."""
    until = time.monotonic() + DRAIN_S
    while _kill_group(leader) and time.monotonic() < until:
        time.sleep(0.02)


def _kill_group(leader: int) -> bool:
    """Kill the trainer's process group, which its workers belong to; False where nothing is left of it."""
    if sys.platform == "win32":
        return False
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True
