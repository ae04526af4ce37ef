"""A live session on a real MJPEG server that stalls, ends, sends nonsense, changes and comes back.

SOAK=full leaves it away for 30 seconds.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from mjpeg_server import MjpegServer

from gesture_app.capture.choose import make_source
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.session import LiveSession, SessionState, SessionStatus
from models.hand.landmarker import find_landmarker
from models.home import find_home

PATIENCE_S = 60.0
LONGEST_CLOSE_S = 2.0


class Watched:
    """A session, its statuses and the sizes of the pictures that came."""

    def __init__(self) -> None:
        landmarker = find_landmarker(find_home())
        self.statuses: list[SessionStatus] = []
        self.sizes: list[tuple[int, int]] = []
        self.session = LiveSession(lambda: Recogniser.open(landmarker=landmarker), self._take, self.statuses.append)

    def _take(self) -> None:
        result = self.session.take()
        if result is not None:
            self.sizes.append(result.frame.size)

    def wait(self, condition: Callable[[], bool]) -> float:
        """Wait until something holds; how long it took."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < PATIENCE_S, (self.statuses[-3:], len(self.sizes))
            time.sleep(0.02)
        return time.monotonic() - began

    def wait_state(self, state: SessionState) -> float:
        return self.wait(lambda: self.session.status.state is state)

    def wait_frames(self, count: int) -> None:
        goal = len(self.sizes) + count
        self.wait(lambda: len(self.sizes) >= goal)

    def close(self) -> float:
        began = time.monotonic()
        self.session.close()
        return time.monotonic() - began


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    assert made.close() < LONGEST_CLOSE_S


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    made = MjpegServer()
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_a_server_that_goes_away_and_comes_back(watched: Watched, full: bool) -> None:
    server = MjpegServer()
    watched.session.start(make_source(server.address))
    watched.wait_frames(5)
    server.close()
    lost_s = watched.wait_state(SessionState.RECONNECTING)
    assert watched.session.status.error_kind == "lost"
    assert watched.session.status.message.endswith(".")
    away_s = 30.0 if full else 3.0
    time.sleep(away_s)  # the server is gone for so long
    assert watched.session.status.state is SessionState.RECONNECTING
    server = MjpegServer(server.port)
    try:
        back_s = watched.wait_state(SessionState.RUNNING)
        watched.wait_frames(5)
    finally:
        server.close()
    print(f"lost after {lost_s:.1f} s, away for {away_s:.0f} s, seen again {back_s:.1f} s after it was back")


@pytest.mark.timeout(300)
def test_a_stall_is_told_and_ended(watched: Watched, server: MjpegServer) -> None:
    watched.session.start(make_source(server.address))
    watched.wait_frames(5)
    server.stall.set()
    stalled_s = watched.wait_state(SessionState.RECONNECTING)
    server.stall.clear()
    watched.wait_state(SessionState.RUNNING)
    watched.wait_frames(5)
    print(f"a stall was told after {stalled_s:.1f} s")


@pytest.mark.timeout(300)
def test_pictures_change_their_size_and_nonsense_comes_between(watched: Watched, server: MjpegServer) -> None:
    watched.session.start(make_source(server.address))
    watched.wait_frames(3)
    for size in ((640, 480), (1, 1), (64, 1000), (1920, 1080), (96, 64)):
        server.size = size
        watched.wait_frames(3)
    server.garbage = os.urandom(5000) + b"--frame\r\nContent-Length: 999999999\r\n\r\n"
    time.sleep(2)  # nonsense for two seconds
    server.garbage = b""
    watched.wait_state(SessionState.RUNNING)
    watched.wait_frames(3)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("when", ["opening", "silent", "running", "stalled", "away"])
def test_it_closes_within_two_seconds_at_any_moment(when: str) -> None:
    watched = Watched()
    server = MjpegServer()
    try:
        if when in {"opening", "silent"}:
            server.stall.set()
        watched.session.start(make_source(server.address))
        if when == "silent":
            time.sleep(1.5)
        if when in {"running", "stalled", "away"}:
            watched.wait_frames(3)
        if when == "stalled":
            server.stall.set()
            time.sleep(1.0)
        if when == "away":
            server.close()
            watched.wait_state(SessionState.RECONNECTING)
        took_s = watched.close()
        assert took_s < LONGEST_CLOSE_S
        print(f"closed while {when} in {took_s:.2f} s")
    finally:
        if when != "away":
            server.close()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("gesture-")]
    assert left == []
