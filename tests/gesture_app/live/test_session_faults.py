"""A session whose source or recogniser fails, goes away or hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from watched_session import WAIT_S, Watched

import gesture_app.live.capturing as capturing
from gesture_app.capture.source import (
    SourceBusyError,
    SourceDeniedError,
    SourceError,
    SourceLostError,
    SourceMissingError,
)
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.session import SessionState, SessionStatus
from models.errors import GestureError


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
