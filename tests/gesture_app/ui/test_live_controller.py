"""What is told of the session's figures."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from gesture_app.live.status import SessionCounters
from gesture_app.ui.live import live_controller
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.main_window import MainWindow


def test_that_it_is_too_slow_is_taken_back_when_it_keeps_up(
    make_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    window.show()
    live = window.live
    fps, moment = [7.0], [0.0]
    monkeypatch.setattr(SessionBridge, "counters", property(lambda _: SessionCounters(fps=fps[0])))
    monkeypatch.setattr(live_controller, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    live._busy_ms = 120.0

    def pass_by(seconds: int) -> None:
        for _ in range(seconds):
            moment[0] += 1.0
            live._tell_figures()

    pass_by(12)
    assert window.messages.message is not None
    assert window.messages.message.text.startswith("Only 7 frames a second")
    fps[0] = 28.0
    pass_by(2)
    assert window.messages.message is not None
    pass_by(3)
    assert window.messages.message is None


def test_it_is_not_called_too_slow_while_the_program_itself_trains(
    make_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    live = window.live
    moment, training = [0.0], [True]
    monkeypatch.setattr(SessionBridge, "counters", property(lambda _: SessionCounters(fps=7.0)))
    monkeypatch.setattr(live_controller, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    assert not live.strained()  # no training runs
    monkeypatch.setattr(live, "strained", lambda: training[0])
    live._busy_ms = 120.0

    def pass_by(seconds: int) -> None:
        for _ in range(seconds):
            moment[0] += 1.0
            live._tell_figures()

    pass_by(30)
    assert window.messages.message is None
    training[0] = False
    pass_by(2)
    assert window.messages.message is None  # what was slow meanwhile says nothing
    pass_by(12)
    assert window.messages.message is not None
    training[0] = True
    pass_by(1)
    assert window.messages.message is None
