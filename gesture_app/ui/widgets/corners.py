"""Round corners for what opens over the window."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

RADIUS = 8
"""As the style sheet gives it to what has a frame."""


class _Rounding(QObject):
    """Goes with a list or menu that grows or shrinks while it is open."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            watched.setMask(_rounded(watched.width(), watched.height()))
        return False


def round_corners(opened: QWidget) -> None:
    """Cut the corners off a list or menu from now on: see-through ones are black where nothing blends windows.

    Parameters
    ----------
    opened
        A window of its own whose style sheet draws a frame with round corners.
    """
    if opened.findChild(_Rounding) is None:
        opened.installEventFilter(_Rounding(opened))
    opened.setMask(_rounded(opened.width(), opened.height()))


def _rounded(width: int, height: int) -> QRegion:
    region = QRegion(0, RADIUS, width, height - 2 * RADIUS)
    for row in range(RADIUS):
        # Down to the whole pixel, so that none of the frame is lost.
        cut = math.floor(RADIUS - math.sqrt(RADIUS**2 - (RADIUS - row - 1) ** 2))
        for top in (row, height - 1 - row):
            region += QRegion(cut, top, width - 2 * cut, 1)
    return region
