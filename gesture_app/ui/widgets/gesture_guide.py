"""A drawn hand that shows what to do, in a ring that fills while it is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import connect_while_alive

EDGE, RING = 248, 8.0
FAINT = 0.45


class GestureGuide(QWidget):
    """Shows a picture and a ring.

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
        self._picture: QPixmap | None = None
        self._share = 0.0
        self._faint = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        connect_while_alive(theme, self, self.update)

    @property
    def share(self) -> float:
        """How full the ring is, 0 to 1."""
        return self._share

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show how a gesture is made; None where that is not known."""
        self._picture = picture
        self.update()

    def show_share(self, share: float, *, faint: bool) -> None:
        """Fill the ring.

        Parameters
        ----------
        share
            0 to 1.
        faint
            True while nothing counts.
        """
        if (share, faint) != (self._share, self._faint):
            self._share, self._faint = share, faint
            self.update()

    def sizeHint(self) -> QSize:
        """Give its one size."""
        return QSize(EDGE, EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint ground, hand and ring."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        ring = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("raised"))
        painter.drawEllipse(ring)
        if self._picture is not None:
            inside = QPainterPath()
            inside.addEllipse(ring)
            painter.save()
            painter.setClipPath(inside)
            painter.setOpacity(FAINT if self._faint else 1.0)
            place = QRectF(0, 0, *(self._picture.deviceIndependentSize().toTuple()))
            place.moveCenter(ring.center())
            painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("border"), RING))
        painter.drawEllipse(ring)
        if self._share > 0:
            pen = QPen(tokens.color("accent"), RING)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(self._share * 360 * 16))
        painter.end()
