"""A damaged file of samples: set aside under a name that is told, and what can still be read kept in a new one."""

# ruff: noqa: S608 - names put into statements are constants of this module; every value is bound

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.gesture.store import StoreError, held
from models.samples.connections import Connections, lock_of
from models.samples.errors import DamagedStoreError, SampleStoreError
from models.samples.records import COLUMNS, sample_of
from models.samples.schema import MIGRATIONS
from models.samples.store import SampleStore

MOST_WALKED = 20_000
"""So many numbers in a row that cannot be read are tried one by one; beyond a larger gap it goes on as indexes say."""

_LARGEST_NUMBER = 2**63 - 1
_BESIDE = ("-wal", "-shm", "")
_Row = tuple[Any, ...]
_TABLES = {
    "sessions": ("id", "name", "started"),
    "takes": ("id", "session", "gesture", "started", "checked", "state", "step"),
    "samples": ("id", *COLUMNS, "binned", "undone"),
}
_LATER = {"step": (2, "id"), "confirmed": (2, "NULL")}
"""Columns that files of earlier versions lack: since which version they are there, and what is read before."""


@dataclass(frozen=True, slots=True)
class OpenedSamples:
    """A store, and a sentence about the damage that was found; empty when there was none."""

    store: SampleStore
    note: str = ""


def open_samples(path: Path, *, look_inside: bool = False, patience_s: float = 5.0) -> OpenedSamples:
    """Open the samples; a damaged file is set aside and never written to.

    Parameters
    ----------
    path
        The SQLite file; made, with its folder, when it is not there.
    look_inside
        True to look for damage in all of the file, which takes longer the larger it is.
    patience_s
        As for :class:`models.samples.SampleStore`.

    Raises
    ------
    SampleStoreError
        When it cannot be opened for another reason, or not be set aside.
    """
    try:
        return OpenedSamples(_sound(path, patience_s, look_inside=look_inside))
    except DamagedStoreError:
        pass
    try:
        with held(lock_of(path), patience_s) as had:
            if not had:
                raise SampleStoreError(f"{path} is damaged, and another program is mending it. Try again.")
            return _mended(path, patience_s)
    except StoreError as error:
        raise SampleStoreError(f"{path} is damaged and cannot be set aside. {error}") from error


def _sound(path: Path, patience_s: float, *, look_inside: bool, alone: bool = False) -> SampleStore:
    store = SampleStore(path, patience_s, alone=alone)
    try:
        if look_inside:
            store.look_inside()
    except BaseException:
        store.close()
        raise
    return store


def _mended(path: Path, patience_s: float) -> OpenedSamples:
    try:  # another program may have been faster
        return OpenedSamples(_sound(path, patience_s, look_inside=True, alone=True))
    except DamagedStoreError:
        aside = _set_aside(path)
    connections = Connections(path, patience_s, alone=True)
    try:
        saved = _save_what_is_left(aside, connections)
        what = f"{saved:,} of its samples could be read and are kept" if saved else "none of its samples could be read"
    except (OSError, SampleStoreError) as error:
        what = f"what can be read of it could not be copied ({error})"
    finally:
        connections.close()
    return OpenedSamples(
        SampleStore(path, patience_s, alone=True),
        f"The file of samples was damaged: it was set aside as {aside}, unchanged, and a new one made; {what}.",
    )


def _set_aside(path: Path) -> Path:
    moment = time.strftime("%Y-%m-%d-%H%M%S")
    names = (path.with_name(f"{path.name}.damaged-{moment}{more}") for more in ("", *(f"-{n}" for n in range(2, 100))))
    aside = next(name for name in names if not name.exists())
    try:
        for beside in _BESIDE:
            part = path.with_name(f"{path.name}{beside}")
            if part.exists():
                part.rename(aside.with_name(f"{aside.name}{beside}"))
    except OSError as error:
        raise SampleStoreError(
            f"{path} is damaged and cannot be set aside: {error.strerror or error}. Close other programs that use it,"
            " or move it away."
        ) from error
    return aside


