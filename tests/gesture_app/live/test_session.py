from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gesture_app.live.capturing as capturing
from gesture_app.capture.source import (
    Frame,
    SourceBusyError,
    SourceDeniedError,
    SourceError,
    SourceLostError,
    SourceMissingError,
)
from gesture_app.live.detecting import FrameDetector
from gesture_app.live.recogniser import Recogniser, RecogniserError, RecogniserOptions
from gesture_app.live.result import FrameResult
from gesture_app.live.session import LiveSession, SessionError, SessionState, SessionStatus
from models.errors import GestureError

WAIT_S = 10.0


class QuietDetector(FrameDetector):
    """Knows only the hands that frames bring, so that the sessions of these tests start at once."""

    def warm_up(self, *, still: bool) -> None:
        pass


class Watched:
    """A session and everything that it said."""

    def __init__(self, make_recogniser: Callable[[], Recogniser]) -> None:
        self.statuses: list[SessionStatus] = []
        self.results: list[FrameResult] = []
        self.notified = 0
        self.takes_at_once = True
        self.changed = threading.Condition()
        self.session = LiveSession(make_recogniser, self._result, self._status)

    def _result(self) -> None:
        with self.changed:
            self.notified += 1
            if self.takes_at_once:
                self.take()
            self.changed.notify_all()

    def _status(self, status: SessionStatus) -> None:
        with self.changed:
            self.statuses.append(status)
            self.changed.notify_all()

    def take(self) -> FrameResult | None:
        result = self.session.take()
        if result is not None:
            self.results.append(result)
        return result

    @property
    def states(self) -> list[SessionState]:
        return [status.state for status in self.statuses]

    def wait(self, until: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(until, WAIT_S), f"statuses {self.statuses}, {len(self.results)} results"

    def wait_state(self, state: SessionState) -> SessionStatus:
        self.wait(lambda: self.statuses and self.statuses[-1].state is state)
        return self.statuses[-1]


@pytest.fixture
def recogniser(make: Any) -> Callable[[], Recogniser]:
    def build() -> Recogniser:
        built = Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=Path("none"))
        built._detector = QuietDetector(Path("none"), RecogniserOptions())
        return built

    return build


@pytest.fixture
def watched(recogniser: Callable[[], Recogniser]) -> Iterator[Watched]:
    watched = Watched(recogniser)
    yield watched
    watched.session.close()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "FIRST_DELAY_S", 0.005)
    monkeypatch.setattr(capturing, "LONGEST_DELAY_S", 0.02)
    monkeypatch.setattr(capturing, "PICTURE_S", 0.01)


def test_a_file_is_shown_to_its_end(watched: Watched, make: Any) -> None:
    source = make.source(count=6, fps=200.0)
    watched.session.start(source)
    assert watched.session.status.state in {SessionState.OPENING, SessionState.RUNNING}
    watched.wait_state(SessionState.ENDED)
    assert watched.states == [SessionState.OPENING, SessionState.RUNNING, SessionState.ENDED]
    assert watched.results[-1].frame.index == 5
    assert {status.source_name for status in watched.statuses} == {"fake"}
    assert source.opened_in == "gesture-capture"
    assert source.wait_closed()
    assert watched.session.status.state is SessionState.ENDED


def test_frames_keep_their_own_pace(watched: Watched, make: Any) -> None:
    began = time.monotonic()
    watched.session.start(make.source(count=7, fps=30.0))
    watched.wait_state(SessionState.ENDED)
    assert 0.2 <= time.monotonic() - began < 2.0
    assert watched.results[-1].frame.index == 6
    assert len(watched.results) + watched.results[-1].dropped == 7


def test_pictures_are_shown_one_after_the_other_and_stand_alone(watched: Watched, make: Any, short_waits: None) -> None:
    watched.session.start(make.source(count=3, still=True))
    watched.wait_state(SessionState.ENDED)
    assert [result.frame.index for result in watched.results] == [0, 1, 2]
    assert {result.hands[0].track for result in watched.results} == {0}
    assert {result.hands[0].label for result in watched.results} == {"palm"}


