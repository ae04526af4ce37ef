"""Icons: one set of our own, strokes of one weight on a 24 x 24 grid, coloured when they are asked for."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_PX = 20
_SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)


@cache
def _template(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.svg").read_text(encoding="utf-8")


def svg_text(name: str, color: str) -> str:
    """Give an icon's drawing in a colour."""
    return _template(name).replace("currentColor", color)


def pixmap(name: str, color: QColor, size: int = ICON_PX, scale: float = 1.0) -> QPixmap:
    """Draw an icon.

    Parameters
    ----------
    name
        Name of its file without the ending.
    color
        Of its strokes.
    size
        Edge in device-independent pixels.
    scale
        Device pixels per device-independent pixel.
    """
    edge = round(size * scale)
    image = QPixmap(QSize(edge, edge))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg_text(name, color.name()).encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


def icon(name: str, color: QColor, size: int = ICON_PX, *, disabled: QColor | None = None) -> QIcon:
    """Give an icon that is sharp at every usual scale of the screen."""
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(pixmap(name, color, size, scale))
        if disabled is not None:
            result.addPixmap(pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
    return result
