"""Labelled hands as columns, where each came from, and what was refused on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import LANDMARK_COUNT, Hands
from trainer.data.text_column import Index, TextColumn

COORDINATES: tuple[str, ...] = tuple(f"{axis}{number}" for number in range(1, LANDMARK_COUNT + 1) for axis in "xyz")
"""Names of the 63 raw columns, in the order of a raw row."""


class DataError(GestureError):
    """Data that cannot be read or used; the text names the place and what to do."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Rows that were refused for one reason in one file.

    Attributes
    ----------
    reason
        What is wrong with them.
    file
        The file they are in.
    count
        How many rows.
    places
        Where: ``row 12``, an image's name, a picture's file; the first thousand of them.
    """

    reason: str
    file: str
    count: int
    places: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(self.places[:3]) + (" ..." if self.count > 3 else "")
        return f"{self.file}: {self.count} refused, {self.reason}" + (f" ({shown})" if self.places else "")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled hands; nothing in it changes after it was made.

    Attributes
    ----------
    hands
        The hands as columns, N of them.
    label_column, group_column, id_column, source_column
        Texts of each hand: its gesture; the person, session or take it belongs to ("" where not known); what it is
        called in its source; the source. Read them decoded as ``labels``, ``groups``, ``ids`` and ``sources``.
    extras
        Further columns of the source, kept as texts.
    rejected
        What was refused on reading.
    notes
        Sentences about how it was read that a report repeats.
    """

    hands: Hands
    label_column: TextColumn
    group_column: TextColumn
    id_column: TextColumn
    source_column: TextColumn
    extras: Mapping[str, TextColumn] = field(default_factory=dict)
    rejected: tuple[Rejection, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = (self.label_column, self.group_column, self.id_column, self.source_column, *self.extras.values())
        lengths = {len(column) for column in columns}
        if lengths != {len(self.hands)}:
            raise DataError(f"All columns of a data set need {len(self.hands)} rows, but they have {sorted(lengths)}.")

    def __len__(self) -> int:
        return len(self.hands)

    @classmethod
    def of(  # noqa: PLR0913 - one keyword a column
        cls,
        hands: Hands | NDArray[np.float32],
        labels: Iterable[str],
        *,
        groups: Iterable[str] | None = None,
        ids: Iterable[str] | None = None,
        sources: Iterable[str] | str = "",
        notes: Iterable[str] = (),
    ) -> Dataset:
        """Make a data set of what is in memory.

        Parameters
        ----------
        hands
            Hands as columns, or raw rows ``(N, 63)``, or points ``(N, 21, 3)``.
        labels, groups, ids, sources
            One text a hand; a single text as ``sources`` holds for all.
        """
        columns = hands if isinstance(hands, Hands) else bare_hands(hands)
        count = len(columns)
        return cls(
            columns,
            TextColumn.of(labels),
            TextColumn.constant("", count) if groups is None else TextColumn.of(groups),
            TextColumn.of(str(number) for number in range(count)) if ids is None else TextColumn.of(ids),
            TextColumn.constant(sources, count) if isinstance(sources, str) else TextColumn.of(sources),
            notes=tuple(notes),
        )

    @property
    def rows(self) -> NDArray[np.float32]:
        """Raw rows, ``(N, 63)``; a view where memory allows."""
        return self.hands.rows

    @property
    def labels(self) -> NDArray[np.str_]:
        """Gesture of each hand, ``(N,)``; decoded anew at each call."""
        return self.label_column.decode()

    @property
    def groups(self) -> NDArray[np.str_]:
        """Person, session or take of each hand, "" where not known, ``(N,)``."""
        return self.group_column.decode()

    @property
    def ids(self) -> NDArray[np.str_]:
        """Name of each hand in its source, ``(N,)``."""
        return self.id_column.decode()

    @property
    def sources(self) -> NDArray[np.str_]:
        """Source of each hand, ``(N,)``."""
        return self.source_column.decode()

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Labels that occur, sorted."""
        return self.label_column.used()

    @cached_property
    def grouped(self) -> NDArray[np.bool_]:
        """True for the hands whose person, session or take is known, ``(N,)``."""
        unknown = np.array([name == "" for name in self.group_column.names.to_pylist()], bool)
        return ~unknown[self.group_column.codes]

    @cached_property
    def row_digests(self) -> NDArray[np.uint64]:
        """Content of each hand as 128 bits, ``(N, 2)``: see :attr:`digest`."""
        return _row_digests(self)

    @cached_property
    def landmark_digests(self) -> NDArray[np.uint64]:
        """Landmarks of each hand as 128 bits, ``(N, 2)``; the same whatever it is called or labelled."""
        return _digests_of(lambda part: _canonical_points(self.hands, part), len(self))

    @cached_property
    def digest(self) -> str:
        """Content of the whole as 32 hexadecimal digits, the same for any order of the rows.

        It covers landmarks, label, group, handedness and picture size of every hand (a hand that is there twice counts
        twice), and neither ids, sources and scores, nor how a missing z is written.
        """
        digests = self.row_digests
        order = np.lexsort((digests[:, 1], digests[:, 0]))
        return hashlib.sha256(digests[order].tobytes()).hexdigest()[:32]

    def take(self, index: Index) -> Dataset:
        """Give the hands at these places, without what was rejected."""
        return Dataset(
            self.hands.take(index),
            self.label_column.take(index),
            self.group_column.take(index),
            self.id_column.take(index),
            self.source_column.take(index),
            {name: column.take(index) for name, column in self.extras.items()},
            (),
            self.notes,
        )

    def noted(self, *notes: str) -> Dataset:
        """Give the same data with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def bare_hands(rows: NDArray[np.float32]) -> Hands:
    """Make columns of raw rows ``(N, 63)`` or points ``(N, 21, 3)`` of which nothing else is known."""
    points = np.ascontiguousarray(rows, np.float32).reshape(-1, LANDMARK_COUNT, 3)
    count = len(points)
    return Hands(points, np.full(count, -1, np.int8), np.ones(count, np.float32), np.zeros((count, 2), np.int32))


def concatenate(datasets: Sequence[Dataset]) -> Dataset:
    """Put data sets one after the other; an extra column that one of them lacks is empty there."""
    if len(datasets) == 1:
        return datasets[0]
    if not datasets:
        return Dataset.of(np.zeros((0, 3 * LANDMARK_COUNT), np.float32), ())
    names = dict.fromkeys(name for dataset in datasets for name in dataset.extras)
    return Dataset(
        Hands(
            np.concatenate([dataset.hands.points for dataset in datasets]),
            np.concatenate([dataset.hands.handedness for dataset in datasets]),
            np.concatenate([dataset.hands.score for dataset in datasets]),
            np.concatenate([dataset.hands.image_size for dataset in datasets]),
        ),
        TextColumn.join([dataset.label_column for dataset in datasets]),
        TextColumn.join([dataset.group_column for dataset in datasets]),
        TextColumn.join([dataset.id_column for dataset in datasets]),
        TextColumn.join([dataset.source_column for dataset in datasets]),
        {name: TextColumn.join([_extra(dataset, name) for dataset in datasets]) for name in names},
        tuple(rejection for dataset in datasets for rejection in dataset.rejected),
        tuple(dict.fromkeys(note for dataset in datasets for note in dataset.notes)),
    )


def _extra(dataset: Dataset, name: str) -> TextColumn:
    return dataset.extras.get(name) or TextColumn.constant("", len(dataset))


def _row_digests(dataset: Dataset) -> NDArray[np.uint64]:
    hands = dataset.hands
    labels, groups = (_text_digests(column) for column in (dataset.label_column, dataset.group_column))

    def records(part: slice) -> NDArray[np.uint8]:
        points = _canonical_points(hands, part)
        return np.concatenate(
            [
                points,
                hands.image_size[part].astype("<i4").view(np.uint8).reshape(len(points), -1),
                hands.handedness[part].view(np.uint8)[:, None],
                labels[dataset.label_column.codes[part]],
                groups[dataset.group_column.codes[part]],
            ],
            axis=1,
        )

    return _digests_of(records, len(dataset))


def _canonical_points(hands: Hands, part: slice) -> NDArray[np.uint8]:
    """Bytes of the landmarks, the same for all ways of writing zero and not-a-number."""
    points = hands.rows[part] + np.float32(0)  # turns -0.0 into 0.0
    points[np.isnan(points)] = np.float32(np.nan)
    return points.astype("<f4").view(np.uint8).reshape(len(points), -1)


def _digests_of(records: Callable[[slice], NDArray[np.uint8]], count: int, block: int = 16_384) -> NDArray[np.uint64]:
    """BLAKE2b of one record per hand; blocks bound the memory that the records take."""
    result = np.empty((count, 2), np.uint64)
    for start in range(0, count, block):
        part = slice(start, start + block)
        lines = np.ascontiguousarray(records(part))
        digests = b"".join(hashlib.blake2b(line, digest_size=16).digest() for line in lines)
        result[part] = np.frombuffer(digests, "<u8").reshape(-1, 2)
    return result


def _text_digests(column: TextColumn) -> NDArray[np.uint8]:
    digests = [hashlib.blake2b(name.encode(), digest_size=16).digest() for name in column.names.to_pylist()]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)
