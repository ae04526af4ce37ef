"""Draws the labels of an overlay with Qt, at the screen's own resolution."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from gesture_app.live.overlay import UNKNOWN_WORD, Chip, Colour, place_chips
from gesture_app.ui.wording import gesture_name, tr

GROUND_ALPHA = 224
EDGE = 2
"""Pixels round a chip that is drawn for itself: room for half of the pen's width up to four pixels for one."""

MOST_KEPT = 128
"""Chips that are kept drawn: some tens of kilobytes each."""


class ChipPainter:
    """Draws chips; each is drawn once and kept, as the same words come again and again."""

    def __init__(self) -> None:
        self._faces: _Faces | None = None
        self._kept: OrderedDict[tuple[object, ...], QImage] = OrderedDict()

    def paint(self, painter: QPainter, chips: Sequence[Chip], size: tuple[int, int], font: QFont) -> None:
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
        painter.scale(1 / scale, 1 / scale)
        words = [_Words(chip, self._faces_of(chip, font, scale), scale) for chip in chips]
        widths, heights = [word.width / scale for word in words], [word.height / scale for word in words]
        to_screen, density = painter.deviceTransform(), painter.device().devicePixelRatioF()
        from_screen, _ = to_screen.inverted()
        for word, (left, top, _, _) in zip(words, place_chips(chips, widths, heights, size), strict=True):
            # On whole pixels of the screen, where type is sharp.
            corner = to_screen.map(QPointF(left * scale, top * scale)).toPoint() - QPoint(EDGE, EDGE)
            painter.drawImage(from_screen.map(QPointF(corner)), self._image(word, density))
        painter.restore()

    def _faces_of(self, chip: Chip, font: QFont, scale: float) -> _Faces:
        pixels = max(8, round(chip.text_size * scale))
        if self._faces is None or self._faces.pixels != pixels or self._faces.font != font:
            self._faces = _Faces(font, pixels)
            self._kept.clear()
        return self._faces

    def _image(self, word: _Words, density: float) -> QImage:
        key = (*word.key, density)
        image = self._kept.get(key)
        if image is None:
            image = self._kept[key] = word.drawn(density)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return image


class _Faces:
    """The type of chips in one size, and how wide words are in it."""

    def __init__(self, font: QFont, pixels: int) -> None:
        self.font, self.pixels = QFont(font), pixels
        self.bold, self.plain = QFont(font), QFont(font)
        for face in (self.bold, self.plain):
            face.setPixelSize(pixels)
        self.bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetricsF(self.bold)
        self.line = self._metrics.height()
        # As wide as the widest detail, so that the chip does not breathe with its figures.
        self.detail_width = QFontMetricsF(self.plain).horizontalAdvance("100 %")
        self._widths: dict[str, float] = {}

    def width(self, word: str) -> float:
        """Give the width of a label; a model has some dozens."""
        if word not in self._widths:
            self._widths[word] = self._metrics.horizontalAdvance(word)
        return self._widths[word]


class _Words:
    """A chip with its type, measured in the pixels that it is drawn in."""

    def __init__(self, chip: Chip, faces: _Faces, scale: float) -> None:
        self._chip = chip
        self._faces = faces
        self._radius = chip.radius * scale
        self._padding = chip.padding * scale
        self._text = tr("unknown") if chip.text == UNKNOWN_WORD else gesture_name(chip.text)
        self._text_width = faces.width(self._text)
        detail = self._padding + faces.detail_width if chip.detail else 0.0
        self.width = self._text_width + detail + 2.4 * self._padding
        self.height = faces.line + self._padding

    @property
    def key(self) -> tuple[object, ...]:
        """What, with the font and the density, makes it look as it does."""
        chip, type_size = self._chip, self._faces.pixels
        return (
            self._text,
            chip.detail,
            chip.known,
            chip.colour,
            chip.text_colour,
            self._padding,
            self._radius,
            type_size,
        )

    def drawn(self, density: float) -> QImage:
        """Draw it on a ground of its own, :data:`EDGE` from the edges, with so many pixels for one of the window's."""
        size = QSize(ceil(self.width * density), ceil(self.height * density)) + QSize(2 * EDGE, 2 * EDGE)
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(density)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(EDGE / density, EDGE / density)
        self._draw(painter)
        painter.end()
        return image

    def _draw(self, painter: QPainter) -> None:
        chip, faces = self._chip, self._faces
        ground = _color(chip.colour)
        ground.setAlpha(GROUND_ALPHA)
        pen = QPen(_color(chip.text_colour), 1.0, Qt.PenStyle.DashLine) if not chip.known else Qt.PenStyle.NoPen
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(0, 0, self.width, self.height), self._radius, self._radius)
        painter.setPen(_color(chip.text_colour))
        start = 1.2 * self._padding
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(faces.bold)
        painter.drawText(QRectF(start, 0, self._text_width + 2, self.height), middle, self._text)
        if chip.detail:
            painter.setFont(faces.plain)
            right = self.width - 1.2 * self._padding
            box = QRectF(right - faces.detail_width, 0, faces.detail_width, self.height)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, chip.detail)


def _color(colour: Colour) -> QColor:
    return QColor(*colour)
