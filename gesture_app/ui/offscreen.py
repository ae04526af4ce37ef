"""The live picture in a window that nobody sees, for measurements."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QApplication

from gesture_app.live.result import FrameResult
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.picture_view import PictureView

NAME = "gesture-app"


class OffscreenPicture:
    """The window's own picture view, painted at once whenever asked; lives in the thread that makes it.

    Parameters
    ----------
    size
        Width and height in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        running = QApplication.instance()
        self._application = running if isinstance(running, QApplication) else QApplication([NAME])
        self._application.setStyle("Fusion")
        theme = Theme(self._application)
        theme.apply("dark")
        self._view = PictureView(theme, margin=0)
        self._view.resize(*size)
        self._view.show()
        self._application.processEvents()

    def paint(self, result: FrameResult) -> None:
        """Paint a result before this returns."""
        self._view.show_result(result)
        self._view.repaint(self._view.changing_part())
        self._application.processEvents()

    def close(self) -> None:
        """Let the window go."""
        self._view.close()
