from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.window.unseen import Unseen
from models.hand.landmarker import LandmarkerError


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window()


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def test_recognition_rests_while_the_window_is_minimised(qtbot: QtBot, shown: QWidget) -> None:
    told: list[bool] = []
    Unseen(shown, told.append, lambda: False)
    shown.showMinimized()
    qtbot.waitUntil(lambda: told == [True])
    shown.showNormal()
    qtbot.waitUntil(lambda: told == [True, False])
    shown.hide()
    qtbot.waitUntil(lambda: told == [True, False, True])


def test_not_while_something_is_recorded(qtbot: QtBot, shown: QWidget) -> None:
    told: list[bool] = []
    Unseen(shown, told.append, lambda: True)
    shown.showMinimized()
    qtbot.waitUntil(shown.isMinimized)
    assert told == []


def test_the_light_hand_model_is_found_and_used(
    window: MainWindow, qtbot: QtBot, landmarker_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def find(*, light: bool) -> Path:
        asked.append(light)
        return landmarker_file

    monkeypatch.setattr(window.bridge, "find_landmarker", find)
    window.live._spec = "demo"
    window.settings_page._light.setChecked(True)
    qtbot.waitUntil(lambda: window.live._landmarker == landmarker_file)
    assert asked == [True]
    assert window._preferences.settings.light
    assert window.bridge.light
    assert window.bridge._options is not None
    assert window.bridge._options.landmarker == landmarker_file


def test_a_light_hand_model_that_cannot_be_had_is_said_and_unset(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def find(*, light: bool) -> Path:
        asked.append(light)
        raise LandmarkerError("There is no connection.")

    monkeypatch.setattr(window.bridge, "find_landmarker", find)
    window.live._spec = "demo"
    window.settings_page._light.setChecked(True)
    qtbot.waitUntil(lambda: not window.settings_page._light.isChecked())
    assert window._preferences.settings == Settings()
    assert window.messages.message is not None
    assert "There is no connection." in window.messages.message.text
    with qtbot.assertNotEmitted(window.jobs.failed, wait=200):  # nor is the usual one looked for, which is in use
        assert asked == [True]
    assert asked == [True]
    assert not window.bridge.light
