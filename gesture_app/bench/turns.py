"""The bare landmarker and the whole pipeline on the same frames, in turns, so that a busy machine troubles both."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from gesture_app.bench.painting import Painting
from gesture_app.capture.frame_reader import FrameReader, ReadFrame
from gesture_app.capture.source import Picture, Source, SourceError
from gesture_app.live import Recogniser
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.hand.bare import BareLandmarker

FRAMES_A_TURN = 60
MOST_ROWS = 600
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
    cpu_s
        Time that all processors together worked for it, which other programs change less than the clock's time.
    rows
        Raw rows of hands that were found, the first :data:`MOST_ROWS`.
    """

    seconds: float = 0.0
    hands: list[int] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    dropped: int = 0
    cpu_s: float = 0.0
    rows: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def fps(self) -> float:
        """Frames per second over all turns."""
        return len(self.hands) / self.seconds if self.seconds else 0.0

    def note(self, **milliseconds: float) -> None:
        """Note one frame's time in some stages."""
        for stage, value in milliseconds.items():
            self.stages.setdefault(stage, []).append(value)

    def end_turn(self, frames: int, seconds: float, cpu_s: float = 0.0) -> None:
        """Note that a turn is over."""
        self.seconds += seconds
        self.cpu_s += cpu_s
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


def bare_turn(supply: Supply, landmarker: BareLandmarker, side: Side, frames: int) -> int:
    """Read and detect this many frames; give how many there were."""
    done, start, worked = 0, time.perf_counter(), time.process_time()
    while done < frames and (read := supply.next()) is not None:
        picture = _picture(read)
        found = landmarker.detect(picture, read.frame.time_s)
        side.hands.append(found.hands)
        side.note(read=read.read_ms + found.convert_ms, detect=found.detect_ms)
        done += 1
    if done:
        side.end_turn(done, time.perf_counter() - start, time.process_time() - worked)
    return done


def pipeline_turn(supply: Supply, recogniser: Recogniser, painting: Painting, side: Side, frames: int) -> int:
    """Read, recognise and paint this many frames; give how many there were."""
    done, start, worked, last = 0, time.perf_counter(), time.process_time(), None
    while done < frames and (read := supply.next()) is not None:
        begun = time.perf_counter()
        result = recogniser.process(read.frame, still=False)
        took_ms = (time.perf_counter() - begun) * 1e3
        painting.paint(result)
        times, hands = result.times, len(result.hands)
        side.hands.append(hands)
        side.note(read=read.read_ms + times.read, detect=times.detect, classify=times.classify, smooth=times.smooth)
        if hands:
            side.note(after_detect=took_ms - times.read - times.detect)
            side.rows.extend(hand.hand.row for hand in result.hands[: MOST_ROWS - len(side.rows)])
        side.dropped += 0 if last is None else max(read.frame.index - last - 1, 0)
        last = read.frame.index
        done += 1
    if done:
        painting.finish()
        side.end_turn(done, time.perf_counter() - start, time.process_time() - worked)
    return done


def take_turns(
    make: Callable[[], Source], sides: tuple[BareLandmarker, Recogniser], painting: Painting, seconds: float | None
) -> tuple[Side, Side]:
    """Let the bare landmarker and the pipeline work on the same source in turns; give both in this order.

    A file is read by each side for itself, every frame; of a live source each side gets the newest in its turns.

    Parameters
    ----------
    make
        Makes the source.
    sides
        The two sides.
    painting
        Gets the pipeline's results; when it ends, this ends.
    seconds
        About how long it lasts, a file being started again as needed; None reads a file once.
    """
    bare, pipeline = Side(), Side()
    landmarker, recogniser = sides
    live = make().live
    end_s = None if seconds is None else time.perf_counter() + seconds
    while True:
        with ExitStack() as cleanup:
            ours = cleanup.enter_context(ReaderSupply(make()))
            theirs: Supply = ours if live else cleanup.enter_context(DirectSupply(make()))
            while not painting.ended and bare_turn(theirs, landmarker, bare, FRAMES_A_TURN):
                pipeline_turn(ours, recogniser, painting, pipeline, FRAMES_A_TURN)
                if end_s is not None and time.perf_counter() >= end_s:
                    break
        if end_s is None or live or painting.ended or time.perf_counter() >= end_s:
            return bare, pipeline


def classify_again(classifier: GestureClassifier, rows: list[NDArray[np.float32]]) -> list[float]:
    """Give the microseconds from a raw row to a decision, hand by hand, with nothing else in between."""
    times = []
    for row in rows:
        start = time.perf_counter()
        decide(classifier.predict(row[np.newaxis])[0], classifier.labels, classifier.info.threshold)
        times.append((time.perf_counter() - start) * 1e6)
    return times


def _picture(read: ReadFrame) -> Picture:
    if read.frame.picture is None:
        raise SourceError("Recorded landmarks hold no pictures, so there is nothing to detect. Name another source.")
    return read.frame.picture
