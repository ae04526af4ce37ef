"""How long the window's event loop is held up through the whole story; run it to read it.

Alone on the machine: what is measured is the clock's time, and a second figure that other programs do not change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from loop_watch import LoopWatch
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from whole_story import Story

from gesture_app.settings import Settings
from gesture_app.ui.app import load_recognition, settle
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from models.home import Home

TARGET_MS = 50.0
PAGES = ("Samples", "Train", "Models", "Check", "Settings", "Help", "Live")


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, equipped_home: Home, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)
    qapp.setStyle("Fusion")
    theme = Theme(qapp)
    theme.apply("light")
    load_recognition()  # as the program does before its loop begins
    made = MainWindow(theme, Preferences(Settings(), equipped_home.settings), equipped_home)
    qtbot.addWidget(made)
    settle(made)
    yield made
    made.close()


@pytest.mark.timeout(600)
def test_event_loop(window: MainWindow, qtbot: QtBot) -> None:
    watch = LoopWatch(TARGET_MS)
    story = Story(qtbot, window)

    def step(name: str, act: Callable[[], object], rest_ms: int = 300) -> None:
        watch.begin(name)
        act()
        qtbot.wait(rest_ms)

    for name, act in story.steps():
        step(name, act)
    for page in PAGES:
        for time in ("first", "second"):
            step(f"open page {page} the {time} time", lambda page=page: story.open_page(page))
            step("back to the picture", lambda: story.open_page("Live"), 100)
    for theme in ("dark", "light"):
        step(f"{theme} theme", lambda theme=theme: window._preferences.change(theme=theme))
    step("larger text", lambda: window._preferences.change(font_scale=1.25))
    step("smaller window", lambda: window.resize(800, 600))
    watch.begin("close")
    assert not [part for part in window.findChildren(QPushButton) if part.text() == "Cancel" and part.isVisible()]
    watch.stop()
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\nlongest hold-up of the event loop by step ({load}; target {TARGET_MS:.0f} ms):")
    print("\n".join(f"  {found}" for found in watch.worst.values()))
    own = [found for found in watch.hold_ups if found.own_ms > TARGET_MS]
    print(f"held up for more than {TARGET_MS:.0f} ms {len(watch.hold_ups)} times, {len(own)} of them by itself:")
    print("\n".join(f"  {found}" for found in sorted(own, key=lambda found: -found.own_ms)[:20]))
