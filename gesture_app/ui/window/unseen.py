"""Lets recognition rest while nobody can see the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

EVENTS = frozenset({QEvent.Type.WindowStateChange, QEvent.Type.Hide, QEvent.Type.Show})


class Unseen(QObject):
    """Watches a window and tells when it is minimised or hidden.

    Parameters
    ----------
    window
        The window.
    rest
        Told True when nobody sees the window, False when it is seen again.
    needed
        Says whether every frame is needed all the same: a take or a video is being recorded.
    """

    def __init__(self, window: QWidget, rest: Callable[[bool], None], needed: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._rest = rest
        self._needed = needed
        self._resting = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look when the window's state changes; the event goes on."""
        if watched is self._window and event.type() in EVENTS:
            resting = (self._window.isMinimized() or not self._window.isVisible()) and not self._needed()
            if resting != self._resting:
                self._resting = resting
                self._rest(resting)
        return False
