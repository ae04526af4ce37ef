"""Hands that MediaPipe finds in labelled pictures and videos, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.gesture.gestures import NO_GESTURE
from models.hand.landmarker import find_landmarker
from models.hand.landmarks import Hand, Hands
from models.home import find_home
from trainer.data.text_column import TextColumn
from trainer.progress import Progress
from trainer.readers.blocks import Block, ReadOptions


def landmarker_of(options: ReadOptions) -> Path:
    """Find the hand landmarker file, telling about a download."""
    return find_landmarker(find_home(), options.landmarker, fetching(options.progress))


def fetching(progress: Progress) -> Callable[[str, float | None], None]:
    """Give what :func:`models.hand.landmarker.find_landmarker` tells of a download: each sentence is said once."""
    said: set[str] = set()

    def tell(text: str, share: float | None) -> None:
        if text not in said:
            said.add(text)
            progress.message(text)
        if share is not None:
            progress.advance("fetching the hand landmarker", share, 1.0)

    return tell


def labelled_hands(hands: Sequence[Hand], label: str) -> Sequence[Hand]:
    """Choose the hands of one picture that its label is about.

    All of them where the label is ``no_gesture``; else the largest, since one hand makes the gesture.
    """
    if label == NO_GESTURE:
        return hands
    return sorted(hands, key=_size, reverse=True)[:1]


def _size(hand: Hand) -> float:
    x0, y0, x1, y1 = hand.box
    return (x1 - x0) * (y1 - y0)


class FoundHands:
    """Collects the hands found in pictures or frames.

    Parameters
    ----------
    file
        Name of the source in reports.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._hands: list[Hand] = []
        self._labels: list[str] = []
        self._groups: list[str] = []
        self._ids: list[str] = []
        self._sources: list[str] = []

    def __len__(self) -> int:
        return len(self._hands)

    def add(self, hands: Sequence[Hand], *, label: str, group: str, name: str, source: str) -> None:
        """Take the hands of one picture."""
        for number, hand in enumerate(hands):
            self._hands.append(hand)
            self._labels.append(label)
            self._groups.append(group)
            self._ids.append(f"{name}:{number}" if len(hands) > 1 else name)
            self._sources.append(source)

    def block(self) -> Block:
        """Give what was taken."""
        hands = Hands.of(self._hands)
        names = self._ids
        return Block(
            hands.rows.T,
            hands.handedness,
            hands.score,
            hands.image_size,
            TextColumn.of(self._labels),
            TextColumn.of(self._groups),
            TextColumn.distinct(pa.array(names, pa.large_string())),
            TextColumn.of(self._sources),
            {},
            self._file,
            _namer(names),
        )


def _namer(names: list[str]) -> Callable[[NDArray[np.intp]], list[str]]:
    return lambda index: [names[place] for place in index.tolist()]