def test_one_notice_at_a_time_and_the_newest_result(watched: Watched, make: Any) -> None:
    watched.takes_at_once = False
    watched.session.start(make.source(count=20, fps=500.0))
    watched.wait_state(SessionState.ENDED)
    assert watched.notified == 1
    newest = watched.take()
    assert newest is not None
    assert newest.frame.index == 19
    assert watched.take() is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SourceBusyError("Another program holds it."), "busy"),
        (SourceMissingError("There is none."), "missing"),
        (SourceDeniedError("Not allowed."), "denied"),
        (SourceError("It cannot be opened."), ""),
    ],
)
def test_a_source_that_does_not_open_fails_in_its_own_words(
    watched: Watched, make: Any, error: SourceError, kind: str
) -> None:
    source = make.source(fail_open=[error])
    watched.session.start(source)
    status = watched.wait_state(SessionState.FAILED)
    assert (status.message, status.error_kind) == (str(error), kind)
    assert watched.states == [SessionState.OPENING, SessionState.FAILED]
    assert source.wait_closed()


def test_after_a_failure_another_source_can_be_started(watched: Watched, make: Any) -> None:
    watched.session.start(make.source(fail_open=[SourceMissingError("There is none.")]))
    watched.wait_state(SessionState.FAILED)
    watched.session.start(make.source(count=2, name="second"))
    assert watched.wait_state(SessionState.ENDED).source_name == "second"


def test_a_lost_camera_is_opened_again_until_it_is_back(watched: Watched, make: Any, short_waits: None) -> None:
    source = make.source(
        count=None,
        live=True,
        fail_at={3: SourceLostError("The camera went away.")},
        fail_open=[None, SourceBusyError("It is busy."), SourceBusyError("It is busy.")],
    )
    watched.session.start(source)
    watched.wait(lambda: watched.states.count(SessionState.RUNNING) == 2)
    assert watched.states == [
        SessionState.OPENING,
        SessionState.RUNNING,
        SessionState.RECONNECTING,
        SessionState.RECONNECTING,
        SessionState.RUNNING,
    ]
    lost, busy = watched.statuses[2:4]
    assert (lost.message, lost.error_kind) == ("The camera went away.", "lost")
    assert (busy.message, busy.error_kind) == ("It is busy.", "busy")
    assert source.calls.count("open") == 4
    seen = len(watched.results)
    watched.wait(lambda: len(watched.results) > seen + 3)


