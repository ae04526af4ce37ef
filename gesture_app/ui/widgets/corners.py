"""Round corners for what opens over the window."""

from __future__ import annotations

import math

from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

RADIUS = 8
"""As the style sheet gives it to what has a frame."""


def round_corners(opened: QWidget) -> None:
    """Cut the corners off a list or menu that has its size: see-through ones are black where nothing blends windows.

    Parameters
    ----------
    opened
        A window of its own whose style sheet draws a frame with round corners.
    """
    width, height = opened.width(), opened.height()
    region = QRegion(0, RADIUS, width, height - 2 * RADIUS)
    for row in range(RADIUS):
        # Down to the whole pixel, so that none of the frame is lost.
        cut = math.floor(RADIUS - math.sqrt(RADIUS**2 - (RADIUS - row - 1) ** 2))
        for top in (row, height - 1 - row):
            region += QRegion(cut, top, width - 2 * cut, 1)
    opened.setMask(region)
