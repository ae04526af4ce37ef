"""The bare landmarker and the whole pipeline on the same frames, in turns, so that a busy machine troubles both."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from gesture_app.capture.frame_reader import FrameReader, ReadFrame
from gesture_app.capture.source import Picture, Source, SourceError
from gesture_app.live import Recogniser
from gesture_app.live.cv2_painter import annotate
from gesture_app.live.result import FrameResult
from models.hand.bare import BareLandmarker

FRAMES_A_TURN = 60
_WAIT_S = 20.0


@dataclass(slots=True)
class Side:
    """What one side did so far.

    Attributes
    ----------
    seconds
        Time its turns took.
    hands
        Number of hands found, frame by frame.
    stages
        Milliseconds by stage, frame by frame.
    rates
        Frames per second, turn by turn.
    dropped
        Frames of a live source that were passed over within its turns.
    """

    seconds: float = 0.0
    hands: list[int] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    dropped: int = 0

    @property
    def fps(self) -> float:
        """Frames per second over all turns."""
        return len(self.hands) / self.seconds if self.seconds else 0.0

    def note(self, **milliseconds: float) -> None:
        """Note one frame's time in some stages."""
        for stage, value in milliseconds.items():
            self.stages.setdefault(stage, []).append(value)

    def end_turn(self, frames: int, seconds: float) -> None:
        """Note that a turn is over."""
        self.seconds += seconds
        self.rates.append(frames / seconds)


class Supply(Protocol):
    """Where a side's frames come from."""

    def next(self) -> ReadFrame | None:
        """Give the next frame, None at the end."""
        ...


class DirectSupply:
    """Reads a source in the same thread, as a plain loop does."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __enter__(self) -> Self:
        self._source.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.close()

    def next(self) -> ReadFrame | None:
        """Give the next frame, None at the end."""
        start = time.perf_counter()
        frame = self._source.read()
        return ReadFrame(frame, (time.perf_counter() - start) * 1e3) if frame is not None else None


class ReaderSupply:
    """Reads a source in a thread of its own, as the app does; shared by both sides where the source is live."""

    def __init__(self, source: Source) -> None:
        self.reader = FrameReader(source)

    def __enter__(self) -> Self:
        self.reader.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reader.__exit__(kind, error, trace)

    def next(self) -> ReadFrame | None:
        """Give the next frame, None at the end."""
        read = self.reader.next(_WAIT_S)
        if read is None and not self.reader.ended:
            raise SourceError(f"The source gave no frame for {_WAIT_S:g} seconds, so nothing can be measured.")
        return read


class Painting:
    """Paints the newest result in a thread of its own, as the window's thread does.

    Parameters
    ----------
    note
        Told the milliseconds of each painting, from that thread.
    """

    def __init__(self, note: Callable[[float], None]) -> None:
        self._note = note
        self._changed = threading.Condition()
        self._newest: FrameResult | None = None
        self._painted: FrameResult | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="bench painting", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join(_WAIT_S)

    def paint(self, result: FrameResult) -> None:
        """Leave a result to be painted; a newer one takes its place."""
        with self._changed:
            self._newest = result
            self._changed.notify_all()

    def finish(self) -> None:
        """Wait until the newest result is painted."""
        with self._changed:
            self._changed.wait_for(lambda: self._painted is self._newest or self._ended, _WAIT_S)

    def _run(self) -> None:
        while (result := self._wait()) is not None:
            start = time.perf_counter()
            annotate(result)
            self._note((time.perf_counter() - start) * 1e3)
            with self._changed:
                self._painted = result
                self._changed.notify_all()

    def _wait(self) -> FrameResult | None:
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not self._painted or self._ended)
            return None if self._ended else self._newest


def bare_turn(supply: Supply, landmarker: BareLandmarker, side: Side, frames: int) -> int:
    """Read and detect this many frames; give how many there were."""
    done, start = 0, time.perf_counter()
    while done < frames and (read := supply.next()) is not None:
        picture = _picture(read)
        found = landmarker.detect(picture, read.frame.time_s)
        side.hands.append(found.hands)
        side.note(read=read.read_ms + found.convert_ms, detect=found.detect_ms)
        done += 1
    if done:
        side.end_turn(done, time.perf_counter() - start)
    return done


def pipeline_turn(supply: Supply, recogniser: Recogniser, painting: Painting, side: Side, frames: int) -> int:
    """Read, recognise and paint this many frames; give how many there were."""
    done, start, last = 0, time.perf_counter(), None
    while done < frames and (read := supply.next()) is not None:
        result = recogniser.process(read.frame, still=False)
        painting.paint(result)
        times, hands = result.times, len(result.hands)
        side.hands.append(hands)
        side.note(read=read.read_ms + times.read, detect=times.detect, classify=times.classify, smooth=times.smooth)
        if hands:
            side.note(classify_one=times.classify / hands)
        side.dropped += 0 if last is None else max(read.frame.index - last - 1, 0)
        last = read.frame.index
        done += 1
    if done:
        painting.finish()
        side.end_turn(done, time.perf_counter() - start)
    return done


def take_turns(
    make: Callable[[], Source], landmarker: BareLandmarker, recogniser: Recogniser, seconds: float | None
) -> tuple[Side, Side]:
    """Let the bare landmarker and the pipeline work on the same source in turns; give both in this order.

    A file is read by each side for itself, every frame; of a live source each side gets the newest in its turns.

    Parameters
    ----------
    make
        Makes the source.
    landmarker, recogniser
        The two sides.
    seconds
        About how long it lasts, a file being started again as needed; None reads a file once.
    """
    bare, pipeline = Side(), Side()
    live = make().live
    end_s = None if seconds is None else time.perf_counter() + seconds
    with Painting(lambda ms: pipeline.note(paint=ms)) as painting:
        while True:
            with ExitStack() as cleanup:
                ours = cleanup.enter_context(ReaderSupply(make()))
                theirs: Supply = ours if live else cleanup.enter_context(DirectSupply(make()))
                while bare_turn(theirs, landmarker, bare, FRAMES_A_TURN):
                    pipeline_turn(ours, recogniser, painting, pipeline, FRAMES_A_TURN)
                    if end_s is not None and time.perf_counter() >= end_s:
                        break
            if end_s is None or live or time.perf_counter() >= end_s:
                return bare, pipeline


def _picture(read: ReadFrame) -> Picture:
    if read.frame.picture is None:
        raise SourceError("Recorded landmarks hold no pictures, so there is nothing to detect. Name another source.")
    return read.frame.picture
