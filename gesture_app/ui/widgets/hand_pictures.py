"""Small drawings of recorded hands, kept while they are likely to be looked at again."""

from __future__ import annotations

import time
from collections import OrderedDict
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gesture_app.live.overlay import Colour, Dot, Line, Shape, skeleton

if TYPE_CHECKING:
    from models.hand.landmarks import Hand
    from models.samples.sample import Sample

MARGIN = 6.0
THIN = 0.5
"""Lines of a hand of this size, as a share of those over the live picture."""

MOST_BYTES = 48_000_000
FRAME_S = 0.008
"""Time for new drawings in one frame."""


class HandPictures:
    """Draws each sample once; a sample's points never change, so its number names its drawing."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._bytes = 0
        self._until_s = 0.0

    def begin_frame(self) -> None:
        """Grant a new frame its time."""
        self._until_s = time.perf_counter() + FRAME_S

    def picture(self, sample: Sample, edge: int, ratio: float, *, mirrored: bool) -> QPixmap | None:
        """Give the drawing of a sample; None where the frame has no time left to make it.

        Parameters
        ----------
        sample
            Whose hand.
        edge
            Edge in device-independent pixels.
        ratio
            Device pixels per device-independent pixel.
        mirrored
            True to show it as in a mirror.
        """
        key = (sample.id, edge, ratio, mirrored)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        if time.perf_counter() > self._until_s:
            return None
        made = hand_picture(sample.hand, edge, ratio, mirrored=mirrored)
        self._kept[key] = made
        self._bytes += _bytes(made)
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= _bytes(self._kept.popitem(last=False)[1])
        return made


def hand_picture(hand: Hand, edge: int, ratio: float, *, mirrored: bool) -> QPixmap:
    """Draw a hand in the middle of a square, as large as it allows."""
    points = hand.points[:, :2].astype(np.float64)
    if mirrored:
        points = points * (-1.0, 1.0)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (edge - 2 * MARGIN) / max(float((high - low).max()), 1e-6)
    places = (points - (low + high) / 2) * scale + edge / 2
    image = QPixmap(round(edge * ratio), round(edge * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shapes = skeleton([(float(x), float(y)) for x, y in places], THIN)
    # Neighbours of one look are drawn by one call: a screenful of hands is drawn within some frames.
    for (kind, colour, width), alike in groupby(shapes, _look):
        painter.setPen(QPen(QColor(*colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if kind is Line:
            lines = [QLineF(*one.start, *one.end) for one in alike if isinstance(one, Line)]
            painter.drawLines(lines)
        else:
            painter.drawPoints([QPointF(*one.centre) for one in alike if isinstance(one, Dot)])
    painter.end()
    return image


def _look(shape: Shape) -> tuple[type, Colour, float]:
    return type(shape), shape.colour, 2 * shape.radius if isinstance(shape, Dot) else getattr(shape, "width", 1.0)


def _bytes(image: QPixmap) -> int:
    return image.width() * image.height() * 4
