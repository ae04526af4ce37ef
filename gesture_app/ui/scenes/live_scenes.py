"""States of the live page and of the first start, and what is said over every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QToolButton

from gesture_app.live.recording import Burst, Plan, Skip
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.scenes.stage import SetUp, Stage
from gesture_app.ui.widgets.message_bar import Message, MessageBar

CAMERA = "HD Webcam"


def nothing(_: Stage) -> None:
    """Show the window as it is."""


def say(state: SessionState, message: str = "", kind: str = "", name: str = CAMERA) -> SetUp:
    """Give a session in this state."""
    return lambda stage: stage.window.bridge.status.emit(SessionStatus(state, name, message, kind))


def fetch(stage: Stage) -> None:
    """Fetch what the first start needs."""
    stage.window.bridge.status.emit(SessionStatus(SessionState.OPENING, "demo"))
    words = "Fetching the hand landmarker from the package index: 21 of 35 MB."
    stage.window.live.preparation.emit(Preparation(words, 0.6))


def see(change: Callable[[FrameResult], FrameResult]) -> SetUp:
    """Give something else to see, the panel folded away."""

    def set_up(stage: Stage) -> None:
        stage.window.page.open_side(shown=False)  # beside the panel, the panel says it
        seen = change(stage.result)
        for later_s in (0.0, 2.0):
            frame = replace(seen.frame, time_s=seen.frame.time_s + later_s)
            stage.window.live.result.emit(replace(seen, frame=frame))

    return set_up


def welcome(stage: Stage) -> None:
    """Open the page of the first start."""
    stage.window.welcome()
    stage.window.live.result.emit(stage.result)


def _name(stage: Stage) -> None:
    stage.window.record.findChildren(QComboBox)[0].setEditText("letter L")


def record(kept: int, now_s: float) -> SetUp:
    """Give a take so far on its way."""

    def set_up(stage: Stage) -> None:
        _name(stage)
        stage.window.recording.progress.emit(_burst(kept), now_s)
        if kept:
            stage.window.recording.skipped.emit(Skip.SAME)

    return set_up


def take_done(stage: Stage) -> None:
    """Show a take that is over."""
    _name(stage)
    stage.window.recording.progress.emit(_burst(20), 9.0)
    stage.window.recording.ended.emit(_burst(20))


def end_take(stage: Stage) -> None:
    """Leave no take behind."""
    stage.window.recording.skipped.emit(None)
    stage.window.recording.ended.emit(_burst(0))
    stage.window.record.findChildren(QComboBox)[0].setEditText("")


def _burst(kept: int) -> Burst:
    return Burst(Plan("letter_L"), began_s=0.0, kept=kept)


def close_sources(stage: Stage) -> None:
    """Close the list of sources."""
    stage.window.toolbar.source.menu_shown.hide()


def choose_source(stage: Stage) -> None:
    """Open the list of sources."""
    stage.window.toolbar.source.show_source("demo")
    stage.window.toolbar.source.open_menu()


def message(message: Message, *, details: bool = False) -> SetUp:
    """Say something, and show its details."""

    def set_up(stage: Stage) -> None:
        stage.window.say(message)
        if details:
            bar = stage.window.findChildren(MessageBar)[0]
            next(part for part in bar.findChildren(QToolButton) if part.text() == "Details").setChecked(True)
            bar.findChildren(QPlainTextEdit)[0].verticalScrollBar().setValue(0)

    return set_up