def test_delays_between_openings_grow_and_are_bounded(watched: Watched, make: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(capturing, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(capturing, "LONGEST_DELAY_S", 0.04)
    waited: list[float] = []
    enough = threading.Event()
    rest = capturing.Capture._rest

    def note(self: Any, seconds: float) -> bool:
        waited.append(seconds)
        if len(waited) >= 6:
            enough.set()
        return rest(self, seconds)

    monkeypatch.setattr(capturing.Capture, "_rest", note)
    gone = [SourceMissingError("Still away.")] * 50
    source = make.source(count=None, live=True, fail_at={2: SourceLostError("Away.")}, fail_open=[None, *gone])
    watched.session.start(source)
    assert enough.wait(WAIT_S)
    assert waited[:6] == [0.01, 0.02, 0.04, 0.04, 0.04, 0.04]
    assert watched.states.count(SessionState.RECONNECTING) == 2


def test_a_file_that_breaks_off_fails(watched: Watched, make: Any) -> None:
    watched.session.start(make.source(count=9, fail_at={2: SourceLostError("The disk is gone.")}))
    status = watched.wait_state(SessionState.FAILED)
    assert (status.message, status.error_kind) == ("The disk is gone.", "lost")


def test_a_fault_in_the_capture_thread_is_told_once(
    watched: Watched, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    watched.session.start(make.source(fail_at={1: ZeroDivisionError("oh")}))
    status = watched.wait_state(SessionState.FAILED)
    assert "ZeroDivisionError: oh" in status.message
    assert watched.states.count(SessionState.FAILED) == 1
    assert "Traceback" in caplog.text


def test_a_recogniser_that_cannot_be_made_is_told_and_tried_again_at_the_next_start(
    recogniser: Callable[[], Recogniser], make: Any
) -> None:
    fails = [GestureError("The landmarker file cannot be had.")]

    def build() -> Recogniser:
        if fails:
            raise fails.pop()
        return recogniser()

    watched = Watched(build)
    try:
        source = make.source(count=None, live=True)
        watched.session.start(source)
        assert watched.wait_state(SessionState.FAILED).message == "The landmarker file cannot be had."
        assert source.wait_closed()
        watched.session.start(make.source(count=2))
        watched.wait_state(SessionState.ENDED)
        assert watched.states.count(SessionState.FAILED) == 1
    finally:
        watched.session.close()


def test_a_fault_in_the_recognition_thread_is_told_once(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    def build() -> Recogniser:
        raise RuntimeError("broken")

    watched = Watched(build)
    try:
        watched.session.start(make.source(count=None, live=True))
        assert "RuntimeError: broken" in watched.wait_state(SessionState.FAILED).message
        assert watched.states.count(SessionState.FAILED) == 1
        assert "Traceback" in caplog.text
    finally:
        watched.session.close()


class Gated(Recogniser):
    """Recognises a frame only when the test lets it."""

    entered: threading.Semaphore
    gate: threading.Semaphore

    def process(self, frame: Any, *, still: bool | None = None) -> FrameResult:
        self.entered.release()
        assert self.gate.acquire(timeout=WAIT_S)
        return super().process(frame, still=still)


def test_while_recognition_is_slow_frames_are_passed_over_and_counted(make: Any) -> None:
    entered, gate = threading.Semaphore(0), threading.Semaphore(0)
    read = threading.Semaphore(0)
    turn = threading.Semaphore(0)

    def build() -> Recogniser:
        built = Gated(make.model("sure", palm=0.9, fist=0.1), landmarker=Path("none"))
        built._detector = QuietDetector(Path("none"), RecogniserOptions())
        built.entered, built.gate = entered, gate
        return built

    def take_turns(index: int) -> None:
        read.release()
        turn.acquire(timeout=WAIT_S)

    watched = Watched(build)
    try:
        watched.session.start(make.source(count=None, live=True, gate=take_turns))
        turn.release()  # frame 0 is read and taken by the recogniser
        assert entered.acquire(timeout=WAIT_S)
        turn.release(5)  # frames 1 to 5 come meanwhile
        for _ in range(7):
            assert read.acquire(timeout=WAIT_S)
        gate.release(2)
        watched.wait(lambda: len(watched.results) == 2)
        assert [result.frame.index for result in watched.results] == [0, 5]
        assert [result.dropped for result in watched.results] == [0, 4]
        assert watched.session.counters.dropped == 4
        assert watched.session.counters.latency_ms > 0
    finally:
        gate.release(100)
        turn.release(100)
        watched.session.close()


def test_a_paused_file_stands_still_and_goes_on(watched: Watched, make: Any) -> None:
    watched.session.start(make.source(count=400, fps=200.0))
    watched.wait(lambda: len(watched.results) >= 3)
    watched.session.pause(True)
    assert watched.session.status.state is SessionState.PAUSED
    at = watched.results[-1].frame.index
    watched.session.pause(False)
    watched.wait(lambda: len(watched.results) and watched.results[-1].frame.index > at + 3)
    assert watched.states[-2:] == [SessionState.PAUSED, SessionState.RUNNING]
    assert watched.results[-1].frame.index < 399


def test_a_paused_camera_goes_on_being_read_and_drops_nothing(watched: Watched, make: Any) -> None:
    reads = threading.Semaphore(0)
    source = make.source(count=None, live=True)
    read = source.read

    def counted() -> Frame | None:
        reads.release()
        return read()

    source.read = counted
    watched.session.start(source)
    watched.wait(lambda: len(watched.results) >= 2)
    watched.session.pause(True)
    for _ in range(40):
        assert reads.acquire(timeout=WAIT_S)
    before = watched.session.counters.dropped
    taken = len(watched.results)
    watched.session.pause(False)
    watched.wait(lambda: len(watched.results) >= taken + 2)
    assert watched.results[-1].dropped - before < 35


def test_a_pause_does_not_outlive_its_source(watched: Watched, make: Any) -> None:
    watched.session.start(make.source(count=None, live=True))
    watched.wait_state(SessionState.RUNNING)
    watched.session.pause(True)
    watched.session.start(make.source(count=2, name="second"))
    watched.wait_state(SessionState.ENDED)


def test_pausing_without_a_source_does_nothing(watched: Watched) -> None:
    watched.session.pause(True)
    assert watched.session.status.state is SessionState.IDLE
    assert watched.statuses == []


def test_the_next_source_is_opened_after_the_one_before_is_closed(watched: Watched, make: Any) -> None:
    order: list[str] = []
    first, second = make.source(count=None, live=True, name="first"), make.source(count=2, name="second")
    close, opening = first.close, second.open
    first.close = lambda: (order.append("first closed"), close())[1]
    second.open = lambda: (order.append("second opened"), opening())[1]
    watched.session.start(first)
    watched.wait_state(SessionState.RUNNING)
    watched.session.start(second)
    watched.wait_state(SessionState.ENDED)
    assert order.index("first closed") < order.index("second opened")
    names = [status.source_name for status in watched.statuses]
    assert names == sorted(names), "nothing is heard of a source that was left"


def test_the_recogniser_is_made_once_for_all_sources(recogniser: Callable[[], Recogniser], make: Any) -> None:
    made: list[Recogniser] = []

    def build() -> Recogniser:
        made.append(recogniser())
        return made[-1]

    watched = Watched(build)
    try:
        for name in ("a", "b", "c"):
            watched.session.start(make.source(count=2, name=name))
            watched.wait(
                lambda name=name: watched.statuses[-1] == SessionStatus(SessionState.ENDED, name)  # type: ignore[misc]
            )
        assert len(made) == 1
        assert len({result.hands[0].track for result in watched.results}) == 3, "each source begins anew"
    finally:
        watched.session.close()


def test_many_starts_in_a_row_end_with_the_last(watched: Watched, make: Any) -> None:
    sources = [make.source(count=None, live=True, name=f"source {number}") for number in range(8)]
    for source in sources:
        watched.session.start(source)
    watched.wait(lambda: watched.statuses[-1] == SessionStatus(SessionState.RUNNING, "source 7"))
    assert all(source.calls.count("open") <= 1 for source in sources)
    watched.session.close()
    assert sources[-1].wait_closed()
    opened = [source for source in sources if "open" in source.calls]
    assert all(source.calls[-1] == "close" for source in opened)


def test_a_read_that_blocks_is_ended_by_closing_the_source(watched: Watched, make: Any, short_waits: None) -> None:
    reading = threading.Event()
    stuck = make.source(count=None, live=True, name="stuck")

    def block(index: int) -> None:
        if index == 1:
            reading.set()
            assert stuck.wait_closed()

    stuck.gate = block
    watched.session.start(stuck)
    assert reading.wait(WAIT_S)
    watched.session.start(make.source(count=1, name="next"))
    watched.wait(lambda: watched.statuses[-1] == SessionStatus(SessionState.ENDED, "next"))
    assert SessionState.FAILED not in watched.states


def test_a_source_that_hangs_for_good_is_left_behind_and_does_not_hold_the_next(
    watched: Watched, make: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(capturing, "GRACE_S", 0.01)
    monkeypatch.setattr(capturing, "JOIN_S", 0.05)
    reading, let_go = threading.Event(), threading.Event()

    def hang(index: int) -> None:
        reading.set()
        let_go.wait(WAIT_S)

    watched.session.start(make.source(count=None, live=True, name="hanging", gate=hang))
    assert reading.wait(WAIT_S)
    watched.session.start(make.source(count=1, name="next"))
    watched.wait(lambda: watched.statuses[-1] == SessionStatus(SessionState.ENDED, "next"))
    assert "hanging did not let go" in caplog.text
    let_go.set()


def test_stopping_lets_go_and_keeps_the_recogniser(watched: Watched, make: Any) -> None:
    source = make.source(count=None, live=True)
    watched.session.start(source)
    watched.wait(lambda: watched.results)
    watched.session.stop()
    assert watched.wait_state(SessionState.IDLE).source_name == ""
    assert source.calls[-1] == "close"
    watched.session.start(make.source(count=1))
    watched.wait_state(SessionState.ENDED)


def test_stopping_what_never_started_does_nothing(watched: Watched) -> None:
    watched.session.stop()
    assert watched.statuses == []
    assert watched.take() is None


@pytest.mark.parametrize("when", ["never started", "opening", "running", "paused", "ended", "failed", "twice"])
def test_closing_ends_every_thread_at_any_time(recogniser: Callable[[], Recogniser], make: Any, when: str) -> None:
    watched = Watched(recogniser)
    source = make.source(count=2 if when == "ended" else None, live=when != "ended")
    if when == "failed":
        source.fail_open = [SourceMissingError("There is none.")]
    if when != "never started":
        watched.session.start(source)
    if when in {"running", "paused", "twice"}:
        watched.wait(lambda: watched.results)
    if when == "paused":
        watched.session.pause(True)
    if when in {"ended", "failed"}:
        watched.wait_state(SessionState[when.upper()])
    watched.session.close()
    if when == "twice":
        watched.session.close()
    heard = len(watched.statuses), watched.notified
    alive = [thread.name for thread in threading.enumerate() if thread.name.startswith("gesture-")]
    assert alive == []
    assert (len(watched.statuses), watched.notified) == heard
    assert watched.session.status.state is SessionState.IDLE
    assert watched.take() is None
    if "open" in source.calls:
        assert source.calls[-1] == "close"


def test_a_closed_session_does_not_start(watched: Watched, make: Any) -> None:
    watched.session.close()
    with pytest.raises(SessionError, match="closed"):
        watched.session.start(make.source())


def test_the_model_changes_while_it_runs_and_before_it_runs(
    watched: Watched, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.session.use(make.model("early", palm=0.7, fist=0.3))
    watched.session.start(make.source(count=None, live=True))
    watched.wait(lambda: watched.results and watched.results[-1].model == "early")
    watched.session.use(make.model("late", rock=1.0, call=0.0))
    watched.wait(lambda: watched.results[-1].model == "late")
    broken = make.model("broken", palm=0.9, fist=0.1)
    monkeypatch.setattr(broken, "predict", lambda rows: np.full((len(rows), 2), np.nan, np.float32))
    with pytest.raises(RecogniserError, match="broken"):
        watched.session.use(broken)
    seen = len(watched.results)
    watched.wait(lambda: len(watched.results) > seen + 3)
    assert watched.results[-1].model == "late"
    assert SessionState.FAILED not in watched.states


def test_options_change_while_it_runs_and_before_it_runs(watched: Watched, make: Any) -> None:
    watched.session.configure(RecogniserOptions(threshold=0.95, smoothing=False))
    watched.session.start(make.source(count=None, live=True))
    watched.wait(lambda: watched.results)
    assert watched.results[0].hands[0].label is None
    watched.session.configure(RecogniserOptions(threshold=0.2, smoothing=False))
    watched.wait(lambda: watched.results[-1].hands[0].label == "palm")


def test_a_resting_session_recognises_some_ten_frames_a_second_and_wakes_at_once(watched: Watched, make: Any) -> None:
    watched.session.rest(True)
    watched.session.start(make.source(count=None, live=True))
    watched.wait(lambda: watched.results)
    began, seen = time.monotonic(), len(watched.results)
    watched.wait(lambda: len(watched.results) >= seen + 3)
    assert time.monotonic() - began >= 0.18
    assert watched.results[-1].dropped == 0
    watched.session.rest(False)
    seen = len(watched.results)
    watched.wait(lambda: len(watched.results) >= seen + 20)


def test_a_resting_session_closes_at_once(recogniser: Callable[[], Recogniser], make: Any) -> None:
    watched = Watched(recogniser)
    watched.session.rest(True)
    watched.session.start(make.source(count=None, live=True))
    watched.wait(lambda: watched.results)
    began = time.monotonic()
    watched.session.close()
    assert time.monotonic() - began < 2.0


def test_frames_a_second_are_counted(watched: Watched, make: Any) -> None:
    watched.session.start(make.source(count=25, fps=100.0))
    watched.wait_state(SessionState.ENDED)
    assert 5 < watched.session.counters.fps < 200


def test_a_status_callback_may_start_the_next_source(recogniser: Callable[[], Recogniser], make: Any) -> None:
    watched = Watched(recogniser)
    second = make.source(count=1, name="second")
    heard = watched.session._on_status

    def restart(status: SessionStatus) -> None:
        heard(status)
        if status == SessionStatus(SessionState.ENDED, "first"):
            watched.session.start(second)

    watched.session._on_status = restart
    try:
        watched.session.start(make.source(count=1, name="first"))
        watched.wait(lambda: watched.statuses[-1] == SessionStatus(SessionState.ENDED, "second"))
    finally:
        watched.session.close()


def test_real_mediapipe_through_the_whole_session(landmarker_file: Path, make: Any) -> None:
    from gesture_app.capture.demo import DemoSource

    watched = Watched(lambda: Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=landmarker_file))
    try:
        watched.session.start(DemoSource())
        watched.wait(lambda: sum(bool(result.hands) for result in watched.results) >= 5)
    finally:
        watched.session.close()
    assert watched.results[-1].times.detect > 0
