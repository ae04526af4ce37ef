"""Where the window stands: remembered when it closes, found again when it opens."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from gesture_app.ui.preferences import Preferences

SEEN = QSize(120, 40)
"""So much of a window's upper edge must lie on a screen for it to be put back there: else nobody could move it."""


class Placement(QObject):
    """Puts a window where it was, and remembers where it is when it closes.

    Parameters
    ----------
    window
        The window; not shown yet.
    preferences
        Remember.
    """

    def __init__(self, window: QMainWindow, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._put()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember before the window closes, while it still knows."""
        if watched is self._window and event.type() == QEvent.Type.Close and self._window.isVisible():
            # Without the frame, here and when it is put back: only this is known of a window that fills the screen.
            place = self._window.normalGeometry()
            self._preferences.change(
                window=(place.x(), place.y(), place.width(), place.height()), maximized=self._window.isMaximized()
            )
        return super().eventFilter(watched, event)

    def _put(self) -> None:
        kept = self._preferences.settings.window
        if kept is not None:
            left, top, width, height = kept
            screen = QGuiApplication.screenAt(QPoint(left + width // 2, top + SEEN.height() // 2))
            corner = QRect(QPoint(left, top), SEEN)
            on_screen = any(one.availableGeometry().contains(corner) for one in QGuiApplication.screens())
            if on_screen:
                self._window.setGeometry(left, top, width, height)
            else:
                self._window.resize(width, height)
            room = (screen or QGuiApplication.primaryScreen()).availableSize()
        else:
            room = QGuiApplication.primaryScreen().availableSize()
        self._window.resize(self._window.size().boundedTo(room))
        if self._preferences.settings.maximized:
            self._window.setWindowState(Qt.WindowState.WindowMaximized)
