"""MLflow's own pages of a version: where they are, and a server for them where the store is on this computer.

MLflow runs in a process of its own, is not imported here, listens to this computer alone, and ends with the app.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from models.errors import GestureError
from models.gesture.store import find_store, quiet_environment
from models.home import Home

HOST = "127.0.0.1"
PATIENCE_S = 60.0
LOOK_S = 0.2
END_PATIENCE_S = 6.0
TRIES = 2
"""The port that was free may be taken before MLflow binds it."""


class MlflowPageError(GestureError):
    """Pages that cannot be shown."""


class MlflowPages:
    """Knows MLflow's pages; a server is started for the first that needs one, and serves for all others.

    Safe to use from several threads; :meth:`page` waits, so not from one that must not.

    Parameters
    ----------
    home
        Whose store is shown; ``MLFLOW_TRACKING_URI`` wins where it is set.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._starting = threading.Lock()
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""

    @property
    def pid(self) -> int | None:
        """Number of the server's process; None while none runs."""
        process = self._process
        return None if process is None or process.poll() is not None else process.pid

    def page(self, version: int | None = None, tell: Callable[[], None] = lambda: None) -> str:
        """Give the address of a version's page, or that of all, once it can be opened.

        Parameters
        ----------
        version
            Its number; None for the list of all versions.
        tell
            Called when a server is started for it, which takes some seconds.

        Raises
        ------
        MlflowPageError
            When there is no such page, or nothing can serve it.
        """
        from models.gesture.versions import REGISTERED_NAME  # noqa: PLC0415 - it loads the models' runtime

        page = f"{self._base(tell)}/#/models/{REGISTERED_NAME}"
        return page if version is None else f"{page}/versions/{version}"

    def close(self) -> None:
        """End the server, within bounds; nothing is started from here on."""
        self._closing.set()
        with self._starting:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _base(self, tell: Callable[[], None]) -> str:
        registry = find_store(self._home).registry
        scheme = urlsplit(registry).scheme
        if scheme in {"http", "https"}:
            return registry.rstrip("/")
        if scheme.startswith("databricks"):
            raise MlflowPageError(
                "The registry is a Databricks workspace, whose pages are reached from the workspace itself. Open it in"
                " the browser and look for the model there."
            )
        with self._starting:
            if self.pid is None:
                if find_store(self._home).home is not None and not self._home.registry_database.exists():
                    raise MlflowPageError("There is nothing in MLflow yet. Train a version first, then open its page.")
                tell()
                self._end()  # of a guard that was ended by force, what it guarded may still run
                self._start(TRIES)
            return self._address

    def _start(self, tries: int) -> None:
        """Start a server and wait until it answers; the lock is held."""
        port = _free_port()
        address = f"http://{HOST}:{port}"
        without_console: dict[str, Any] = {}
        if sys.platform == "win32":
            without_console = {"creationflags": subprocess.CREATE_NO_WINDOW}
        try:
            self._home.logs.mkdir(parents=True, exist_ok=True)
            log = self._home.logs / "mlflow.log"
            with log.open("wb") as words:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "gesture_app.guarded", *self._command(port)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,  # tells which group it guards
                    stderr=words,
                    cwd=self._home.root,
                    env=_environment(),
                    **without_console,
                )
        except OSError as error:
            raise MlflowPageError(
                f"MLflow's pages cannot be started: {error.strerror or error}. Check that {self._home.root} can be"
                " written to, and that the program is whole."
            ) from error
        self._address = address
        until = time.monotonic() + PATIENCE_S
        while not _answers(address):
            if self._closing.is_set():
                self._end()
                raise MlflowPageError("The program is closing. Start it again to see MLflow's pages.")
            if self.pid is None and tries > 1:
                self._end()
                self._start(tries - 1)
                return
            if self.pid is None or time.monotonic() > until:
                self._end()
                raise MlflowPageError(f"MLflow's pages did not start. Look into {log} for the reason, then try again.")
            self._closing.wait(LOOK_S)

    def _command(self, port: int) -> list[str]:
        store = find_store(self._home)
        artifacts = store.artifacts or self._home.artifacts.as_uri()
        command = [
            sys.executable,
            "-P",
            "-m",
            "mlflow",
            "server",
            "--host",
            HOST,
            "--port",
            str(port),
            "--workers",
            "1",
        ]
        command += ["--backend-store-uri", store.tracking, "--artifacts-destination", artifacts]
        return command + (["--registry-store-uri", store.registry] if store.registry != store.tracking else [])

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(END_PATIENCE_S)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":  # while it is known what belongs to it
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)
            process.kill()
            process.wait()
        _end_guarded(process)


def _end_guarded(guard: subprocess.Popen[bytes]) -> None:
    """End the group of a guard that was ended by force and could not do so itself."""
    if guard.stdout is None:
        return
    with guard.stdout as told:
        number = told.readline().strip()
    if sys.platform != "win32" and guard.returncode < 0 and number.isdigit():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(int(number), signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Give MLflow's process its quiet switches, and no runner of jobs that nobody starts here."""
    own = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "PYTHONUNBUFFERED": "1"}
    return {**quiet_environment(), **own, **os.environ}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _answers(address: str) -> bool:
    # Straight to this computer, whatever proxy the system has.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/health", timeout=2.0) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
