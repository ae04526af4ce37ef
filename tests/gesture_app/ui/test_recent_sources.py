"""Sources that were open are offered again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gesture_app.live.recording import Plan
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.source_button import SourceButton
from models.home import Home

RUNNING = SessionStatus(SessionState.RUNNING)


def run(window: MainWindow, spec: str) -> None:
    window.live._spec = spec
    window.bridge.status.emit(RUNNING)


def test_what_ran_is_remembered_the_last_first(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light"))
    for spec in ("/films/a.mp4", "camera:0", "http://10.0.0.2/video", "demo", "/films/a.mp4"):
        run(window, spec)
    assert window._preferences.settings.recent_sources == ("/films/a.mp4", "http://10.0.0.2/video")
    shown = [action.text() for action in window.toolbar.source.menu_shown.actions()]
    assert "10.0.0.2" in shown
    assert "a.mp4" in shown


@pytest.mark.parametrize("spec", ["rtsp://user:secret@10.0.0.2/stream", "http://me@host/video"])
def test_an_address_that_may_hold_a_password_is_not_written_down(
    spec: str, make_window: Callable[..., MainWindow], home: Home
) -> None:
    window = make_window(Settings(theme="light"))
    run(window, spec)
    assert window._preferences.settings.recent_sources == ()


def test_they_can_be_opened_and_forgotten(theme: Theme, qtbot: QtBot) -> None:
    made = SourceButton(theme)
    qtbot.addWidget(made)
    made.show_recent(["/films/a.mp4"])
    actions = {action.text(): action for action in made.menu_shown.actions()}
    with qtbot.waitSignal(made.chosen) as caught:
        actions["a.mp4"].trigger()
    assert caught.args == ["/films/a.mp4"]
    with qtbot.waitSignal(made.forget):
        actions["Forget these"].trigger()
    made.show_recent([])
    assert "Forget these" not in [action.text() for action in made.menu_shown.actions()]


def test_drawn_hands_are_called_so_where_they_are_recorded(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light"))
    window.show()
    window.live.source.emit("demo:2")
    assert window.record._drawn_note.isVisible()
    window.live.source.emit("camera:0")
    assert not window.record._drawn_note.isVisible()


def test_a_file_is_remembered_so_that_it_is_found_from_anywhere(
    make_window: Callable[..., MainWindow], home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(Settings(theme="light"))
    monkeypatch.setattr(window.bridge, "start", lambda *_: None)
    clip = tmp_path / "demo of mine.mp4"  # a name that begins as the demo's does
    clip.touch()
    monkeypatch.chdir(tmp_path)
    window.live.open(clip.name)
    window.bridge.status.emit(RUNNING)
    assert window._preferences.settings.recent_sources == (str(clip),)
    assert window.live.spec == str(clip)


def test_a_film_called_demo_is_no_drawn_hand(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light"))
    window.show()
    window.live.source.emit("demo.mp4")
    assert not window.record._drawn_note.isVisible()


def test_a_take_is_of_one_source(make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot) -> None:
    window = make_window(Settings(theme="light"))
    window.recording.start(Plan("like", None))
    with qtbot.waitSignal(window.recording.ended):
        window.live.source.emit("demo")
    assert not window.recording.recording
