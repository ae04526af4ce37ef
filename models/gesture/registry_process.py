"""Asks the registry process, so that whoever asks never imports MLflow and never waits longer than it wants to."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import Any, Self

from models.gesture.versions import RegistryError
from models.home import HOME_VARIABLE, Home

PATIENCE_S = 60.0
END_PATIENCE_S = 3.0
LARGEST_LOG = 1_000_000
"""Bytes; a longer log is begun anew."""
COMMAND = (sys.executable, "-m", "models.gesture.registry")


class RegistryProcess:
    """The other end of :mod:`models.gesture.registry`; started by the first question, and again after it died.

    Safe to ask from several threads; never ask from one that must not wait.

    Parameters
    ----------
    home
        Whose registry it is; the process's messages go to its log folder.
    command
        What is started.
    """

    def __init__(self, home: Home, command: Sequence[str] = COMMAND) -> None:
        self._home = home
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    def ask(self, do: str, timeout_s: float = PATIENCE_S, **arguments: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """Ask one thing and wait for the answer.

        Parameters
        ----------
        do
            What the process shall do, see :func:`models.gesture.registry.answer`.
        timeout_s
            Longest wait; the first answer takes seconds, because MLflow is imported for it.
        arguments
            Further fields of the request.

        Raises
        ------
        RegistryError
            When there is no answer, or it is an error.
        """
        number = next(self._numbers)
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise RegistryError("The registry was closed already.")
            self._pending[number] = future
            try:
                stream = self._running().stdin
                if stream is not None:
                    stream.write(json.dumps({"id": number, "do": do, **arguments}) + "\n")
                    stream.flush()
            except (OSError, ValueError) as error:
                self._pending.pop(number, None)
                raise RegistryError(f"The registry process cannot be asked ({error}). {self._look()}") from error
        try:
            return future.result(timeout_s)
        except FutureTimeoutError:
            raise RegistryError(
                f"The model registry did not answer within {timeout_s:.0f} seconds. Check the network, or"
                " MLFLOW_TRACKING_URI; models that were used before still work."
            ) from None
        finally:
            with self._lock:
                self._pending.pop(number, None)

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
                    env={**os.environ, HOME_VARIABLE: str(self._home.root), "PYTHONUNBUFFERED": "1"},
                )
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
            lost = list(self._pending.values()) if self._process in {process, None} else []
        for future in lost:
            if not future.done():
                future.set_exception(RegistryError(f"The registry process ended unexpectedly. {self._look()}"))

    def _settle(self, number: int, reply: dict[str, Any]) -> None:
        with self._lock:
            future = self._pending.get(number)
        if future is None or future.done():
            return
        if "error" in reply:
            future.set_exception(RegistryError(str(reply["error"])))
        else:
            future.set_result(reply.get("answer"))

    def _look(self) -> str:
        return f"Look into {self._home.logs / 'registry.log'}."
