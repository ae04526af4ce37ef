"""How long the window's event loop is held up while people do what they do with it; run it to read it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from models.gesture.catalog import shipped_folder
from models.home import Home

TARGET_MS = 50.0
LOOK_MS = 2
PATIENCE_MS = 60_000


class Watch:
    """Notices how long the loop did not come round, and how much of that the window's own thread was at work.

    The second figure does not rise when other programs want the processor, too.
    """

    def __init__(self) -> None:
        self.worst: dict[str, float] = {}
        self.worked: dict[str, float] = {}
        self.step = ""
        self._last = time.perf_counter()
        self._last_work = time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def begin(self, step: str) -> None:
        self.step = step
        self.worst[step] = self.worked[step] = 0.0
        self._last, self._last_work = time.perf_counter(), time.thread_time()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1e3 - LOOK_MS
        self._last = now
        work = time.thread_time()
        self.worst[self.step] = max(self.worst.get(self.step, 0.0), gap)
        self.worked[self.step] = max(self.worked.get(self.step, 0.0), (work - self._last_work) * 1e3)
        self._last_work = work


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, equipped_home: Home) -> Iterator[MainWindow]:
    qapp.setStyle("Fusion")
    theme = Theme(qapp)
    theme.apply("light")
    made = MainWindow(theme, Preferences(Settings(), equipped_home.settings), equipped_home)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_event_loop(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    watch = Watch()

    def step(name: str, act: Callable[[], object], done: Callable[[], bool], rest_ms: int = 300) -> None:
        watch.begin(name)
        act()
        qtbot.waitUntil(done, timeout=PATIENCE_MS)
        qtbot.wait(rest_ms)

    shutil.copytree(shipped_folder(), tmp_path / "mine")
    page = window.page
    step("start", lambda: window.begin("demo", "shipped", None), lambda: page.picture.result is not None)
    step("watch for 3 s", lambda: None, lambda: True, 3000)
    step("switch model", lambda: window.models.use(str(tmp_path / "mine")), lambda: page.picture.result.model == "mine")
    window.record._name.setEditText("spock")
    window.record._count.setValue(10)
    step("record 10", window.record.toggle, lambda: not window.recording.recording)
    step("undo", window.recording.undo, window.record._redo.isEnabled)
    for place in range(window.rail.count):
        step(f"open page {place}", lambda place=place: window.open_page(place), lambda: True)
    step("dark", lambda: window._preferences.change(theme="dark"), lambda: True)
    step("two hands", lambda: window.live.open("demo:2"), lambda: page.picture.result is not None, 1000)
    watch.stop()
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [f"  {worst:7.1f} ms, at work {watch.worked[name]:6.1f} ms  {name}" for name, worst in watch.worst.items()]
    print("\n".join(["", f"longest hold-up of the event loop by step ({load}; target {TARGET_MS:.0f} ms):", *lines]))
