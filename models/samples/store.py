"""SampleStore: recorded samples in SQLite, where nothing is lost and nothing deleted but by emptying the bin."""

# ruff: noqa: S608 - names put into statements are constants of this package; every value is bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.samples import takes
from models.samples.connections import Connections
from models.samples.errors import DamagedStoreError, SampleStoreError
from models.samples.filtering import HANDS, SampleCounts, SampleFilter, SampleOrder
from models.samples.records import COLUMNS, columns_of, record_of, sample_of
from models.samples.sample import BroughtTake, NewSample, Sample, SampleColumns, Session, Take, is_picture_name

LONGEST_NAME = 64
ANSWERS_WITHOUT_GESTURE = ("none", "unknown")
"""What figures and the window call it when no gesture was accepted."""
_SELECT = f"SELECT id, binned, {', '.join(COLUMNS)} FROM samples"
_SEEN = SampleFilter()


class SampleStore:
    """Samples, the takes they were recorded in, and the sessions of those; for any number of threads.

    What a method did is on the disk when it returns. An undone take, or a sample in the bin, is only marked.

    Parameters
    ----------
    path
        The SQLite file; made, with its folder, when it is not there.
    patience_s
        How long to wait for another program that is writing or mending, in seconds.
    alone
        As for :class:`models.samples.connections.Connections`.

    Raises
    ------
    SampleStoreError
        From every method, when the file cannot be used; nothing was changed then.
    """

    def __init__(self, path: Path, patience_s: float = 5.0, *, alone: bool = False) -> None:
        self.path = path
        self._files = Connections(path, patience_s, alone=alone)
        try:
            with self._files.reading() as reader:
                self._mark = str(reader.execute("SELECT mark FROM store").fetchone()[0])
        except BaseException:
            self.close()
            raise

    @property
    def mark(self) -> str:
        """What tells this file of samples from every other one: numbers of samples are those of one file."""
        return self._mark

    @property
    def current(self) -> bool:
        """Whether the file under its name is still the one that was opened."""
        return self._files.current

    def close(self) -> None:
        """Close the file; harmless when closed already."""
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Recording

    def start_session(self, name: str = "") -> int:
        """Begin a sitting and give its number."""
        with self._files.writing() as writer:
            return takes.begin_session(writer, name)

    def start_take(self, session: int, gesture: str, *, check: bool = False) -> int:
        """Begin a take and give its number; takes that were undone can no longer be redone.

        Parameters
        ----------
        session
            Number of the sitting.
        gesture
            Name of the gesture; "" only for a take whose samples bring their own.
        check
            True for the user's check set, which nothing is ever trained on.
        """
        if gesture:
            check_name(gesture)
        with self._files.writing() as writer:
            if writer.execute("SELECT 1 FROM sessions WHERE id = ?", (session,)).fetchone() is None:
                raise SampleStoreError(f"There is no session {session} in {self.path}; begin one first.")
            return takes.begin_take(writer, session, gesture, check=check)

    def add(self, take: int, samples: Sequence[NewSample]) -> list[int]:
        """Keep samples in a take and give their numbers, once all of them are on the disk."""
        with self._files.writing() as writer:
            found = writer.execute(
                "SELECT session, gesture, checked, state FROM takes WHERE id = ?", (take,)
            ).fetchone()
            if found is None or found[3]:
                raise SampleStoreError(f"Take {take} is not there or was undone; begin a new one.")
            numbers = []
            for sample in samples:
                gesture = sample.gesture if sample.gesture is not None else found[1]
                record = record_of(sample, check_name(gesture), take, found[0], found[2])
                numbers.append(_insert(writer, record))
        return numbers

    def bring_in(self, brought: Sequence[BroughtTake], samples: Iterable[tuple[int, NewSample]]) -> list[int]:
        """Keep samples from elsewhere, as one step that :meth:`undo` takes back, and give their numbers.

        Parameters
        ----------
        brought
            The takes that they belong to; each keeps its number, and that of its session, where it is free.
        samples
            Each with the place of its take in ``brought``; one without a gesture has that of its take.
        """
        # Made before the file is held, which somebody may be recording into.
        records = []
        for place, sample in samples:
            gesture = sample.gesture if sample.gesture is not None else brought[place].gesture
            records.append((place, record_of(sample, check_name(gesture), 0, 0, 0)[2:]))
        with self._files.writing() as writer:
            begun = takes.bring_takes(writer, brought)
            found = writer.execute("SELECT seq FROM sqlite_sequence WHERE name = 'samples'").fetchone()
            first = 1 if found is None else int(found[0]) + 1
            query = f"INSERT INTO samples (id, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
            writer.executemany(
                query,
                ((number, *begun[place], *record) for number, (place, record) in enumerate(records, start=first)),
            )
            takes.tell_check_takes(writer, [take for take, _ in begun])
        return list(range(first, first + len(records)))

    # Undo

    def undoable(self) -> Take | None:
        """Give the take that :meth:`undo` would undo; several that came together as one."""
        with self._files.reading() as reader:
            return takes.undoable(reader)

    def redoable(self) -> Take | None:
        """Give the take that :meth:`redo` would bring back; several that came together as one."""
        with self._files.reading() as reader:
            return takes.redoable(reader)

    def undo(self) -> Take | None:
        """Undo the last take or import, also one of an earlier start of the program; None when there is none."""
        with self._files.writing() as writer:
            return takes.undo(writer)

    def redo(self) -> Take | None:
        """Bring back the take that was undone last; None when there is none or another was recorded since."""
        with self._files.writing() as writer:
            return takes.redo(writer)

    # Changing

    def relabel(self, ids: Iterable[int], gesture: str) -> int:
        """Give samples another gesture; the number of samples that changed."""
        return self._set("gesture", check_name(gesture), ids)

    def relabel_each(self, gestures: Mapping[int, str]) -> int:
        """Give each sample a gesture of its own, all or none; the number of samples that changed."""
        query = "UPDATE samples SET gesture = ?1 WHERE gesture != ?1 AND id = ?2"
        changes = [(check_name(gesture), int(number)) for number, gesture in gestures.items()]
        with self._files.writing() as writer:
            return writer.executemany(query, changes).rowcount if changes else 0

    def confirm(self, ids: Iterable[int], *, confirmed: bool = True) -> int:
        """Remember that the user finds the labels right that samples have now; the number of samples that changed.

        Parameters
        ----------
        ids
            Their numbers.
        confirmed
            False to forget it again.
        """
        with self._files.writing() as writer:
            return writer.execute(
                "UPDATE samples SET confirmed = CASE WHEN ?1 THEN gesture END"
                " WHERE (confirmed IS gesture) != ?1 AND id IN (SELECT value FROM json_each(?2))",
                (int(confirmed), _json(ids)),
            ).rowcount

    def delete(self, ids: Iterable[int]) -> int:
        """Put samples into the bin; the number of samples that are newly there."""
        return self._set("binned", 1, ids)

    def restore(self, ids: Iterable[int]) -> int:
        """Take samples out of the bin; the number of samples that are back."""
        return self._set("binned", 0, ids)

    def keep_for_check(self, ids: Iterable[int]) -> int:
        """Put samples into the check set for good: what was once seen in training cannot be told from the rest."""
        return self._set("checked", 1, ids)

    def empty_bin(self) -> int:
        """Delete what is in the bin and undone takes for good, with their pictures; the number of samples deleted.

        A picture that a remaining sample names stays, and so does what is no picture of the recorder.
        Pictures go first: should one of them not go, its sample stays in the bin and the next call tries again.
        """
        condition = "binned = 1 OR undone = 1"
        with self._files.writing() as writer:
            # Without regard to case, as some file systems look up names.
            pictures = writer.execute(
                f"SELECT DISTINCT picture FROM samples WHERE picture IS NOT NULL AND ({condition})"
                " AND picture COLLATE NOCASE NOT IN"
                f" (SELECT picture FROM samples WHERE picture IS NOT NULL AND NOT ({condition}))"
            )
            for (picture,) in pictures.fetchall():
                self._delete_picture(str(picture))
            count = writer.execute(f"DELETE FROM samples WHERE {condition}").rowcount
            writer.execute("UPDATE takes SET state = 2 WHERE state = 1")
        return count

    def _delete_picture(self, name: str) -> None:
        path = self.path.parent / name
        if not is_picture_name(name) or path.is_dir():
            return  # another file, named by an import
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise SampleStoreError(f"The picture {path} cannot be deleted: {error.strerror or error}.") from error

    def _set(self, column: str, value: str | int, ids: Iterable[int]) -> int:
        query = f"UPDATE samples SET {column} = ?1 WHERE {column} != ?1 AND id IN (SELECT value FROM json_each(?2))"
        with self._files.writing() as writer:
            return writer.execute(query, (value, _json(ids))).rowcount

    # Reading

    def look_inside(self) -> None:
        """Read every part of the file.

        Raises
        ------
        DamagedStoreError
            When a part is damaged.
        """
        with self._files.reading() as reader:
            found = str(reader.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            raise DamagedStoreError(f"{self.path} is damaged: {found}.")
        for _ in self.columns():
            pass  # whether each can be a sample

    def stamp(self) -> int:
        """Give a number that changes whenever anything in the store was changed by anybody."""
        with self._files.reading() as reader:
            return int(reader.execute("PRAGMA data_version").fetchone()[0])

    def count(self, chosen: SampleFilter = _SEEN) -> int:
        """Count samples."""
        where, values = chosen.where()
        with self._files.reading() as reader:
            return int(reader.execute(f"SELECT count(*) FROM samples WHERE {where}", values).fetchone()[0])

    def ids(self, chosen: SampleFilter = _SEEN, order: SampleOrder = SampleOrder.NEWEST) -> NDArray[np.int64]:
        """Give the numbers of samples in order: the way to page through many, a page at a time by :meth:`samples`."""
        where, values = chosen.where()
        with self._files.reading() as reader:
            rows = reader.execute(f"SELECT id FROM samples WHERE {where} ORDER BY {order.value}", values)
            return np.fromiter((row[0] for row in rows), np.int64)

    def samples(self, ids: Iterable[int]) -> list[Sample]:
        """Give samples by their numbers, in that order; numbers that are not there are left out."""
        wanted = [int(number) for number in ids]
        found: dict[int, Sample] = {}
        query = f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?))"
        with self._files.reading() as reader:
            found.update((row[0], sample_of(row)) for row in reader.execute(query, (_json(wanted),)))
        return [found[number] for number in wanted if number in found]

    def gestures_of(self, ids: Iterable[int]) -> dict[int, str]:
        """Give the gestures of some samples, by number."""
        query = "SELECT id, gesture FROM samples WHERE id IN (SELECT value FROM json_each(?))"
        with self._files.reading() as reader:
            return {int(number): str(gesture) for number, gesture in reader.execute(query, (_json(ids),))}

    def unconfirmed(self, ids: Iterable[int]) -> dict[int, str]:
        """Give the gestures of those of some samples that are seen and whose label the user has not confirmed."""
        query = (
            "SELECT id, gesture FROM samples WHERE undone = 0 AND binned = 0 AND confirmed IS NOT gesture"
            " AND id IN (SELECT value FROM json_each(?))"
        )
        with self._files.reading() as reader:
            return {int(number): str(gesture) for number, gesture in reader.execute(query, (_json(ids),))}

    def columns(self, chosen: SampleFilter = _SEEN, block: int = 8192) -> Iterator[SampleColumns]:
        """Give samples as columns, oldest first, in blocks; what is recorded meanwhile may or may not be in it."""
        where, values = chosen.where()
        last = 0
        query = f"{_SELECT} WHERE id > ? AND {where} ORDER BY id LIMIT {block}"
        while True:
            with self._files.reading() as reader:
                rows = reader.execute(query, (last, *values)).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield columns_of(rows, self._mark)

    def counts(self, chosen: SampleFilter = _SEEN) -> SampleCounts:
        """Count samples by gesture, take, session and hand."""
        where, values = chosen.where()
        # One pass over the index that holds all of these columns; what is counted by each of them is added up here.
        kinds = "gesture, hand, checked, session, take"
        query = f"SELECT {kinds}, count(*) FROM samples WHERE {where} GROUP BY {kinds}"
        with self._files.reading() as reader:
            groups = reader.execute(query, values).fetchall()
        gestures, hands, check, sessions, takes = (_sums(groups, place) for place in range(5))
        return SampleCounts(
            total=sum(check.values()),
            gestures=gestures,
            takes=takes,
            sessions=sessions,
            hands={HANDS[code] or "unknown": count for code, count in hands.items()},
            check=check.get(1, 0),
        )

    def takes(self, session: int | None = None) -> list[Take]:
        """Give takes that are not undone and hold samples, newest first."""
        with self._files.reading() as reader:
            return takes.list_takes(reader, session)

    def sessions(self) -> list[Session]:
        """Give sittings that hold samples, newest first."""
        query = (
            "SELECT sessions.id, name, started, count(*) FROM sessions JOIN samples ON samples.session = sessions.id"
            " WHERE undone = 0 AND binned = 0 GROUP BY sessions.id ORDER BY sessions.id DESC"
        )
        with self._files.reading() as reader:
            return [Session(*row) for row in reader.execute(query)]


