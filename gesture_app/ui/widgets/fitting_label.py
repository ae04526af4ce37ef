"""A label of one line that draws its text smaller where there is no room for it, and so never pushes others aside."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

SMALLEST = 0.5
"""Share of its own size below which text is cut with dots instead."""


class FittingLabel(QLabel):
    """A label that takes the width it is given."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """No width is needed."""
        return QSize(0, super().minimumSizeHint().height())

    def share_of_size(self) -> float:
        """Give how large the text is drawn, as a share of the label's own font size."""
        needed = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        return 1.0 if needed <= self.width() else max(SMALLEST, self.width() / needed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text on the usual baseline, as large as fits."""
        painter = QPainter(self)
        font = QFont(self.font())
        baseline = (self.height() + QFontMetricsF(font).ascent() - QFontMetricsF(font).descent()) / 2
        share = self.share_of_size()
        if font.pixelSize() > 0:
            font.setPixelSize(max(1, int(font.pixelSize() * share)))
        else:
            font.setPointSizeF(max(1.0, font.pointSizeF() * share))
        painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = QFontMetricsF(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(0, round(baseline), text)
        painter.end()
