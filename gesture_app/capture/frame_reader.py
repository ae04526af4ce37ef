"""A source read in a thread: every frame of a file in order, the newest of whatever is live."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from gesture_app.capture.source import Frame, Source, SourceError
from models.errors import GestureError

_JOIN_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class ReadFrame:
    """A frame and the milliseconds that reading it took."""

    frame: Frame
    read_ms: float


@dataclass(frozen=True, slots=True)
class Medium:
    """What a source says of itself once it is open.

    Attributes
    ----------
    live, still, fps, frame_count
        As in :class:`gesture_app.capture.source.Source`.
    """

    live: bool = False
    still: bool = False
    fps: float | None = None
    frame_count: int | None = None


class FrameReader:
    """Opens and reads a source in a thread of its own, so that decoding and recognition go on side by side.

    Use it as a context manager: leaving it closes the source and ends the thread.

    Parameters
    ----------
    source
        A source that is not open.
    ahead
        How many frames of a file are read before they are needed. Of a live source only the newest is kept.
    """

    def __init__(self, source: Source, ahead: int = 3) -> None:
        self._source = source
        self._room = 1 if source.live else ahead
        self._changed = threading.Condition()
        self._frames: deque[ReadFrame] = deque()
        self._error: GestureError | None = None
        self._ended = False
        self._stopped = False
        self._grabbed = self._taken = 0
        self._medium = Medium(live=source.live)
        self._thread = threading.Thread(target=self._run, name="frame reader", daemon=True)

    @property
    def medium(self) -> Medium:
        """What the source says of itself; complete from the first frame on, also when it is closed again."""
        return self._medium

    @property
    def taken(self) -> int:
        """Frames taken so far."""
        return self._taken

    @property
    def dropped(self) -> int:
        """Frames of a live source that were passed over so far."""
        return max(self._grabbed - self._taken - len(self._frames), 0) if self._source.live else 0

    @property
    def ended(self) -> bool:
        """True once the last frame was taken."""
        with self._changed:
            return self._ended and not self._frames

    def next(self, seconds: float) -> ReadFrame | None:
        """Take the next frame; None when there is none yet after this long, or no more (see :attr:`ended`).

        Raises
        ------
        GestureError
            What the source raised, once the frames before it were taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._ended, seconds)
            if self._frames:
                self._taken += 1
                self._changed.notify_all()
                return self._frames.popleft()
            if self._error is not None:
                raise self._error
            return None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._source.close()
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        error: GestureError | None = SourceError(
            f"Reading {self._source.name} was ended by a fault of this program; its report stands above."
        )
        try:
            self._source.open()
            source = self._source
            self._medium = Medium(source.live, source.still, source.fps, source.frame_count)
            self._read_on()
            error = None
        except GestureError as raised:
            error = raised
        finally:
            with self._changed:
                self._error = error
                self._ended = True
                self._changed.notify_all()
            self._source.close()

    def _read_on(self) -> None:
        while True:
            start = time.perf_counter()
            frame = self._source.read()
            read_ms = (time.perf_counter() - start) * 1e3
            if frame is None or not self._keep(ReadFrame(frame, read_ms)):
                return

    def _keep(self, read: ReadFrame) -> bool:
        with self._changed:
            if self._source.live:
                self._frames.clear()
            else:
                self._changed.wait_for(lambda: len(self._frames) < self._room or self._stopped)
            self._frames.append(read)
            self._grabbed = read.frame.index + 1
            self._changed.notify_all()
            return not self._stopped
