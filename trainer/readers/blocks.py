"""What every reader gives: blocks of labelled hands, checked here and put together into columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT, Hands
from trainer.data.text_column import TextColumn
from trainer.dataset import Dataset
from trainer.progress import Progress
from trainer.readers.rejections import RejectionLog

FARTHEST = 1e6
"""No picture is a million pixels wide: coordinates beyond that are broken numbers."""
SMALLEST = 1e-6
"""A hand smaller than this, in pixels or in shares of a picture, is a single point."""

MISSING = "x or y of a landmark is missing or not a number"
INFINITE = "a coordinate is infinite"
BEYOND = "a coordinate lies beyond any picture"
ZERO_SIZED = "the hand has no size: all landmarks lie on one point"
NO_LABEL = "the label is missing"
UNKNOWN_LABEL = "the label is not in the given list"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader may need besides its source.

    Attributes
    ----------
    label
        Label for sources that have none of their own.
    images
        Folder of the pictures that annotations speak of, for their sizes.
    aspect
        Width and height in any unit, for pictures whose size is not known; None where the user gave none.
    landmarker
        The hand landmarker file, or None to find it.
    labels
        Labels that may occur, or None for any.
    jobs
        Worker processes for pictures.
    progress
        Where progress is told.
    """

    label: str | None = None
    images: Path | None = None
    aspect: tuple[float, float] | None = None
    landmarker: Path | None = None
    labels: frozenset[str] | None = None
    jobs: int = 1
    progress: Progress = field(default_factory=lambda: Progress("quiet"))


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some hands of a source as they come in, before they are checked.

    Attributes
    ----------
    columns
        ``(63, n)`` float32, the raw rows column by column (which makes checking them fast); may still hold anything.
    handedness, score, image_size
        As in :class:`models.hand.landmarks.Hands`.
    places
        Gives the place of the hand at each of these positions of the block, for the report.
    """

    columns: NDArray[np.float32]
    handedness: NDArray[np.int8]
    score: NDArray[np.float32]
    image_size: NDArray[np.int32]
    labels: TextColumn
    groups: TextColumn
    ids: TextColumn
    sources: TextColumn
    extras: Mapping[str, TextColumn]
    file: str
    places: Callable[[NDArray[np.intp]], list[str]]

    def __len__(self) -> int:
        return len(self.handedness)

    def take(self, index: NDArray[np.intp]) -> Block:
        """Give the hands at these positions; their places are not needed any more."""
        return Block(
            self.columns[:, index],
            self.handedness[index],
            self.score[index],
            self.image_size[index],
            self.labels.take(index),
            self.groups.take(index),
            self.ids.take(index),
            self.sources.take(index),
            {name: column.take(index) for name, column in self.extras.items()},
            self.file,
            lambda _: [],
        )


def screen(block: Block, labels: frozenset[str] | None, log: RejectionLog) -> Block:
    """Give the sound hands of a block and note the others with their reason and place."""
    faults = (*_point_faults(block.columns), *_label_faults(block.labels, labels))
    sound = np.ones(len(block), bool)
    for reason, at_fault in faults:
        new = np.flatnonzero(at_fault & sound)
        if len(new):
            log.add(reason, block.file, block.places(new))
            sound[new] = False
    return block if sound.all() else block.take(np.flatnonzero(sound))


def _point_faults(columns: NDArray[np.float32]) -> list[tuple[str, NDArray[np.bool_]]]:
    axes = [columns[axis::3] for axis in range(3)]
    with np.errstate(invalid="ignore", over="ignore"):
        low, high = ([extreme(axis, axis=0) for axis in axes[:2]] for extreme in (np.min, np.max))
        size = np.maximum(high[0] - low[0], high[1] - low[1])
        farthest = np.fmax.reduce(np.abs(columns), axis=0)
    return [
        (MISSING, np.isnan(low[0]) | np.isnan(low[1])),
        (INFINITE, np.isinf(farthest)),
        (BEYOND, farthest > FARTHEST),
        (ZERO_SIZED, size < SMALLEST),
    ]


def _label_faults(column: TextColumn, labels: frozenset[str] | None) -> list[tuple[str, NDArray[np.bool_]]]:
    names = column.names.to_pylist()
    faults = [(NO_LABEL, np.array([not name.strip() for name in names], bool))]
    if labels is not None:
        faults.append((UNKNOWN_LABEL, np.array([name not in labels for name in names], bool)))
    return [(reason, wrong[column.codes]) for reason, wrong in faults if len(names)]


def gather(blocks: Iterable[Block], labels: frozenset[str] | None, log: RejectionLog) -> Dataset:
    """Check blocks and put them together.

    Rows are moved into slabs large enough that the system takes each back when it is done with, so that the peak is the
    rows and one slab, not twice the rows.
    """
    slabs = _Slabs()
    texts: list[tuple[TextColumn, ...]] = []
    extras: list[tuple[int, Mapping[str, TextColumn]]] = []
    for block in blocks:
        sound = screen(block, labels, log)
        if len(sound):
            slabs.add(sound)
            texts.append((sound.labels, sound.groups, sound.ids, sound.sources))
            extras.append((len(sound), sound.extras))
    label, group, identity, source = (TextColumn.join([columns[place] for columns in texts]) for place in range(4))
    names = dict.fromkeys(name for _, columns in extras for name in columns)
    kept = {name: TextColumn.join([_extra(columns, name, count) for count, columns in extras]) for name in names}
    texts.clear()
    extras.clear()
    return Dataset(slabs.join(), label, group, identity, source, kept, log.result())


def _extra(columns: Mapping[str, TextColumn], name: str, count: int) -> TextColumn:
    return columns[name] if name in columns else TextColumn.constant("", count)


class _Slabs:
    """Rows of many blocks in few large arrays."""

    rows = 1 << 17  # 33 MB of points: past any threshold below which the C library keeps freed memory

    def __init__(self) -> None:
        self._slabs: list[NDArray[np.float32]] = []
        self._used = self.rows
        self._small: list[tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.int32]]] = []

    def add(self, block: Block) -> None:
        """Take the hands of one block."""
        start = 0
        while start < len(block):
            if self._used == self.rows:
                self._slabs.append(np.empty((self.rows, 3 * LANDMARK_COUNT), np.float32))
                self._used = 0
            count = min(len(block) - start, self.rows - self._used)
            self._slabs[-1][self._used : self._used + count] = block.columns[:, start : start + count].T
            self._used += count
            start += count
        self._small.append((block.handedness, block.score, block.image_size))

    def join(self) -> Hands:
        """Give all rows and forget them."""
        count = max(len(self._slabs) - 1, 0) * self.rows + (self._used if self._slabs else 0)
        rows = np.empty((count, 3 * LANDMARK_COUNT), np.float32)

        def move(place: int) -> None:
            part = rows[place * self.rows : (place + 1) * self.rows]
            part[:] = self._slabs[place][: len(part)]
            self._slabs[place] = rows[:0]

        # Two at a time: most of it is waiting for the system to hand out memory.
        with ThreadPoolExecutor(2, "slabs") as pool:
            list(pool.map(move, range(len(self._slabs))))
        self._slabs.clear()
        none = (np.zeros(0, np.int8), np.zeros(0, np.float32), np.zeros((0, 2), np.int32))
        handedness, score, image_size = zip(none, *self._small, strict=True)
        points = rows.reshape(-1, LANDMARK_COUNT, 3)
        return Hands(points, np.concatenate(handedness), np.concatenate(score), np.concatenate(image_size))
