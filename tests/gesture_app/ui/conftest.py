"""For tests of the window: results made to measure, and what no test may leave behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.capture.source import Frame
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.hand.articulated import joints
from models.hand.landmarks import Hand
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import project
from models.home import Home

LABELS = (*GESTURES, NO_GESTURE)
PATIENCE_MS = 30_000


def _windows_left(before: set[QWidget]) -> list[str]:
    left = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget not in before and widget.parent() is None and widget.isVisible()
    ]
    return [f"{type(widget).__name__} {widget.windowTitle()!r}" for widget in left]


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window or a thread of the program behind."""
    before = set(QApplication.topLevelWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    names = _windows_left(before)
    if names:
        gc.collect()  # slow, so only where something seems to be left
        names = _windows_left(before)
    assert not names, f"windows left open: {names}"
    own = [thread for thread in threading.enumerate() if thread.name.startswith("gesture-")]
    for thread in own:
        thread.join(5.0)  # one that is at its end is not left behind
    threads = [thread.name for thread in own if thread.is_alive()]
    assert not threads, f"threads left running: {threads}"


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn a dialog that would wait for somebody into a failure."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        pytest.fail("a dialog opened that stops the window")

    for kind in (QMessageBox, QDialog, QInputDialog, QFileDialog, QColorDialog):
        monkeypatch.setattr(kind, "exec", refuse)
    for name in ("information", "warning", "critical", "question", "about"):
        monkeypatch.setattr(QMessageBox, name, refuse)
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory", "getOpenFileNames"):
        monkeypatch.setattr(QFileDialog, name, refuse)
    for name in ("getText", "getItem", "getInt"):
        monkeypatch.setattr(QInputDialog, name, refuse)


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Wait longer than its own five seconds, which a machine with much else to do may take for anything."""
    for name in ("waitUntil", "waitSignal", "waitSignals"):
        monkeypatch.setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE_MS))
    return qtbot


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    qapp.setStyle("Fusion")
    made = Theme(qapp)
    made.apply("light")
    return made


@pytest.fixture
def make_window(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Callable[..., MainWindow]]:
    windows: list[MainWindow] = []

    def make(settings: Settings | None = None, landmarker: Path | None = None) -> MainWindow:
        window = MainWindow(theme, Preferences(settings or Settings(), home.settings), home, landmarker)
        qtbot.addWidget(window)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def make_hand() -> Callable[..., HandResult]:
    def make(
        label: str | None = "like",
        confidence: float = 0.98,
        track: int = 1,
        handedness: Any = "Right",
        scale: float = 1.0,
        centre: tuple[float, float] = (320.0, 240.0),
    ) -> HandResult:
        shown = label or "fist"
        points = project(joints(gesture_pose(shown)), gesture_view(shown), (640, 480))
        middle = points[:, :2].mean(axis=0)
        size = float(np.ptp(points[:, :2], axis=0).max())
        points = points * (200.0 * scale / size)
        points[:, :2] += np.array(centre) - middle * (200.0 * scale / size)
        hand = Hand(points.astype(np.float32), handedness, 0.97, (640, 480))
        probabilities = np.full(len(LABELS), (1 - confidence) / (len(LABELS) - 1), np.float32)
        best = label or NO_GESTURE
        probabilities[LABELS.index(best)] = confidence
        return HandResult(hand, hand.plane, track, label, confidence, best, confidence, probabilities)

    return make


@pytest.fixture
def make_result() -> Callable[..., FrameResult]:
    def make(
        *hands: HandResult, time_s: float = 0.0, picture: np.ndarray | None = None, size: tuple[int, int] = (640, 480)
    ) -> FrameResult:
        if picture is None:
            picture = np.full((size[1], size[0], 3), 60, np.uint8)
        frame = Frame(picture, (picture.shape[1], picture.shape[0]), 0, time_s)
        return FrameResult(frame, tuple(hands), "shipped", LABELS, StageTimes(0.5, 9.0, 0.1, 0.2))

    return make
