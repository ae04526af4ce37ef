"""Where runs and registered versions are kept: the store's address, its artifacts, and how MLflow is to behave.

Nothing here imports MLflow, so anybody may ask where the store is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.errors import GestureError
from models.home import Home

TRACKING_VARIABLE = "MLFLOW_TRACKING_URI"
REGISTRY_VARIABLE = "MLFLOW_REGISTRY_URI"
LOCK_PATIENCE_S = 60.0

_QUIET: Mapping[str, str] = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    # A server that is not there is said so within seconds; MLflow's own patience lasts minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


class StoreError(GestureError):
    """A store that cannot be reached or used."""


@dataclass(frozen=True, slots=True)
class Store:
    """Addresses that MLflow understands.

    Attributes
    ----------
    tracking, registry
        Of the runs and of the registered versions.
    artifacts
        Where artifacts of new experiments go; None where a server decides.
    home
        Whose store it is; None for a server or a database of another address.
    """

    tracking: str
    registry: str
    artifacts: str | None
    home: Home | None

    @property
    def begun(self) -> bool:
        """Whether there may be anything in it: a home folder's own store is made by the first sweep."""
        return self.home is None or self.home.registry_database.exists()

    def demand(self) -> None:
        """Refuse a store that was never begun.

        Raises
        ------
        StoreError
            When there is none; nothing is made.
        """
        if not self.begun and self.home is not None:
            raise StoreError(
                f"Nothing was trained yet: there is no run store in {self.home.root}. 'gesture-train sweep' makes one;"
                f" {TRACKING_VARIABLE} names another."
            )


def find_store(home: Home, environment: Mapping[str, str] | None = None) -> Store:
    """Give the store of ``MLFLOW_TRACKING_URI`` where that is set, else the home folder's own.

    Parameters
    ----------
    home
        Holds ``mlflow.db`` and ``artifacts/``.
    environment
        Where variables are looked up; the process's own environment by default.
    """
    variables = os.environ if environment is None else environment
    named = variables.get(TRACKING_VARIABLE, "").strip()
    registry = variables.get(REGISTRY_VARIABLE, "").strip()
    if named:
        return Store(named, registry or named, None, None)
    # Three slashes and an absolute path; on Windows the path begins with a drive letter.
    address = f"sqlite:///{home.registry_database.as_posix()}"
    return Store(address, registry or address, home.artifacts.as_uri(), home)


def quiet_environment() -> dict[str, str]:
    """Give MLflow's switches, for a process of its own."""
    return dict(_QUIET)


def quiet_mlflow() -> None:
    """Set MLflow's switches for this process, to be called before MLflow is imported; what is set already stays."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


@contextmanager
def opening(store: Store) -> Iterator[None]:
    """Keep other programs from making the same local store while this one makes or opens it.

    Two that found it empty would both run MLflow's migrations, and both would fail. Afterwards readers and writers of
    it do not wait for each other, and each change is written to disk once: that choice is kept in the file itself
    (SQLite documentation, "Write-Ahead Logging").

    Raises
    ------
    StoreError
        When another program keeps it locked, or it cannot be used.
    """
    if store.home is None:
        yield
        return
    with held(store.home.root / "mlflow.lock") as had:
        if not had:
            raise StoreError("Another program keeps the run store locked. End it and try again.")
        yield
        try:
            with closing(sqlite3.connect(store.home.registry_database, timeout=LOCK_PATIENCE_S)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise StoreError(f"The run store {store.home.registry_database} cannot be used: {error}.") from error


@contextmanager
def held(lock: Path, patience_s: float = LOCK_PATIENCE_S) -> Iterator[bool]:
    """Hold a lock between processes: SQLite's own, the same on every system, gone with whoever held it.

    Parameters
    ----------
    lock
        A file for nothing else; it is made with its folder, and stays.
    patience_s
        How long to wait for another holder.

    Yields
    ------
    bool
        Whether the lock was had; False when another process kept it all the time.

    Raises
    ------
    StoreError
        When the file cannot be made or used.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(lock, timeout=patience_s, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The lock {lock} cannot be made: {error}. Check that the folder can be written to."
        ) from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" not in str(error):
                raise StoreError(f"The lock {lock} cannot be used: {error}. Remove the file and try again.") from error
            yield False
            return
        yield True
