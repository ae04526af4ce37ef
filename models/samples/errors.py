"""What can go wrong with the file of samples, in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import GestureError


class SampleStoreError(GestureError):
    """The samples cannot be read or written; nothing of what was asked was done."""


class DamagedStoreError(SampleStoreError):
    """The file is none of SQLite's, or parts of it are no longer what they were."""


class MovedStoreError(SampleStoreError):
    """The file was moved away or replaced since it was opened; open the store again."""


_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_SENTENCES = {
    "SQLITE_BUSY": "{file} is locked by another program that is writing to it: close that program or try again.",
    "SQLITE_LOCKED": "{file} is locked by another program that is writing to it: close that program or try again.",
    "SQLITE_READONLY": "{file} may not be written to: make the file and its folder writable, or choose another home.",
    "SQLITE_NOTADB": "{file} is not a store of samples: open the app, which sets it aside, or move it away.",
    "SQLITE_CORRUPT": "{file} is damaged: open the app, which sets it aside and rescues what can be read.",
    "SQLITE_FULL": "The disk that holds {file} is full: free some space; what was saved before is safe.",
    "SQLITE_CANTOPEN": "{file} cannot be opened: its folder must be there and allow reading and writing.",
    "SQLITE_PERM": "{file} may not be read: change its permissions.",
    "SQLITE_IOERR": "{file} cannot be read or written, the disk reports an error: check the disk.",
}


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about this file into sentences."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        known = next((text for key, text in _SENTENCES.items() if name.startswith(key)), None)
        if known is None and not isinstance(error, (sqlite3.OperationalError, sqlite3.DatabaseError)):
            raise
        sentence = known or "{file} cannot be used: {error}."
        kind = DamagedStoreError if name.startswith(_DAMAGED) else SampleStoreError
        raise kind(sentence.format(file=path, error=error)) from error