def _save_what_is_left(aside: Path, connections: Connections) -> int:
    """Bring sessions, takes and samples that can be read into a new file; the number of samples."""
    with tempfile.TemporaryDirectory(dir=aside.parent, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.db"  # SQLite may write into what it opens
        for beside in ("", "-wal"):
            part = aside.with_name(f"{aside.name}{beside}")
            if part.exists():
                shutil.copyfile(part, copy.with_name(f"{copy.name}{beside}"))
        with closing(sqlite3.connect(copy)) as old, connections.writing() as writer:
            try:
                version = int(old.execute("PRAGMA user_version").fetchone()[0])
            except sqlite3.DatabaseError:
                version = 0
            return _bring_over(old, version, writer) if 0 < version <= len(MIGRATIONS) else 0


def _bring_over(old: sqlite3.Connection, version: int, writer: sqlite3.Connection) -> int:
    with suppress(sqlite3.DatabaseError):
        # The groups of its takes begin with its mark: with another one, exported takes and these would pass for two.
        for mark in old.execute("SELECT mark FROM store WHERE typeof(mark) = 'text'").fetchall():
            writer.execute("UPDATE store SET mark = ?", mark)
    for table in ("sessions", "takes"):
        _insert(writer, table, _rows(old, version, table))
    saved = 0
    place = {name: number for number, name in enumerate(_TABLES["samples"])}
    for row in _rows(old, version, "samples"):
        # A sample whose take or session was on a damaged part gets one in its place.
        session, take, moment = row[place["session"]], row[place["take"]], row[place["time"]]
        try:
            sample_of((row[0], row[place["binned"]], *row[1:-2]))
            writer.execute("INSERT OR IGNORE INTO sessions VALUES (?, '', ?)", (session, moment))
            writer.execute(
                "INSERT OR IGNORE INTO takes (id, session, gesture, started, step) VALUES (?, ?, ?, ?, ?)",
                (take, session, row[place["gesture"]], moment, take),
            )
            saved += _insert(writer, "samples", [row])
        except (DamagedStoreError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError):
            continue  # a row of nonsense
    return saved


def _insert(writer: sqlite3.Connection, table: str, rows: Iterable[_Row]) -> int:
    columns = _TABLES[table]
    query = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    return sum(max(writer.execute(query, row).rowcount, 0) for row in rows)


def _rows(old: sqlite3.Connection, version: int, table: str) -> Iterator[_Row]:
    """Give the rows that can be read, by number; those on a damaged part are passed over."""
    later = {name: instead for name, (since, instead) in _LATER.items() if version < since}
    query = f"SELECT {', '.join(later.get(name, name) for name in _TABLES[table])} FROM {table}"
    last: int | None = 0
    missing = 0
    known: list[int] | None = None
    while last is not None:
        try:
            for row in old.execute(f"{query} WHERE id > ? ORDER BY id", (last,)):
                yield row
                last, missing = max(last, int(row[0])), 0
        except (sqlite3.DatabaseError, ValueError, TypeError):
            if missing >= MOST_WALKED:
                known = _known(old, table) if known is None else known
                last, missing = _after_gap(old, query, known, last), 0
                continue
            last, missing = last + 1, missing + 1
            try:
                found = old.execute(f"{query} WHERE id = ?", (last,)).fetchone()
            except sqlite3.DatabaseError:
                continue
            if found is not None:
                missing = 0
                yield found
        else:
            return


def _known(old: sqlite3.Connection, table: str) -> list[int]:
    """Give the numbers of rows, readable or not, that stand in what can be read of the table's indexes."""
    known: set[int] = set()
    with suppress(sqlite3.DatabaseError):
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        for (index,) in old.execute(query, (table,)).fetchall():
            with suppress(sqlite3.DatabaseError):
                known.update(number for (number,) in old.execute(f'SELECT id FROM {table} INDEXED BY "{index}"'))
    return sorted(known)


def _after_gap(old: sqlite3.Connection, query: str, known: list[int], last: int) -> int | None:
    """Give a number after ``last`` beyond which rows can be read again; None when there is none."""
    for number in known[bisect_right(known, last) :]:
        with suppress(sqlite3.DatabaseError):
            if old.execute(f"{query} WHERE id = ?", (number,)).fetchone() is not None:
                return number - 1

    def readable(number: int) -> bool:
        try:
            old.execute(f"{query} WHERE id > ? ORDER BY id", (number,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True

    # No index leads on: steps that double, back to their end by halves, ask 126 times at most.
    bad, step = last, 1
    while not readable(bad + step):
        bad, step = bad + step, 2 * step
        if bad + step > _LARGEST_NUMBER:
            return None
    good = bad + step
    while good - bad > 1:
        middle = (good + bad) // 2
        bad, good = (bad, middle) if readable(middle) else (middle, good)
    return good
