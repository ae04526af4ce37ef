"""How many samples there are of each gesture, as bars that can be chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import connect_while_alive
from gesture_app.ui.wording import gesture_name

BAR = 6.0
INSET = 6


class BalanceChart(QWidget):
    """One bar a gesture, most samples first; a click or Return chooses one, and again lets go of it.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    chosen = Signal(object)
    """The gesture, or None for all."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: list[tuple[str, int]] = []
        self._gesture: str | None = None
        self._row = 0
        self._under_mouse = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Samples by gesture"))
        connect_while_alive(theme, self, self._grow)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Gestures and how many samples, most first."""
        return self._counts

    def show_counts(self, counts: Mapping[str, int], gesture: str | None) -> None:
        """Show samples by gesture, and which gesture is chosen."""
        self._counts = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        self._gesture = gesture
        self._row = min(self._row, max(len(self._counts) - 1, 0))
        number = QLocale()
        self.setAccessibleDescription(
            ", ".join(f"{gesture_name(name)} {number.toString(count)}" for name, count in self._counts)
        )
        self._grow()

    def sizeHint(self) -> QSize:
        """Give room for all rows."""
        return QSize(200, max(1, len(self._counts)) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Give the least room."""
        return QSize(120, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the mouse."""
        self._point_at(self._row_at(event.position().y()))

    def leaveEvent(self, event: object) -> None:  # noqa: ARG002 - as Qt calls it
        """Mark none."""
        self._point_at(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose a gesture."""
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move among the gestures and choose one."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps and self._counts:
            self._row = min(max(self._row + steps[Qt.Key(event.key())], 0), len(self._counts) - 1)
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self._counts:
            self._choose(self._row)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row has the focus."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint name, bar and count of each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, metrics, number = self._theme.tokens, QFontMetrics(self.font()), QLocale()
        figures = tabular(self.font())
        most = max((count for _, count in self._counts), default=1)
        texts = [number.toString(count) for _, count in self._counts]
        wide = max((QFontMetrics(figures).horizontalAdvance(text) for text in texts), default=0) + 2
        names = min(
            max((metrics.horizontalAdvance(gesture_name(name)) for name, _ in self._counts), default=0) + 2,
            self.width() // 2 - INSET,
        )
        height = self._row_height()
        for row, (name, count) in enumerate(self._counts):
            top, picked = row * height, name == self._gesture
            self._paint_ground(painter, row, picked=picked)
            painter.setPen(tokens.color("accent" if picked else "text"))
            painter.setFont(self.font())
            shown = metrics.elidedText(gesture_name(name), Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(INSET, top, names, height), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(figures)
            painter.setPen(tokens.color("accent" if picked else "muted"))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(self.width() - INSET - wide, top, wide, height), right, texts[row])
            room = max(self.width() - 2 * INSET - names - wide - 16, 8)
            bar = QRectF(INSET + names + 8, top + (height - BAR) / 2, max(room * count / most, BAR / 2), BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accent" if picked or self._gesture is None else "control"))
            painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
        painter.end()

    def _paint_ground(self, painter: QPainter, row: int, *, picked: bool) -> None:
        focused = self.hasFocus() and row == self._row
        if not (picked or focused or row == self._under_mouse):
            return
        tokens = self._theme.tokens
        painter.setPen(QPen(tokens.color("accent"), 2.0) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("accent_soft" if picked else "raised"))
        height = self._row_height()
        painter.drawRoundedRect(QRectF(1, row * height + 1, self.width() - 2, height - 2), 6.0, 6.0)

    def _choose(self, row: int) -> None:
        self._row = row
        name = self._counts[row][0]
        self.chosen.emit(None if name == self._gesture else name)

    def _row_at(self, y: float) -> int:
        row = int(y // self._row_height())
        return row if 0 <= row < len(self._counts) else -1

    def _point_at(self, row: int) -> None:
        if row != self._under_mouse:
            self._under_mouse = row
            self.update()

    def _grow(self) -> None:
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 8
