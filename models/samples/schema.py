"""Tables of the store, and how a file of an earlier version becomes one of this."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from models.samples.errors import SampleStoreError

APPLICATION_ID = 0x47535450  # "GSTP": marks the file as ours

MIGRATIONS: tuple[str, ...] = (
    # 1: sessions hold takes, takes hold samples. Marks instead of deletion: a sample is seen when neither it is in the
    # bin nor its take undone. takes.state: 0 kept, 1 undone and can come back by redo, 2 undone for good.
    """
    CREATE TABLE store (mark TEXT NOT NULL);
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        started REAL NOT NULL
    );
    CREATE TABLE takes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL REFERENCES sessions (id),
        gesture TEXT NOT NULL,
        started REAL NOT NULL,
        checked INTEGER NOT NULL DEFAULT 0,
        state INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE samples (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        take INTEGER NOT NULL REFERENCES takes (id),
        session INTEGER NOT NULL REFERENCES sessions (id),
        gesture TEXT NOT NULL,
        landmarks BLOB NOT NULL CHECK (length(landmarks) = 252),
        image_width INTEGER NOT NULL,
        image_height INTEGER NOT NULL,
        hand INTEGER NOT NULL,
        score REAL NOT NULL,
        time REAL NOT NULL,
        opinion_label TEXT,
        opinion_confidence REAL,
        opinion_model TEXT,
        picture TEXT,
        origin TEXT,
        checked INTEGER NOT NULL DEFAULT 0,
        binned INTEGER NOT NULL DEFAULT 0,
        undone INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX samples_seen ON samples (undone, binned, gesture, hand, checked, session, take);
    CREATE INDEX samples_take ON samples (take, undone, binned);
    CREATE INDEX samples_session ON samples (session, undone, binned);
    """,
    # 2: takes that came together (an import) are undone together, the latest step first; a sample whose label the user
    # has confirmed is not asked about again while it has that label.
    """
    ALTER TABLE takes ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
    UPDATE takes SET step = id;
    CREATE INDEX takes_step ON takes (step);
    ALTER TABLE samples ADD COLUMN confirmed TEXT;
    """,
)
"""Statements that lead from version n to n + 1; only ever added to."""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an earlier version up to date after copying the file.

    Raises
    ------
    SampleStoreError
        When the file is another program's, or of a newer version of this one.
    """
    version = _version(connection, path)
    if version == len(MIGRATIONS):
        return
    if version:
        _keep_copy(connection, path, path.with_name(f"{path.name}.version{version}"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(_version(connection, path), len(MIGRATIONS)):  # another process may have been faster
            for statement in MIGRATIONS[number].split(";"):
                connection.execute(statement)
            if number == 0:
                connection.execute("INSERT INTO store (mark) VALUES (?)", (secrets.token_hex(4),))
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number + 1}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version, application, tables = (
        int(connection.execute(query).fetchone()[0])
        for query in ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
    )
    if tables and application != APPLICATION_ID:
        raise SampleStoreError(f"{path} belongs to another program: move it away, and an empty store is made.")
    if version > len(MIGRATIONS):
        raise SampleStoreError(
            f"{path} was written by a newer version of this program (store version {version}, this program knows"
            f" {len(MIGRATIONS)}): update the program, or choose another home folder."
        )
    return version


def _keep_copy(connection: sqlite3.Connection, path: Path, copy: Path) -> None:
    if copy.exists():
        return
    part = copy.with_name(f"{copy.name}.part")  # one that was broken off is no copy
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as target:
            connection.backup(target)
        part.replace(copy)
    except OSError as error:
        raise SampleStoreError(
            f"Before {path} is brought up to date it is copied to {copy.name}, which cannot be written:"
            f" {error.strerror or error}. Make room in its folder; the samples are as they were."
        ) from error
