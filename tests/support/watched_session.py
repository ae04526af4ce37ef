"""A live session that remembers everything it said, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gesture_app.live.detecting import FrameDetector
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.result import FrameResult
from gesture_app.live.session import LiveSession, SessionState, SessionStatus

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
