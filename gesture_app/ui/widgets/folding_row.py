"""Words with buttons beside them; where there is little room, the buttons go below, and at last below each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from gesture_app.ui.theme import Theme

WORDS_WIDTH = 240
"""Room for the words, at the usual size of text, below which the buttons leave it all to them."""
GAP = 8


class FoldingRow(QWidget):
    """Places words and buttons by the room there is; it never asks for more.

    Parameters
    ----------
    theme
        Knows the size of text.
    words
        Labels, one below the other.
    buttons
        What stands beside them.
    parent
        Its owner.
    """

    def __init__(
        self, theme: Theme, words: Sequence[QWidget], buttons: Sequence[QPushButton], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons = tuple(buttons)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addStretch(1)
        for part in words:
            lines.addWidget(part)
        lines.addStretch(1)
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._ways.setSpacing(GAP)
        for one in self._buttons:
            self._ways.addWidget(one)
        self._ways.addStretch(1)
        self._flow = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(GAP)
        self._flow.addLayout(lines, 1)
        self._flow.addLayout(self._ways)
        self.setMinimumWidth(1)  # or what is around it would be made wider before it can fold

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold by the new width."""
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent) -> None:
        """Fold by the new size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fold()

    def _fold(self) -> None:
        directions = QBoxLayout.Direction
        ways = sum(part.sizeHint().width() + GAP for part in self._buttons) - GAP
        words = WORDS_WIDTH * max(1.0, self._theme.sizes.body / 13) + GAP
        beside = directions.LeftToRight if self.width() >= ways + words else directions.TopToBottom
        self._flow.setDirection(beside)
        self._ways.setDirection(directions.LeftToRight if self.width() >= ways else directions.TopToBottom)
