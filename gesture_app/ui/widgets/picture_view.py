"""The picture: the newest frame with what was recognised in it, as large as the room allows."""

from __future__ import annotations

import time

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesture_app.capture.source import Picture
from gesture_app.live.overlay import CHIP_COLOUR, CHIP_TEXT_COLOUR, Chip, overlay
from gesture_app.live.result import FrameResult
from gesture_app.ui.theme import SMALLEST_BODY_PX, Theme
from gesture_app.ui.widgets.overlay_painter import ChipPainter

CORNER = 8.0
DIMMED = 0.45
SMALLEST = 8.0


class PictureView(QWidget):
    """Shows one result at a time; many results between two repaints cost one repaint.

    Parameters
    ----------
    theme
        The look.
    margin
        Room kept free round the picture, in pixels.
    labelled
        Whether labels stand at the hands; a small picture has no room for them.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, margin: int = 12, parent: QWidget | None = None, *, labelled: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self._margin = margin
        self._result: FrameResult | None = None
        self._mirrored = True
        self._dimmed = False
        self._announcement = ""
        self._labelled = labelled
        self._pixels: Picture | None = None
        self._chips = ChipPainter()
        self.paint_ms = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Picture"))

    @property
    def result(self) -> FrameResult | None:
        """What is shown."""
        return self._result

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged, as in a mirror."""
        return self._mirrored

    def show_result(self, result: FrameResult | None) -> None:
        """Show a result, or nothing."""
        before = self.picture_rectangle()
        self._result = result
        same = result is not None and self.picture_rectangle() == before
        self.update(self.changing_part() if same else self.rect())

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Exchange left and right on the screen; recognition is not touched."""
        self._mirrored = mirrored
        self.update()

    def set_dimmed(self, dimmed: bool) -> None:  # noqa: FBT001
        """Step back behind a message."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.update()

    def announce(self, text: str) -> None:
        """Write something large over the picture, to be read from where the hand is; empty for nothing."""
        if text != self._announcement:
            self._announcement = text
            self.update()

    def sizeHint(self) -> QSize:
        """Give the size of an ordinary picture."""
        return QSize(640, 480)

    def picture_rectangle(self) -> QRectF:
        """Give the place of the picture in the widget: as large as it fits, its shape kept."""
        if self._result is None:
            return QRectF()
        width, height = self._result.frame.size
        room = QRectF(self.rect()).adjusted(self._margin, self._margin, -self._margin, -self._margin)
        scale = max(min(room.width() / width, room.height() / height), 1e-6)
        left = round(room.left() + (room.width() - width * scale) / 2)
        top = round(room.top() + (room.height() - height * scale) / 2)
        return QRectF(left, top, round(width * scale), round(height * scale))

    def changing_part(self) -> QRect:
        """Give what of the widget another picture of the same size covers; the ground round it stays as it is."""
        return self.picture_rectangle().toAlignedRect().adjusted(-1, -1, 1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the newest result."""
        start = time.perf_counter()
        painter = QPainter(self)
        ground = self._theme.tokens.color("background")
        place = self.picture_rectangle()
        if min(place.width(), place.height()) >= SMALLEST:  # what the picture will cover need not be painted before
            # But for its edge: where a pixel of the screen is none of the widget's, it may end within one.
            covered = place.toRect().adjusted(1, 1, -1, -1)
            painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(covered)))
        painter.fillRect(self.rect(), ground)
        painter.setClipping(False)
        if self._result is not None:
            self._paint_result(painter, self._result, ground)
        painter.end()
        self.paint_ms = (time.perf_counter() - start) * 1e3

    def snapshot(self) -> QImage:
        """Give the picture with everything recognised, as shown, in the picture's own size; null when none is shown."""
        result = self._result
        if result is None:
            return QImage()
        image = QImage(QSize(*result.frame.size), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint_seen(painter, result, QRectF(0, 0, *result.frame.size), 1.0)
        painter.end()
        return image

    def _paint_result(self, painter: QPainter, result: FrameResult, ground: QColor) -> None:
        place = self.picture_rectangle()
        if place.width() < SMALLEST or place.height() < SMALLEST:
            return
        self._paint_seen(painter, result, place, self.devicePixelRatioF())
        if self._dimmed:
            veil = QColor(ground)
            veil.setAlphaF(DIMMED)
            painter.fillRect(place, veil)
        self._round_corners(painter, place, ground)
        if self._announcement:
            self._paint_announcement(painter, place)

    def _paint_announcement(self, painter: QPainter, place: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(20, round(place.height() / 11)))
        font.setWeight(QFont.Weight.DemiBold)
        room = place.width() - 64
        needed = QFontMetricsF(font).horizontalAdvance(self._announcement)
        if needed > room:
            font.setPixelSize(max(SMALLEST_BODY_PX, int(font.pixelSize() * room / needed)))
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(self._announcement, Qt.TextElideMode.ElideMiddle, room)
        width = metrics.horizontalAdvance(text) + 48
        box = QRectF(0, 0, width, metrics.height() + 16)
        box.moveCenter(QPointF(place.center().x(), place.top() + box.height() / 2 + 8))
        ground = QColor(*CHIP_COLOUR)
        ground.setAlpha(240)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 12, 12)
        painter.setPen(QColor(*CHIP_TEXT_COLOUR))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_seen(self, painter: QPainter, result: FrameResult, place: QRectF, density: float) -> None:
        """Paint picture and overlay; ``density`` is pixels of the device per unit of the painter."""
        from gesture_app.live.cv2_painter import draw_skeletons, screen_pixels  # noqa: PLC0415 - with a source's OpenCV

        size = (max(round(place.width() * density), 1), max(round(place.height() * density), 1))
        zoom = size[0] / result.frame.size[0]
        grown = self._theme.sizes.body / SMALLEST_BODY_PX
        shapes = overlay(result, scale=zoom / density / grown, zoom=zoom, mirrored=self._mirrored)
        # OpenCV scales and draws in a third of the time that Qt takes, and outside Python's lock.
        pixels = screen_pixels(result.frame.picture, size, mirrored=self._mirrored, room=self._pixels)
        draw_skeletons(pixels, shapes)
        self._pixels = pixels
        image = QImage(pixels.data, *size, pixels.strides[0], QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(density)
        painter.drawImage(place.topLeft(), image)
        if self._labelled and not self._announcement:  # what is announced would lie over labels
            painter.save()
            painter.setClipRect(place)
            painter.translate(place.topLeft())
            painter.scale(1 / density, 1 / density)
            self._chips.paint(painter, [shape for shape in shapes if isinstance(shape, Chip)], size, self.font())
            painter.restore()

    def _round_corners(self, painter: QPainter, place: QRectF, ground: QColor) -> None:
        # Painting the four corners over is a tenth of the cost of clipping the picture.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        ear = QPainterPath()
        ear.moveTo(-0.5, -0.5)
        ear.lineTo(CORNER, -0.5)
        ear.lineTo(CORNER, 0)
        ear.arcTo(QRectF(0, 0, 2 * CORNER, 2 * CORNER), 90, 90)
        ear.lineTo(-0.5, CORNER)
        ear.closeSubpath()
        corners = ((place.topLeft(), 0), (place.topRight(), 90), (place.bottomRight(), 180), (place.bottomLeft(), 270))
        for corner, angle in corners:
            painter.save()
            painter.translate(QPointF(corner))
            painter.rotate(angle)
            painter.drawPath(ear)
            painter.restore()
