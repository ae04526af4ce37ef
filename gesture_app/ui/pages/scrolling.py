"""A page that is a column of cards, no wider than can be read well."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gesture_app.ui.widgets.basics import label, text_growth

WIDEST = 760


class _Inner(QWidget):
    """As high as its cards are at the width they have; the least height is that of the narrowest width."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class ScrollingPage(QScrollArea):
    """Put cards into ``column``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = _Inner()
        inner.setObjectName("plain")
        row = QHBoxLayout(inner)
        row.setContentsMargins(24, 24, 24, 24)
        cards = QWidget()
        self._readable = cards
        self.column = QVBoxLayout(cards)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        row.addStretch(1)
        row.addWidget(cards, 1000)
        row.addStretch(1)
        row.setAlignment(cards, Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Be wider when the text grows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        self._readable.setMaximumWidth(round(WIDEST * text_growth()))


def page_header(title: str) -> QWidget:
    """Give the line over a page that says which it is."""
    header = QWidget()
    row = QHBoxLayout(header)
    row.setContentsMargins(24, 8, 12, 8)
    row.addWidget(label(title, "title"))
    row.addStretch(1)
    return header
