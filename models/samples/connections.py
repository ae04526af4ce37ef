"""One connection to write and one to read, each behind a lock: reading never waits for a write to reach the disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from models.gesture.store import StoreError, held
from models.samples.errors import MovedStoreError, SampleStoreError, sentences
from models.samples.schema import prepare


class Connections:
    """The file of samples, open; usable from any thread.

    Parameters
    ----------
    path
        The file; made when it is not there.
    patience_s
        How long to wait for another program that is writing or mending, in seconds.
    alone
        True for who holds the lock of :func:`lock_of` already.

    Raises
    ------
    SampleStoreError
        When it cannot be opened; the text says why.
    """

    def __init__(self, path: Path, patience_s: float, *, alone: bool = False) -> None:
        self.path = path
        self._patience_s = patience_s
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SampleStoreError(f"{path.parent} cannot be made: {error.strerror or error}.") from error
        try:
            with ExitStack() as stack, sentences(path):
                # A file that another program is setting aside, or filling anew, must not be opened half-way.
                if not alone:
                    _take_turn(stack, path, patience_s)
                self._writer = self._connect()
                prepare(self._writer, path)
                self._reader = self._connect()
                self._reader.execute("PRAGMA query_only = ON")
                self._file = self._found()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._patience_s, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk, not only on its way
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def current(self) -> bool:
        """Whether the file under its name is still the one that was opened."""
        return self._found() == self._file

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the reading connection."""
        with self._read_lock, sentences(self.path):
            yield self._open(self._reader)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the writing connection within a transaction, which is on the disk when the block ends."""
        with self._write_lock, sentences(self.path):
            connection = self._open(self._writer)
            if not self.current:  # SQLite would go on writing into a file that nobody finds again
                raise MovedStoreError(
                    f"{self.path} was moved away or replaced while it was open: nothing was written. Try again, which"
                    " opens the file that is there now."
                )
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _found(self) -> tuple[int, int] | None:
        """Tell the file under the name from others; None when there is none."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - once a sample: twice as fast
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _open(self, connection: sqlite3.Connection | None) -> sqlite3.Connection:
        if connection is None:
            raise SampleStoreError(f"{self.path} was closed already; open the store again.")
        return connection

    def close(self) -> None:
        """Close both; harmless when closed already."""
        with self._write_lock, self._read_lock:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    connection.close()
            self._reader = self._writer = None


def lock_of(path: Path) -> Path:
    """Give the file of the lock that whoever opens or mends the file of samples holds meanwhile."""
    return path.with_name(f"{path.name}.lock")


def _take_turn(stack: ExitStack, path: Path, patience_s: float) -> None:
    with suppress(StoreError):  # where no lock can be made, nobody can set the file aside either
        if not stack.enter_context(held(lock_of(path), patience_s)):
            raise SampleStoreError(f"{path} is being opened or mended by another program. Try again.")
