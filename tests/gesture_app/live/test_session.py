"""What a session makes of the frames of its source, and what can be changed meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from watched_session import WAIT_S, QuietDetector, Watched

from gesture_app.live.recogniser import Recogniser, RecogniserError, RecogniserOptions
from gesture_app.live.result import FrameResult
from gesture_app.live.session import SessionState


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


def test_real_mediapipe_through_the_whole_session(landmarker_file: Path, make: Any) -> None:
    from gesture_app.capture.demo import DemoSource

    watched = Watched(lambda: Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=landmarker_file))
    try:
        watched.session.start(DemoSource())
        watched.wait(lambda: sum(bool(result.hands) for result in watched.results) >= 5)
    finally:
        watched.session.close()
    assert watched.results[-1].times.detect > 0
