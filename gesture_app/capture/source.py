"""What every source of frames is: a camera, a video, pictures, a stream, recorded landmarks or the rendered hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import Hand

Picture = NDArray[np.uint8]


class SourceError(GestureError):
    """A source that cannot be opened or read; the text says which, why, and what to do."""


class SourceBusyError(SourceError):
    """The camera is there but another program holds it."""


class SourceMissingError(SourceError):
    """There is no such camera, file or host."""


class SourceDeniedError(SourceError):
    """The system does not let this program use the camera or file."""


class SourceLostError(SourceError):
    """The source was open and stopped giving frames; opening it again may help."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One moment of a source.

    Attributes
    ----------
    picture
        ``(height, width, 3)`` uint8, BGR, unmirrored, contiguous, owned by the frame; None where only landmarks were
        recorded.
    size
        ``(width, height)`` in pixels.
    index
        The source's own count from 0.
    time_s
        Seconds since the source's first frame: media time for files, the moment of capture for live sources. Never
        decreasing.
    file
        Name of the picture's file within its folder, where the source is pictures.
    truth
        The label that the source knows to be shown (the rendered hand, recorded landmarks), None where it does not know
        or the hand is between two gestures.
    hands
        Hands where the source knows them already (recorded landmarks): nothing is detected then.
    """

    picture: Picture | None
    size: tuple[int, int]
    index: int
    time_s: float
    file: str | None = None
    truth: str | None = None
    hands: tuple[Hand, ...] | None = None


@runtime_checkable
class Source(Protocol):
    """A port for frames. One thread at a time uses it; ``open`` and ``close`` may be called again after each other."""

    @property
    def name(self) -> str:
        """What the user calls it: ``demo``, a camera's name, a file's name."""
        ...

    @property
    def live(self) -> bool:
        """True where frames pass whether or not they are read (newest wins); False where every frame can be had."""
        ...

    @property
    def still(self) -> bool:
        """True where frames are unrelated pictures, so that nothing is followed or smoothed from one to the next."""
        ...

    @property
    def fps(self) -> float | None:
        """Frames per second of the medium, None where it has none or the source is closed."""
        ...

    @property
    def frame_count(self) -> int | None:
        """Frames in all where that is known, else None."""
        ...

    def open(self) -> None:
        """Make ready to read.

        Raises
        ------
        SourceError
            One of the kinds above, within ten seconds.
        """
        ...

    def read(self) -> Frame | None:
        """Give the next frame (of a live source: wait for it), or None when there is no more.

        Raises
        ------
        SourceLostError
            When an open source stops giving frames.
        """
        ...

    def close(self) -> None:
        """Release everything; harmless when closed already. May be called from another thread to end a waiting read."""
        ...
