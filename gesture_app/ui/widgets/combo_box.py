"""A box with a list to choose from that shows all of it where the screen has room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QStyledItemDelegate, QWidget

from gesture_app.ui.widgets.corners import round_corners

MOST_ROWS = 20
STYLE = """
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView::item { padding: 4px 6px; }
"""
"""As a menu it would have a second frame, and arrows that hide rows although there is room for them."""


class ComboBox(QComboBox):
    """A combo box whose list has one frame only, and is as high as its rows.

    Parameters
    ----------
    parent
        Its owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet(STYLE)
        self.setItemDelegate(QStyledItemDelegate(self))  # the usual one knows nothing of the style sheet
        self.setMaxVisibleItems(MOST_ROWS)
        holder = self.view().window()
        holder.setWindowFlags(
            Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        )

    def showPopup(self) -> None:
        """Open the list, as high as its rows need: Qt forgets the padding that the style sheet gives it."""
        super().showPopup()
        view = self.view()
        holder = view.window()
        if isinstance(holder, QFrame):
            holder.setFrameShape(QFrame.Shape.NoFrame)
        rows = sum(view.sizeHintForRow(row) for row in range(min(self.count(), self.maxVisibleItems())))
        room = self.screen().availableGeometry()
        height = min(holder.height() - view.viewport().height() + rows, room.height())
        top = max(min(holder.y(), room.bottom() + 1 - height), room.top())
        holder.setGeometry(holder.x(), top, holder.width(), height)
        round_corners(holder)
