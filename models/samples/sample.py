"""What is kept of one recorded hand, of a take and of a session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import Hand, Hands

_PICTURE_NAME = re.compile(r"pictures/[0-9A-Za-z][0-9A-Za-z_.-]*\.(jpg|jpeg|png)")


def is_picture_name(name: str) -> bool:
    """Whether a name is of the kind that the recorder gives its pictures; only such files are ever deleted."""
    return _PICTURE_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the live model made of a hand when it was recorded.

    Attributes
    ----------
    label
        Its best class, or None for unknown.
    confidence
        0 to 1.
    model
        Name or version of the model.
    """

    label: str | None
    confidence: float
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class NewSample:
    """A hand about to be kept.

    Attributes
    ----------
    hand
        Raw landmarks, handedness, score and picture size.
    time
        When it was recorded, in seconds since 1970.
    opinion
        What the live model made of it, if one ran.
    picture
        Path of the picture relative to the folder of the store, only if the user keeps pictures.
    origin
        Where it was imported from (``source``, ``id``, ``group`` and further columns), None for what was recorded here.
    gesture
        Its own label where a take holds several (an import), None for that of the take.
    check
        True when it belongs to the check set although its take need not.
    confirmed
        The label that the user confirmed, see :meth:`models.samples.SampleStore.confirm`.
    """

    hand: Hand
    time: float
    opinion: Opinion | None = None
    picture: str | None = None
    origin: Mapping[str, str] | None = None
    gesture: str | None = None
    check: bool = False
    confirmed: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A hand that is kept.

    Attributes
    ----------
    id, take, session
        Numbers given by the store, never used again for something else.
    gesture
        Its label as of now.
    hand, time, opinion, picture, origin
        As in :class:`NewSample`.
    check
        True when it belongs to the user's check set, which nothing is ever trained on.
    binned
        True when it lies in the bin.
    confirmed
        The label that the user confirmed; it says something only while it is the label of the sample.
    """

    id: int
    take: int
    session: int
    gesture: str
    hand: Hand
    time: float
    opinion: Opinion | None
    picture: str | None
    origin: Mapping[str, str] | None
    check: bool
    binned: bool
    confirmed: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """A burst of samples of one gesture: the unit of undo. Takes of one import are undone together.

    Attributes
    ----------
    gesture
        What was recorded, "" where the take holds several (an import).
    started
        Seconds since 1970.
    count
        Samples in it that are not in the bin.
    """

    id: int
    session: int
    gesture: str
    started: float
    count: int
    check: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting: takes that were recorded without leaving the program, or one import.

    Attributes
    ----------
    name
        What it is called.
    started
        Seconds since 1970.
    count
        Samples in it that are not in the bin.
    """

    id: int
    name: str
    started: float
    count: int


@dataclass(frozen=True, slots=True)
class BroughtSession:
    """A sitting of another store, or an import as one.

    Attributes
    ----------
    name
        What it is called.
    number
        Its number there, which it keeps where it is free; None for the next one.
    started
        Seconds since 1970, None for now.
    """

    name: str
    number: int | None = None
    started: float | None = None


@dataclass(frozen=True, slots=True)
class BroughtTake:
    """A take of another store, or an import as one.

    Attributes
    ----------
    session
        The sitting that it belongs to.
    gesture, number, started
        As in :class:`BroughtSession` and :class:`Take`.
    """

    session: BroughtSession
    gesture: str = ""
    number: int | None = None
    started: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SampleColumns:
    """Many samples as columns, for training and export; n of them.

    Attributes
    ----------
    ids, takes, sessions
        ``(n,)`` int64.
    hands
        The hands as columns.
    gestures, opinion_labels, opinion_models, pictures, confirmed
        One text a sample, "" where there is none.
    opinion_confidences, times
        ``(n,)`` float64; NaN where there is no opinion.
    groups
        What must stay together when data is split: the take (with the store's own mark), or the group of an import.
    check
        ``(n,)`` bool.
    origins
        As in :class:`NewSample`.
    """

    ids: NDArray[np.int64]
    takes: NDArray[np.int64]
    sessions: NDArray[np.int64]
    hands: Hands
    gestures: tuple[str, ...]
    groups: tuple[str, ...]
    times: NDArray[np.float64]
    opinion_labels: tuple[str, ...]
    opinion_confidences: NDArray[np.float64]
    opinion_models: tuple[str, ...]
    pictures: tuple[str, ...]
    check: NDArray[np.bool_]
    origins: tuple[Mapping[str, str] | None, ...]
    confirmed: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)
