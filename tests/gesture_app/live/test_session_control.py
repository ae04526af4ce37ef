"""A session that is paused, stopped, closed and given other sources."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from watched_session import WAIT_S, Watched

from gesture_app.capture.source import Frame, SourceMissingError
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.session import SessionError, SessionState, SessionStatus


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
