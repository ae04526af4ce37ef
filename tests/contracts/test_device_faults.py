"""Devices that misbehave in ways no test can ask of a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from counting_device import Counting
from source_user import PATIENCE_S, read_to_the_end, some_frames

from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.source import SourceError, SourceLostError

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


@dataclass
class Hanging(Counting):
    """Blocks where it is told to until it is let go."""

    where: str = "read"
    hangs_at: int = 3

    def __post_init__(self) -> None:
        self.let_go = threading.Event()
        self.hangs = threading.Event()

    def open(self) -> Counting:
        if self.where == "open":
            self.hangs.set()
            self.let_go.wait(PATIENCE_S)
        return super().open()

    def read(self) -> tuple[bool, np.ndarray]:
        if self.where == "read" and self.index == self.hangs_at:
            self.hangs.set()
            self.let_go.wait(PATIENCE_S)
        return super().read()


def test_a_read_that_hangs_is_given_up_and_the_device_released_later() -> None:
    device = Hanging()
    source = LiveSource(device, silence_s=0.1)
    source.open()
    with pytest.raises(SourceLostError):
        read_to_the_end(source)
    source.close()
    assert device.released == 0
    device.let_go.set()


def test_closing_ends_a_read_that_hangs() -> None:
    device = Hanging()
    source = LiveSource(device, silence_s=60)
    source.open()
    ended = threading.Event()

    def read_on() -> None:
        read_to_the_end(source)
        ended.set()

    reader = threading.Thread(target=read_on)
    reader.start()
    assert device.hangs.wait(PATIENCE_S)
    source.close()
    assert ended.wait(1)
    device.let_go.set()
    reader.join(PATIENCE_S)


def test_an_opening_that_hangs_is_given_up() -> None:
    device = Hanging(where="open")
    with pytest.raises(SourceError, match=r"did not answer within 0\.1 seconds"):
        LiveSource(device, opening_s=0.1).open()
    device.let_go.set()


def test_a_first_read_that_hangs_is_given_up() -> None:
    device = Hanging(hangs_at=0)
    with pytest.raises(SourceError, match="gives no picture"):
        LiveSource(device, opening_s=0.1).open()
    device.let_go.set()


def test_closing_ends_an_opening_that_hangs() -> None:
    device = Hanging(where="open")
    source = LiveSource(device, opening_s=60)
    ended = threading.Event()

    def open_it() -> None:
        with pytest.raises(SourceError, match="was closed"):
            source.open()
        ended.set()

    opener = threading.Thread(target=open_it)
    opener.start()
    assert device.hangs.wait(PATIENCE_S)
    source.close()
    assert ended.wait(1)
    device.let_go.set()
    opener.join(PATIENCE_S)


@dataclass
class Failing(Counting):
    """Fails every read from a number on, or those of some numbers."""

    fails: Callable[[int], bool] = lambda index: True

    def read(self) -> tuple[bool, np.ndarray | None]:  # type: ignore[override]
        good, picture = super().read()
        return (False, None) if self.fails(self.index) else (good, picture)


def test_a_device_that_opens_and_gives_nothing() -> None:
    with pytest.raises(SourceError, match="gives no picture"):
        LiveSource(Failing()).open()


def test_a_device_that_is_pulled_out_is_lost() -> None:
    device = Failing(fails=lambda index: index > 3)
    source = LiveSource(device)
    source.open()
    with pytest.raises(SourceLostError, match="stopped giving pictures"):
        read_to_the_end(source)
    source.close()
    assert device.released == 1


def test_a_damaged_frame_now_and_then_is_no_loss() -> None:
    source = LiveSource(Failing(fails=lambda index: index % 3 == 0, patience_s=5))
    source.open()
    assert len(some_frames(source, 10)) == 10
    source.close()


@pytest.mark.parametrize(
    ("picture", "shape"),
    [
        (np.zeros((1, 1), np.uint8), (1, 1, 3)),
        (np.full((4, 6), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 1), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 4), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 3), 200 << 8, np.uint16), (4, 6, 3)),
        (np.full((8, 6, 3), 200, np.uint8)[::2], (4, 6, 3)),
        (np.full((4320, 7680, 3), 200, np.uint8), (4320, 7680, 3)),
    ],
)
def test_whatever_a_device_gives_becomes_a_colour_picture(picture: np.ndarray, shape: tuple[int, ...]) -> None:
    class Odd(Counting):
        def read(self) -> tuple[bool, np.ndarray]:
            return True, picture

    source = LiveSource(Odd())
    source.open()
    frame = source.read()
    source.close()
    assert frame is not None
    assert frame.picture is not None
    assert frame.picture.shape == shape
    assert frame.picture.flags.c_contiguous
    assert shape[0] == 1 or int(frame.picture[0, 0, 0]) == 200


@pytest.mark.parametrize("picture", [np.zeros((0, 5, 3), np.uint8), np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4))])
def test_what_is_no_picture_is_refused(picture: np.ndarray) -> None:
    class Odd(Counting):
        def read(self) -> tuple[bool, np.ndarray]:
            return True, picture

    with pytest.raises(SourceError, match="A frame must"):
        LiveSource(Odd()).open()
