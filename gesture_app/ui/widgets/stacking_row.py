"""A row of parts that stand below each other where there is no room for them side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

SPACING = 8


class StackingRow(QWidget):
    """Asks for no more width than its widest part.

    Parameters
    ----------
    parts
        What is in it.
    stretched
        Place of the part that takes the room that is left; None where that stays empty, at the end.
    parent
        Its owner.
    """

    def __init__(self, *parts: QWidget, stretched: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._stretched = None if stretched is None else parts[stretched]
        for part in parts:
            part.setParent(self)
        # Laid out by hand: the height of a widget that has a layout of Qt's would be asked of that, which cannot turn.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def stacked(self) -> bool:
        """Whether the parts stand below each other."""
        return self.width() < self._beside()

    def sizeHint(self) -> QSize:
        """Ask for room for all parts side by side."""
        return QSize(self._beside(), max((part.sizeHint().height() for part in self._shown()), default=0))

    def minimumSizeHint(self) -> QSize:
        """Need room for the widest part alone."""
        hints = [part.minimumSizeHint() for part in self._shown()]
        return QSize(
            max((hint.width() for hint in hints), default=0), max((hint.height() for hint in hints), default=0)
        )

    def hasHeightForWidth(self) -> bool:
        """Be higher where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height that the parts need at a width."""
        shown = self._shown()
        if width >= self._beside():
            return max((_height(part, part.sizeHint().width()) for part in shown), default=0)
        return sum(_height(part, width) for part in shown) + SPACING * max(len(shown) - 1, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts beside or below each other."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Look again when a part came, went or grew."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
            self.updateGeometry()
        return super().event(event)

    def _place(self) -> None:
        (self._place_below if self.stacked else self._place_beside)()

    def _place_beside(self) -> None:
        left, spare = 0, self.width() - self._beside()
        backwards = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for part in self._shown():
            width = part.sizeHint().width() + (spare if part is self._stretched else 0)
            height = min(_height(part, width), self.height())
            start = self.width() - left - width if backwards else left
            part.setGeometry(start, (self.height() - height) // 2, width, height)
            left += width + SPACING

    def _place_below(self) -> None:
        top = 0
        for part in self._shown():
            height = _height(part, self.width())
            part.setGeometry(0, top, self.width(), height)
            top += height + SPACING

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _beside(self) -> int:
        shown = self._shown()
        return sum(part.sizeHint().width() for part in shown) + SPACING * max(len(shown) - 1, 0)


def _height(part: QWidget, width: int) -> int:
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
