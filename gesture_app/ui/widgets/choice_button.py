"""A button that names what is chosen and opens a menu of what else there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from gesture_app.ui.icons import ICON_PX, pixmap
from gesture_app.ui.theme import LARGEST_INDICATOR, Theme
from gesture_app.ui.widgets.basics import connect_while_alive, icon_edge, text_growth
from gesture_app.ui.widgets.corners import round_corners

CHEVRON_PX = 16
ROOM_FOR_ICONS = 84
SMALLEST = 110


class ChoiceButton(QPushButton):
    """Looks like a drop-down list, with room for an icon.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._whole_text = ""
        self._widest = 0
        super().__init__(parent)
        self.setProperty("role", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme = theme
        self.menu_shown = QMenu(self)
        self.menu_shown.setToolTipsVisible(True)
        self.clicked.connect(self.open_menu)
        connect_while_alive(theme, self, self.update)

    def set_widest(self, pixels: int) -> None:
        """Be no wider than this, at text of the usual size."""
        self._widest = pixels

    def show_text(self, text: str) -> None:
        """Name what is chosen; shortened in the middle where it is too long."""
        self._whole_text = text
        self.setIconSize(QSize(icon_edge(), icon_edge()))
        if self._widest:
            self.setMinimumWidth(SMALLEST)
            self.setMaximumWidth(round(self._widest * text_growth()))
        room = self.maximumWidth() - ROOM_FOR_ICONS - 2 * (icon_edge() - ICON_PX)
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))

    def changeEvent(self, event: QEvent) -> None:
        """Fit the text anew when its size changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.show_text(self._whole_text)

    def open_menu(self) -> None:
        """Open the menu below the button."""
        self.menu_shown.setMinimumWidth(self.width())
        self.menu_shown.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        round_corners(self.menu_shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu with the keys that open lists."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4}:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint the button, its text ending in dots where it is narrower than that, and the sign of its menu."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        missing = self.sizeHint().width() - self.width()
        if missing > 0:
            room = self.fontMetrics().horizontalAdvance(option.text) - missing
            option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        edge = round(CHEVRON_PX * min(text_growth(), LARGEST_INDICATOR))
        chevron = pixmap("chevron-down", self._theme.tokens.color("muted"), edge, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - edge - 10, (self.height() - edge) // 2, chevron)
        painter.end()
