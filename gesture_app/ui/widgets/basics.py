"""Small parts that many pages use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gesture_app.ui.icons import ICON_PX
from gesture_app.ui.icons import icon as icon_of
from gesture_app.ui.theme import LARGEST_INDICATOR, Theme

BODY_PX = 13
"""Size of text that the window's measures are made for."""

LARGEST_ICON_PX = 32
BOX, BESIDE = 18, 10
"""Edge of what is ticked, at text of the usual size, and how far after it the words begin."""


def label(text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Give a label in one of the style sheet's roles; plain text always, since names come from outside."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    if wrap:
        result.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    return result


def set_role(widget: QWidget, role: str, name: str = "role") -> None:
    """Change a property that the style sheet looks at."""
    if widget.property(name) != role:
        widget.setProperty(name, role)
        style: QStyle = widget.style()
        style.unpolish(widget)
        style.polish(widget)


class Card(QFrame):
    """A quiet box with a heading.

    Parameters
    ----------
    heading
        What is in it; empty for none.
    parent
        Its owner.
    """

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(8)
        if heading:
            self.body.addWidget(label(heading, "heading"))


def button(theme: Theme, text: str, icon: str = "", role: str = "") -> QPushButton:
    """Give a button whose icon follows the theme."""
    result = QPushButton(text)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus, and so the bare keys, where they are
    if role:
        result.setProperty("role", role)
    if icon:
        follow_theme(theme, result, icon, "on_accent" if role == "primary" else "text")
    return result


def tool(theme: Theme, text: str, icon: str, *, checkable: bool = False) -> QToolButton:
    """Give a quiet button of a toolbar: icon and text beside it."""
    result = QToolButton()
    result.setText(text)
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    result.setCheckable(checkable)
    result.setProperty("role", "quiet")
    result.setAccessibleName(text)
    follow_theme(theme, result, icon)
    return result


def spin_box(low: int, high: int) -> QSpinBox:
    """Give a field for a whole number; the style sheet's padding does not reach its text."""
    result = QSpinBox()
    result.setRange(low, high)
    result.lineEdit().setTextMargins(8, 0, 0, 0)
    result.setMinimumWidth(76)
    return result


def text_growth() -> float:
    """Give by how much text is larger than where the window's measures come from; never below 1."""
    return max(1.0, QApplication.font().pixelSize() / BODY_PX)


def indent_below_check(hint: QLabel) -> None:
    """Let a hint begin where the words of the check box above it do."""
    hint.setContentsMargins(round(BOX * min(text_growth(), LARGEST_INDICATOR)) + BESIDE, 0, 0, 0)


def icon_edge() -> int:
    """Give the edge of an icon beside text of the present size, in pixels."""
    return min(round(ICON_PX * text_growth()), LARGEST_ICON_PX)


def beside_text(theme: Theme, name: str, role: str = "text") -> QIcon:
    """Draw an icon as large as the present size of text wants it."""
    tokens = theme.tokens
    return icon_of(name, tokens.color(role), icon_edge(), disabled=tokens.color("muted"))


def follow_theme(theme: Theme, widget: QPushButton | QToolButton, icon: str, role: str = "text") -> None:
    """Draw a button's icon now and whenever the theme changes."""

    def draw() -> None:
        checked = widget.isCheckable() and widget.isChecked()
        widget.setIconSize(QSize(icon_edge(), icon_edge()))
        widget.setIcon(beside_text(theme, icon, "accent" if checked else role))

    draw()
    connect_while_alive(theme, widget, draw)
    if widget.isCheckable():
        widget.toggled.connect(draw)


class _Redrawing(QObject):
    """Calls a function at every change of the theme; Qt lets go of it with the widget that owns it."""

    def __init__(self, redraw: Callable[[], None], owner: QWidget) -> None:
        super().__init__(owner)
        self._redraw = redraw

    @Slot()
    def redraw(self) -> None:
        self._redraw()


def connect_while_alive(theme: Theme, widget: QWidget, redraw: Callable[[], None]) -> None:
    """Call a function at every change of the theme for as long as a widget lives."""
    theme.changed.connect(_Redrawing(redraw, widget).redraw)


def separator() -> QFrame:
    """Give a thin line between two parts."""
    line = QFrame()
    line.setProperty("role", "line")
    return line
