"""Random sequences of what a user does to a live session: no deadlock, nothing left behind. SOAK=full runs 500."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from mjpeg_server import MjpegServer

from gesture_app.capture.choose import make_source
from gesture_app.capture.source import SourceError
from gesture_app.live.options import RecogniserOptions
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.session import LiveSession, SessionError, SessionState
from models.gesture.catalog import shipped_folder
from models.gesture.classifier import GestureClassifier
from models.hand.landmarker import find_landmarker
from models.hand.landmarks import Hand
from models.home import find_home
from models.samples import NewSample, SampleStore, SampleStoreError

LONGEST_S = 10.0
"""For any one thing that is done; the machine may be busy."""


class World:
    """What all sequences share: a server, files, a model, a store of samples."""

    def __init__(self, folder: Path) -> None:
        self.landmarker = find_landmarker(find_home())
        self.server = MjpegServer()
        self.folder = folder
        content = (shipped_folder() / "classifier.onnx").read_bytes()
        self.models = [GestureClassifier(content, name) for name in ("one", "two")]
        (folder / "broken.mp4").write_bytes(b"no video" * 100)
        self.specs = ["demo", "demo:2", self.server.address, "camera:77", str(folder / "broken.mp4")]
        self.specs.append("http://127.0.0.1:9/nobody")
        self.done = 0
        self.slowest: tuple[float, str] = (0.0, "")


WORLD: World


class Using(RuleBasedStateMachine):
    """One window's session, from its opening to its closing."""

    def __init__(self) -> None:
        super().__init__()
        self.session = LiveSession(
            lambda: Recogniser.open(landmarker=WORLD.landmarker), lambda: None, lambda status: None
        )
        self.store: SampleStore | None = SampleStore(WORLD.folder / "samples.db")
        self.hand: Hand | None = None
        self.closed = False

    def _timed(self, what: str, began: float) -> None:
        took = time.monotonic() - began
        WORLD.slowest = max(WORLD.slowest, (took, what))
        assert took < LONGEST_S, f"{what} took {took:.1f} s"

    @rule(number=st.integers(0, 5))
    def start(self, number: int) -> None:
        began = time.monotonic()
        if self.closed:
            with pytest.raises(SessionError):
                self.session.start(make_source(WORLD.specs[0]))
        else:
            try:
                source = make_source(WORLD.specs[number])
            except SourceError:
                return
            self.session.start(source)
        self._timed("start", began)

    @rule()
    def stop(self) -> None:
        if not self.closed:
            began = time.monotonic()
            self.session.stop()
            self._timed("stop", began)

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        self.session.pause(paused)

    @rule(number=st.integers(0, 1))
    def switch_model(self, number: int) -> None:
        self.session.use(WORLD.models[number])

    @rule(number=st.integers(0, 2))
    def compare(self, number: int) -> None:
        self.session.compare_with(WORLD.models[number] if number < 2 else None)

    @rule(hands=st.integers(1, 4), smoothing=st.booleans())
    def configure(self, hands: int, smoothing: bool) -> None:
        self.session.configure(RecogniserOptions(hands=hands, smoothing=smoothing))

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.3]))
    def watch(self, seconds: float) -> None:
        time.sleep(seconds)
        result = self.session.take()
        if result is not None and result.hands:
            self.hand = result.hands[0].hand
        assert self.session.status.state in SessionState

    @rule(stalled=st.booleans())
    def stall(self, stalled: bool) -> None:
        (WORLD.server.stall.set if stalled else WORLD.server.stall.clear)()

    @precondition(lambda self: self.hand is not None and self.store is not None)
    @rule()
    def record(self) -> None:
        assert self.store is not None
        assert self.hand is not None
        take = self.store.start_take(self.store.start_session(), "fist")
        self.store.add(take, [NewSample(self.hand, time.time())])

    @rule()
    def undo(self) -> None:
        if self.store is not None:
            self.store.undo()

    @rule()
    def close_store(self) -> None:
        if self.store is not None:
            self.store.close()
            with pytest.raises(SampleStoreError):
                self.store.count()
            self.store = None

    @rule()
    def close(self) -> None:
        began = time.monotonic()
        self.session.close()
        self._timed("close", began)
        self.closed = True

    def teardown(self) -> None:
        self.close()
        if self.store is not None:
            self.store.close()
        WORLD.server.stall.clear()
        WORLD.done += 1
        left = [thread.name for thread in threading.enumerate() if thread.name.startswith("gesture-")]
        assert left == []


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    global WORLD  # noqa: PLW0603 - hypothesis makes the machines itself
    WORLD = World(tmp_path)
    yield WORLD
    WORLD.server.close()


def open_now() -> tuple[int, int]:
    """Count threads and open files of this process."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def settled(threads: int, files: int) -> tuple[int, int]:
    """Wait for what was left to a hanging device to end."""
    until = time.monotonic() + 30
    while time.monotonic() < until and (open_now()[0] > threads or open_now()[1] > files):
        time.sleep(0.2)
    return open_now()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
@pytest.mark.timeout(5400)
def test_nothing_is_left_of_many_sessions(world: World, full: bool) -> None:
    sequences = 500 if full else 12
    some = settings(
        max_examples=2, stateful_step_count=20, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    random.seed(3)
    run_state_machine_as_test(Using, settings=some)  # what is loaded once is loaded now
    before = open_now()
    children = len(psutil.Process().children(recursive=True))
    run_state_machine_as_test(Using, settings=settings(some, max_examples=sequences))
    after = settled(*before)
    assert after[0] <= before[0]
    assert after[1] <= before[1] + 2
    assert len(psutil.Process().children(recursive=True)) == children
    print(
        f"{world.done} sequences; threads and files before {before}, after {after};"
        f" the slowest took {world.slowest[0]:.2f} s ({world.slowest[1]})"
    )
