"""Takes in the store: listed, begun, brought in, and undone step by step. Functions over an open connection."""

# ruff: noqa: S608 - names put into statements are constants of this package; every value is bound

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence

from models.samples.errors import SampleStoreError
from models.samples.sample import BroughtSession, BroughtTake, Take

KEPT, UNDONE, GONE = 0, 1, 2
"""States of a take: seen, undone and able to come back, undone for good."""

LARGEST_NUMBER = 2**31 - 1
"""Numbers of other stores beyond it are not kept: SQLite runs out of numbers above a row's largest."""


def begin_session(writer: sqlite3.Connection, name: str) -> int:
    """Begin a sitting and give its number."""
    return _bring_session(writer, BroughtSession(name))


def begin_take(writer: sqlite3.Connection, session: int, gesture: str, *, check: bool) -> int:
    """Begin a take, a step of its own, and give its number."""
    return _insert(
        writer,
        "INSERT INTO takes (session, gesture, started, checked, step) VALUES (?, ?, ?, ?, ?)",
        (session, gesture, time.time(), int(check), _new_step(writer)),
    )


def bring_takes(writer: sqlite3.Connection, takes: Sequence[BroughtTake]) -> list[tuple[int, int]]:
    """Begin takes of another store as one step; the number of each, and that of its session."""
    step = _new_step(writer)
    sessions = {session: _bring_session(writer, session) for session in dict.fromkeys(take.session for take in takes)}
    query = "INSERT INTO takes (id, session, gesture, started, checked, step) VALUES (?, ?, ?, ?, 0, ?)"
    numbers = []
    for take in takes:
        session, started = sessions[take.session], take.started if take.started is not None else time.time()
        number = _free(writer, "takes", take.number)
        numbers.append((_insert(writer, query, (number, session, take.gesture, started, step)), session))
    return numbers


def tell_check_takes(writer: sqlite3.Connection, takes: Iterable[int]) -> None:
    """Mark takes all of whose samples belong to the check set."""
    writer.executemany(
        "UPDATE takes SET checked = coalesce((SELECT min(checked) FROM samples WHERE take = ?1), 0) WHERE id = ?1",
        [(take,) for take in takes],
    )


def list_takes(connection: sqlite3.Connection, session: int | None) -> list[Take]:
    """Give takes that are not undone and hold a sample that is not in the bin, newest first."""
    condition = "" if session is None else f" AND takes.session = {int(session)}"
    return _takes(connection, f"takes.state = {KEPT}{condition}")


def undoable(connection: sqlite3.Connection) -> Take | None:
    """Give what is undone next; takes of one step as one."""
    return _as_one(_takes_of_step(connection, _next_step(connection, KEPT), KEPT))


def redoable(connection: sqlite3.Connection) -> Take | None:
    """Give what comes back next; takes of one step as one."""
    return _as_one(_takes_of_step(connection, _next_step(connection, UNDONE), UNDONE))


def undo(writer: sqlite3.Connection) -> Take | None:
    """Undo the last step."""
    return _move(writer, KEPT, UNDONE)


def redo(writer: sqlite3.Connection) -> Take | None:
    """Bring back the step that was undone last."""
    return _move(writer, UNDONE, KEPT)


def _move(writer: sqlite3.Connection, before: int, after: int) -> Take | None:
    """Move the next step from one state to the other, with those of its takes that lie in the bin."""
    step = _next_step(writer, before)
    moved = _as_one(_takes_of_step(writer, step, before))
    of_step = "step = ? AND state = ?"
    writer.execute(
        f"UPDATE samples SET undone = ? WHERE take IN (SELECT id FROM takes WHERE {of_step})",
        (int(after == UNDONE), step, before),
    )
    writer.execute(f"UPDATE takes SET state = ? WHERE {of_step}", (after, step, before))
    return moved


def _next_step(connection: sqlite3.Connection, state: int) -> int | None:
    """Give the step that has a sample to take away, or to bring back: the latest that is kept, the first undone."""
    found = connection.execute(
        f"SELECT step FROM takes WHERE state = {state} AND EXISTS (SELECT 1 FROM samples WHERE take = takes.id"
        f" AND undone = {state} AND binned = 0) ORDER BY step {'DESC' if state == KEPT else 'ASC'} LIMIT 1"
    ).fetchone()
    return None if found is None else int(found[0])


def _takes_of_step(connection: sqlite3.Connection, step: int | None, state: int) -> list[Take]:
    return [] if step is None else _takes(connection, f"takes.state = {state} AND step = {step}", state)


def _takes(connection: sqlite3.Connection, condition: str, undone: int = 0) -> list[Take]:
    query = (
        "SELECT takes.id, takes.session, takes.gesture, takes.started, "
        " (SELECT count(*) FROM samples WHERE take = takes.id AND undone = ? AND binned = 0) AS held, takes.checked"
        f" FROM takes WHERE {condition} AND held > 0 ORDER BY takes.step DESC, takes.id DESC"
    )
    rows = connection.execute(query, (undone,))
    return [Take(number, session, name, began, held, bool(check)) for number, session, name, began, held, check in rows]


def _as_one(takes: Sequence[Take]) -> Take | None:
    if len(takes) < 2:
        return takes[0] if takes else None
    gestures = {take.gesture for take in takes}
    return Take(
        id=min(take.id for take in takes),
        session=min(take.session for take in takes),
        gesture=gestures.pop() if len(gestures) == 1 else "",
        started=min(take.started for take in takes),
        count=sum(take.count for take in takes),
        check=all(take.check for take in takes),
    )


def _new_step(writer: sqlite3.Connection) -> int:
    """Give the next step; what was undone before it stays undone."""
    writer.execute(f"UPDATE takes SET state = {GONE} WHERE state = {UNDONE}")
    return int(writer.execute("SELECT coalesce(max(step), 0) + 1 FROM takes").fetchone()[0])


def _bring_session(writer: sqlite3.Connection, session: BroughtSession) -> int:
    started = session.started if session.started is not None else time.time()
    number = _free(writer, "sessions", session.number)
    return _insert(writer, "INSERT INTO sessions (id, name, started) VALUES (?, ?, ?)", (number, session.name, started))


def _free(writer: sqlite3.Connection, table: str, number: int | None) -> int | None:
    """Give a number back where no row of the table has it; neither sessions nor takes are ever deleted."""
    if number is None or not 0 < number <= LARGEST_NUMBER:
        return None
    return None if writer.execute(f"SELECT 1 FROM {table} WHERE id = ?", (number,)).fetchone() else number


def _insert(writer: sqlite3.Connection, query: str, values: Sequence[object]) -> int:
    row = writer.execute(query, values).lastrowid
    if row is None:  # pragma: no cover - SQLite always gives one after an INSERT
        raise SampleStoreError("The store gave no number for what was kept.")
    return row
