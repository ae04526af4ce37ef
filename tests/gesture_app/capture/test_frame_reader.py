from __future__ import annotations

import threading

import numpy as np
import pytest

from gesture_app.capture.frame_reader import FrameReader
from gesture_app.capture.source import Frame, SourceError, SourceLostError

PATIENCE_S = 10.0


class Numbers:
    """A source of numbered frames that says when it was read."""

    name = "numbers"
    still = False
    fps = 25.0
    frame_count: int | None = 40

    def __init__(self, frames: int = 40, live: bool = False, error: Exception | None = None) -> None:
        self.live = live
        self.frames = frames
        self.error = error
        self.given = 0
        self.closed = threading.Event()
        self.may_read = threading.Semaphore(10**6)

    def open(self) -> None:
        self.given = 0

    def read(self) -> Frame | None:
        self.may_read.acquire()
        if self.given == self.frames or self.closed.is_set():
            if self.error is not None:
                raise self.error
            return None
        self.given += 1
        return Frame(np.zeros((4, 4, 3), np.uint8), (4, 4), self.given - 1, self.given / 25)

    def close(self) -> None:
        self.closed.set()
        self.may_read.release()


def taken(reader: FrameReader) -> list[int]:
    numbers = []
    while (read := reader.next(PATIENCE_S)) is not None:
        numbers.append(read.frame.index)
    return numbers


def test_every_frame_of_a_file_comes_in_order() -> None:
    source = Numbers()
    with FrameReader(source, ahead=3) as reader:
        assert taken(reader) == list(range(40))
        assert reader.ended
        assert (reader.taken, reader.dropped) == (40, 0)
        assert (reader.medium.fps, reader.medium.frame_count, reader.medium.live) == (25.0, 40, False)
    assert source.closed.is_set()


def test_a_file_is_not_read_further_ahead_than_asked() -> None:
    source = Numbers()
    with FrameReader(source, ahead=3) as reader:
        reader.next(PATIENCE_S)
        # Three wait, one more was read and finds no room.
        assert source.given <= 5


def test_of_a_live_source_only_the_newest_is_kept_and_the_rest_counted() -> None:
    source = Numbers(frames=7, live=True)
    source.may_read = threading.Semaphore(7)
    with FrameReader(source) as reader:
        first = reader.next(PATIENCE_S)
        assert first is not None
        seen = [first.frame.index]
        while seen[-1] != 6:
            read = reader.next(PATIENCE_S)
            assert read is not None
            seen.append(read.frame.index)
        assert seen == sorted(set(seen))
        assert reader.dropped == 7 - len(seen)


def test_nothing_yet_is_no_end() -> None:
    source = Numbers(live=True)
    source.may_read = threading.Semaphore(0)
    with FrameReader(source) as reader:
        assert reader.next(0.01) is None
        assert not reader.ended


def test_an_error_comes_after_the_frames_before_it() -> None:
    with FrameReader(Numbers(frames=5, error=SourceLostError("gone.")), ahead=9) as reader:
        numbers = [read.frame.index for _ in range(5) if (read := reader.next(PATIENCE_S))]
        assert numbers == [0, 1, 2, 3, 4]
        with pytest.raises(SourceLostError, match="gone"):
            reader.next(PATIENCE_S)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_is_not_taken_for_the_end() -> None:
    with (
        FrameReader(Numbers(frames=0, error=ZeroDivisionError("a bug"))) as reader,
        pytest.raises(SourceError, match="fault of this program"),
    ):
        reader.next(PATIENCE_S)


def test_leaving_ends_the_thread_while_it_waits() -> None:
    before = threading.active_count()
    waiting, full = Numbers(live=True), Numbers()
    waiting.may_read = threading.Semaphore(0)
    for source in (waiting, full):
        with FrameReader(source) as reader:
            reader.next(0.01)
        assert source.closed.is_set()
    assert threading.active_count() == before
