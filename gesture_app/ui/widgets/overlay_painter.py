"""Draws the labels of an overlay with Qt, at the screen's own resolution."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gesture_app.live.overlay import UNKNOWN_WORD, Chip, Colour, place_chips
from gesture_app.ui.wording import gesture_name, tr

GROUND_ALPHA = 224


def paint_chips(painter: QPainter, chips: Sequence[Chip], size: tuple[int, int], font: QFont) -> None:
    """Draw chips.

    Parameters
    ----------
    painter
        Turned so that one unit is one pixel of the picture.
    chips
        Of what :func:`gesture_app.live.overlay.overlay` gives.
    size
        ``(width, height)`` of the picture.
    font
        Of the chips; its size is the chips' own.
    """
    # Type is measured and drawn at its size on the screen, where it is hinted; the painter's own scale is undone.
    scale = painter.transform().m11()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(1 / scale, 1 / scale)
    words = [_Words(chip, font, scale) for chip in chips]
    boxes = place_chips(chips, [word.width / scale for word in words], [word.height / scale for word in words], size)
    for word, box in zip(words, boxes, strict=True):
        word.draw(painter, box[0] * scale, box[1] * scale)
    painter.restore()


class _Words:
    """A chip with its type, measured in the pixels that it is drawn in."""

    def __init__(self, chip: Chip, font: QFont, scale: float) -> None:
        self._chip = chip
        self._scale = scale
        self._bold, self._plain = QFont(font), QFont(font)
        for face in (self._bold, self._plain):
            face.setPixelSize(max(8, round(chip.text_size * scale)))
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._text = tr("unknown") if chip.text == UNKNOWN_WORD else gesture_name(chip.text)
        bold, plain = QFontMetricsF(self._bold), QFontMetricsF(self._plain)
        self._line = bold.height()
        self._text_width = bold.horizontalAdvance(self._text)
        # As wide as the widest detail, so that the chip does not breathe with its figures.
        self._detail_width = plain.horizontalAdvance("100 %") if chip.detail else 0.0
        self._padding = chip.padding * scale
        gap = self._padding if chip.detail else 0.0
        self.width = self._text_width + gap + self._detail_width + 2.4 * self._padding
        self.height = self._line + self._padding

    def draw(self, painter: QPainter, left: float, top: float) -> None:
        chip = self._chip
        ground = _color(chip.colour)
        ground.setAlpha(GROUND_ALPHA)
        pen = QPen(_color(chip.text_colour), 1.0, Qt.PenStyle.DashLine) if not chip.known else Qt.PenStyle.NoPen
        painter.setPen(pen)
        painter.setBrush(ground)
        radius = chip.radius * self._scale
        painter.drawRoundedRect(QRectF(left, top, self.width, self.height), radius, radius)
        painter.setPen(_color(chip.text_colour))
        start = left + 1.2 * self._padding
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._bold)
        painter.drawText(QRectF(start, top, self._text_width + 2, self.height), middle, self._text)
        if chip.detail:
            painter.setFont(self._plain)
            right = left + self.width - 1.2 * self._padding
            box = QRectF(right - self._detail_width, top, self._detail_width, self.height)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, chip.detail)


def _color(colour: Colour) -> QColor:
    return QColor(*colour)
