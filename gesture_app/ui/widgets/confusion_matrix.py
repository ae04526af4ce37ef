"""Which gesture was taken for which: a square of counts, painted in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gesture_app.ui.theme import Theme, contrast, tabular
from gesture_app.ui.training.training_words import class_name
from gesture_app.ui.widgets.basics import connect_while_alive
from gesture_app.ui.wording import share

SMALLEST_CELL, LARGEST_CELL = 18.0, 44.0
GAP = 1.0
FAINTEST = 0.12
LEGIBLE = 4.5


class ConfusionMatrix(QWidget):
    """A row is what was shown, a column what was answered; figures at rest, names under the mouse.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._labels: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Which gesture was taken for which"))
        connect_while_alive(theme, self, self._fit)

    def show_counts(self, labels: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show counts; a row is a true gesture, a column an answer."""
        self._labels = tuple(labels)
        self._counts = tuple(tuple(row) for row in counts)
        mistakes = sorted(
            ((number, row, column) for row, cells in enumerate(counts) for column, number in enumerate(cells)),
            reverse=True,
        )
        told = [self.words_at(row, column) for number, row, column in mistakes if row != column and number][:5]
        self.setAccessibleDescription("; ".join(told) or self.tr("No mistakes."))
        self._fit()

    def words_at(self, row: int, column: int) -> str:
        """Say what a cell holds."""
        number, whole = self._counts[row][column], max(sum(self._counts[row]), 1)
        shown, answered = class_name(self._labels[row]), class_name(self._labels[column])
        part = share(number / whole)
        if row == column:
            return self.tr("{shown}: {number} right ({part})").format(shown=shown, number=number, part=part)
        text = self.tr("{shown} taken for {answered}: {number} ({part})")
        return text.format(shown=shown, answered=answered, number=number, part=part)

    def sizeHint(self) -> QSize:
        """Give room for all cells."""
        return QSize(480, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells square."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Say what the cell under the mouse holds."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place(QPointF(event.pos()))
            if place is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.words_at(*place), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint names and cells."""
        if not self._labels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell, margin = self._cell(self.width()), self._margin()
        self._paint_names(painter, cell, margin)
        font = tabular(self.font())
        font.setPixelSize(max(9, min(round(cell * 0.38), font.pixelSize() if font.pixelSize() > 0 else 13)))
        painter.setFont(font)
        for row, cells in enumerate(self._counts):
            whole = max(sum(cells), 1)
            for column, number in enumerate(cells):
                box = QRectF(margin + column * cell, margin + row * cell, cell - GAP, cell - GAP)
                self._paint_cell(painter, box, number, number / whole, right=row == column)

    def _paint_cell(self, painter: QPainter, box: QRectF, number: int, part: float, *, right: bool) -> None:
        tokens = self._theme.tokens
        ground = tokens.color("raised")
        if number:
            # A mistake of one in a hundred has to be seen, so that mistakes are tinted more than their share.
            strength = max(FAINTEST, part if right else min(1.0, 3 * part) ** 0.5)
            ground = _mixed(tokens.color("surface"), tokens.color("accent" if right else "bad"), strength)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 2, 2)
        if number and box.width() >= SMALLEST_CELL - GAP:
            words = max((tokens.text, tokens.background), key=lambda color: contrast(color, ground.name()))
            painter.setPen(QColor(words))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint_names(self, painter: QPainter, cell: float, margin: float) -> None:
        painter.setPen(self._theme.tokens.color("muted"))
        painter.setFont(self.font())
        metrics = QFontMetrics(self.font())
        for place, label in enumerate(self._labels):
            name = metrics.elidedText(class_name(label), Qt.TextElideMode.ElideRight, round(margin) - 8)
            side = QRectF(0, margin + place * cell, margin - 8, cell - GAP)
            painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.save()
            painter.translate(margin + place * cell, margin - 8)
            painter.rotate(-90)
            painter.drawText(QRectF(0, 0, margin - 8, cell - GAP), Qt.AlignmentFlag.AlignVCenter, name)
            painter.restore()

    def _fit(self) -> None:
        self.setFixedHeight(round(self._margin() + self._cell(self.width()) * len(self._labels)) + 2)
        self.update()

    def _place(self, point: QPointF) -> tuple[int, int] | None:
        cell, margin = self._cell(self.width()), self._margin()
        column, row = int((point.x() - margin) // cell), int((point.y() - margin) // cell)
        inside = 0 <= row < len(self._labels) and 0 <= column < len(self._labels)
        return (row, column) if inside else None

    def _margin(self) -> float:
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(class_name(label)) for label in self._labels), default=0)
        return min(widest, metrics.averageCharWidth() * 18) + 12.0

    def _cell(self, width: float) -> float:
        room = (width - self._margin()) / max(len(self._labels), 1)
        return min(max(room, 8.0), LARGEST_CELL)


def _mixed(ground: QColor, color: QColor, strength: float) -> QColor:
    pairs = ((ground.red(), color.red()), (ground.green(), color.green()), (ground.blue(), color.blue()))
    return QColor(*(round(low + (high - low) * strength) for low, high in pairs))
