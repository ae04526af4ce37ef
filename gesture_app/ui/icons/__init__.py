"""Icons: one set of our own, strokes of one weight on a 24 x 24 grid, coloured when they are asked for."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

ICON_PX = 20
_ALWAYS = (1.0, 2.0)


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
    key = f"gesture-icon {name} {color.rgba()} {edge} {scale}"
    image = QPixmap()
    if QPixmapCache.find(key, image):
        return image
    image = QPixmap(QSize(edge, edge))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg_text(name, color.name()).encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    image.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, image)
    return image


def icon(name: str, color: QColor, size: int = ICON_PX, *, disabled: QColor | None = None) -> QIcon:
    """Give an icon that is sharp on every screen that is connected."""
    result = QIcon()
    screens = {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
    for scale in sorted(screens.union(_ALWAYS)):
        result.addPixmap(pixmap(name, color, size, scale))
        if disabled is not None:
            result.addPixmap(pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
    return result
