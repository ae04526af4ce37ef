"""Small drawings of recorded hands, kept while they are likely to be looked at again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from gesture_app.live.overlay import skeleton
from gesture_app.ui.widgets.overlay_painter import paint_overlay

if TYPE_CHECKING:
    from models.hand.landmarks import Hand
    from models.samples.sample import Sample

MARGIN = 6.0
THIN = 0.5
"""Lines of a hand of this size, as a share of those over the live picture."""

MOST_BYTES = 48_000_000


class HandPictures:
    """Draws each sample once; a sample's points never change, so its number names its drawing."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._bytes = 0

    def picture(self, sample: Sample, edge: int, ratio: float, *, mirrored: bool) -> QPixmap:
        """Give the drawing of a sample.

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
        if found is None:
            found = hand_picture(sample.hand, edge, ratio, mirrored=mirrored)
            self._kept[key] = found
            self._bytes += _bytes(found)
            while self._bytes > MOST_BYTES and len(self._kept) > 1:
                self._bytes -= _bytes(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(key)
        return found


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
    shapes = tuple(skeleton([(float(x), float(y)) for x, y in places], THIN))
    paint_overlay(painter, shapes, (edge, edge), QFont())
    painter.end()
    return image


def _bytes(image: QPixmap) -> int:
    return image.width() * image.height() * 4
