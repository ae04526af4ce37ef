"""The round button that starts and ends a take; a ring round it fills with the countdown, then with the samples."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import connect_while_alive

EDGE, RING = 60, 4.0


class RecordButton(QAbstractButton):
    """A dot while nothing is recorded, a square while a take runs.

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
        self._share = 0.0
        self._running = False
        self._counting = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Start take"))
        connect_while_alive(theme, self, self.update)

    def show_progress(self, share: float, *, counting: bool) -> None:
        """Show how far a take is.

        Parameters
        ----------
        share
            0 to 1.
        counting
            True while it counts down.
        """
        self._running, self._share, self._counting = True, share, counting
        self.setAccessibleName(self.tr("End take"))
        self.update()

    def show_idle(self) -> None:
        """Show that nothing is recorded."""
        self._running, self._share = False, 0.0
        self.setAccessibleName(self.tr("Start take"))
        self.update()

    def sizeHint(self) -> QSize:
        """Give its one size."""
        return QSize(EDGE, EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint dot or square, and the ring."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        ring = QRectF(0, 0, EDGE - 10, EDGE - 10)
        ring.moveCenter(middle)
        hovered = self.underMouse() and self.isEnabled()
        painter.setPen(QPen(tokens.color("control" if not self._running else "border"), RING))
        painter.setBrush(tokens.color("raised" if hovered else "surface"))
        painter.drawEllipse(ring)
        if self._running and self._share > 0:
            pen = QPen(tokens.color("warning" if self._counting else "bad"), RING)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawArc(ring, 90 * 16, -round(self._share * 360 * 16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("bad" if self.isEnabled() else "muted"))
        if self._running:
            painter.drawRoundedRect(QRectF(middle.x() - 9, middle.y() - 9, 18, 18), 3, 3)
        else:
            painter.drawEllipse(middle, 14.0, 14.0)
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
