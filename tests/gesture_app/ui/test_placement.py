"""The window comes back where it was."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings, load_settings
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.window.placement import Placement
from models.home import Home


def opened(qtbot: QtBot, preferences: Preferences) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    Placement(window, preferences)
    window.show()
    return window


def test_size_and_place_are_remembered(home: Home, qtbot: QtBot) -> None:
    preferences = Preferences(Settings(), home.settings)
    window = opened(qtbot, preferences)
    window.setGeometry(QRect(60, 50, 640, 480))
    window.close()
    preferences.close()
    kept = load_settings(home.settings).settings
    assert kept.window is not None
    assert kept.window[2:] == (640, 480)
    again = opened(qtbot, Preferences(kept, home.settings))
    assert (again.size().width(), again.size().height()) == (640, 480)
    assert (again.geometry().x(), again.geometry().y()) == kept.window[:2] == (60, 50)
    again.close()


def test_a_window_on_a_screen_that_is_gone_comes_back_in_view(home: Home, qtbot: QtBot) -> None:
    window = opened(qtbot, Preferences(Settings(window=(9000, 9000, 640, 480)), home.settings))
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert room.contains(window.pos())
    window.close()


def test_a_window_larger_than_the_screen_is_made_smaller(home: Home, qtbot: QtBot) -> None:
    window = opened(qtbot, Preferences(Settings(window=(0, 0, 9000, 9000)), home.settings))
    assert window.width() <= QGuiApplication.primaryScreen().availableSize().width()
    window.close()


def test_a_maximized_window_is_so_again(home: Home, qtbot: QtBot) -> None:
    preferences = Preferences(Settings(), home.settings)
    window = opened(qtbot, preferences)
    window.showMaximized()
    window.close()
    assert preferences.settings.maximized
    again = opened(qtbot, preferences)
    assert again.isMaximized()
    again.close()


def test_its_place_does_not_drift_by_the_frame(home: Home, qtbot: QtBot) -> None:
    preferences = Preferences(Settings(), home.settings)
    window = opened(qtbot, preferences)
    window.setGeometry(QRect(60, 50, 640, 480))
    window.close()
    for fill in (QMainWindow.showMaximized, QMainWindow.showNormal, QMainWindow.showFullScreen, QMainWindow.showNormal):
        again = opened(qtbot, preferences)
        fill(again)
        again.close()
        assert preferences.settings.window == (60, 50, 640, 480), fill