def check_name(gesture: str) -> str:
    """Give the name of a gesture without outer space.

    Raises
    ------
    SampleStoreError
        When it is empty, longer than 64 characters, has characters that cannot be shown, or is what an answer without
        a gesture is called.
    """
    name = gesture.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise SampleStoreError(
            f"A gesture needs a name of 1 to {LONGEST_NAME} printable characters, but {gesture[:80]!r} came."
        )
    if name.casefold() in ANSWERS_WITHOUT_GESTURE:
        raise SampleStoreError(
            f"A gesture cannot be named {name!r}, which says that no gesture was accepted. Choose another name; hands"
            " that make no gesture are called no_gesture."
        )
    return name


def _insert(writer: sqlite3.Connection, record: Sequence[object]) -> int:
    query = f"INSERT INTO samples ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    row = writer.execute(query, record).lastrowid
    if row is None:  # pragma: no cover - SQLite always gives one after an INSERT
        raise SampleStoreError("The store gave no number for what was kept.")
    return row


def _sums(groups: Iterable[tuple[Any, ...]], place: int) -> dict[Any, int]:
    """Add up what was counted, by one of the columns; in that column's order."""
    sums: dict[Any, int] = {}
    for group in groups:
        sums[group[place]] = sums.get(group[place], 0) + group[-1]
    return dict(sorted(sums.items()))


def _json(ids: Iterable[int]) -> str:
    return json.dumps([int(number) for number in ids])
