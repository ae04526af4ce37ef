"""Asks the registry process, so that whoever asks never imports MLflow and never waits longer than it wants to."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from models.gesture.store import find_store
from models.gesture.versions import RegistryError
from models.home import HOME_VARIABLE, Home

PATIENCE_S = 5.0
"""Longest silence of a process that has started; it says so when a question is begun, and while a file grows."""

START_PATIENCE_S = 30.0
"""Longest start: MLflow takes seconds to import, and a local store that is made seconds more."""

END_PATIENCE_S = 3.0
LARGEST_LOG = 1_000_000
"""Bytes; a longer log is begun anew."""
_IMPATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "4"}
COMMAND = (sys.executable, "-m", "models.gesture.registry")


_Replies = queue.SimpleQueue[dict[str, Any]]


class RegistryProcess:
    """The other end of :mod:`models.gesture.registry`; started by the first question, and again after it died.

    Safe to ask from several threads; never ask from one that must not wait.

    Parameters
    ----------
    home
        Whose registry it is; the process's messages go to its log folder.
    command
        What is started.
    patience_s, start_s
        Longest silence, once it has started and before; a process that is silent for longer is ended, and another one
        started by the next question.
    """

    def __init__(
        self,
        home: Home,
        command: Sequence[str] = COMMAND,
        *,
        patience_s: float = PATIENCE_S,
        start_s: float = START_PATIENCE_S,
    ) -> None:
        self._home = home
        self._command = tuple(command)
        self._patience_s = patience_s
        self._start_s = start_s
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._pending: dict[int, tuple[subprocess.Popen[str], _Replies]] = {}
        self._process: subprocess.Popen[str] | None = None
        self._started = False
        self._closed = False

    def ask(self, do: str, **arguments: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """Ask one thing and wait for the answer.

        Parameters
        ----------
        do
            What the process shall do, see :func:`models.gesture.registry.answer`.
        arguments
            Further fields of the request.

        Raises
        ------
        RegistryError
            When there is no answer, or it is an error.
        """
        number = next(self._numbers)
        replies: _Replies = queue.SimpleQueue()
        with self._lock:
            if self._closed:
                raise RegistryError("The registry was closed already.")
            try:
                process = self._running()
                self._pending[number] = process, replies
                if process.stdin is not None:
                    process.stdin.write(json.dumps({"id": number, "do": do, **arguments}) + "\n")
                    process.stdin.flush()
            except (OSError, ValueError) as error:
                self._pending.pop(number, None)
                raise RegistryError(f"The registry process cannot be asked ({error}). {self._look()}") from error
            # Questions are answered one after the other.
            patience_s = self._patience_s * len(self._pending) if self._started else self._start_s
        try:
            return self._wait(process, replies, patience_s)
        finally:
            with self._lock:
                self._pending.pop(number, None)

    def _wait(self, process: subprocess.Popen[str], replies: _Replies, patience_s: float) -> Any:  # noqa: ANN401 - whatever JSON can hold
        while True:
            try:
                reply = replies.get(timeout=patience_s)
            except queue.Empty:
                process.kill()  # whoever asks next gets another one
                process.wait()
                raise RegistryError(self._silence(patience_s)) from None
            if "error" in reply:
                raise RegistryError(str(reply["error"]))
            if "answer" in reply:
                return reply["answer"]
            patience_s = self._patience_s

    def close(self) -> None:
        """End the process; questions that are still open fail."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(END_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[str]:
        """Give the process, started where it is not running; the lock is held."""
        if self._process is None or self._process.poll() is not None:
            with contextlib.ExitStack() as files:
                try:
                    self._home.logs.mkdir(parents=True, exist_ok=True)
                    path = self._home.logs / "registry.log"
                    # What the process before this one said last is kept: it may have died of it.
                    mode = "a" if path.exists() and path.stat().st_size < LARGEST_LOG else "w"
                    log: Any = files.enter_context(path.open(mode, encoding="utf-8"))
                except OSError:
                    log = subprocess.DEVNULL
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    encoding="utf-8",
                    env={**_IMPATIENT, **os.environ, HOME_VARIABLE: str(self._home.root), "PYTHONUNBUFFERED": "1"},
                )
                self._started = False
            threading.Thread(target=self._listen, args=(self._process,), name="registry", daemon=True).start()
        return self._process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as answers:
            for line in answers:
                try:
                    reply = json.loads(line)
                    number = int(reply["id"])
                except (ValueError, KeyError, TypeError):
                    continue
                self._settle(number, reply)
        process.wait()
        with self._lock:
            with contextlib.suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            # A process that was started since has questions of its own.
            lost = [replies for asked, replies in self._pending.values() if asked is process]
        for replies in lost:
            replies.put({"error": f"The registry process ended unexpectedly. {self._look()}"})

    def _settle(self, number: int, reply: dict[str, Any]) -> None:
        with self._lock:
            self._started = True
            _, replies = self._pending.get(number, (None, None))
        if replies is not None:
            replies.put(reply)

    def _silence(self, patience_s: float) -> str:
        if find_store(self._home).home is not None:
            return (
                f"The model registry on this computer did not answer within {patience_s:.0f} seconds: other work, such"
                " as a training, may keep it busy. Try again later; models that were used before still work."
            )
        return (
            f"The model registry did not answer within {patience_s:.0f} seconds. Check the network, or"
            " MLFLOW_TRACKING_URI; models that were used before still work."
        )

    def _look(self) -> str:
        return f"Look into {self._home.logs / 'registry.log'}."
