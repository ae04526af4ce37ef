"""The one place where the window says what went wrong or what happened: a bar, never a dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gesture_app.ui.icons import ICON_PX, pixmap
from gesture_app.ui.sentences import in_users_words
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import button, connect_while_alive, label, set_role, tool
from gesture_app.ui.wording import counted

Severity = Literal["info", "good", "warning", "bad"]
ICONS: dict[Severity, str] = {"info": "about", "good": "check", "warning": "warning", "bad": "error"}
COLORS: dict[Severity, str] = {"info": "accent", "good": "good", "warning": "warning", "bad": "bad"}
GRAVE: frozenset[Severity] = frozenset({"warning", "bad"})
SHORT_MS = 6000
MOST_LINES = 8
LINE_ROOM = 26
"""Pixels of the details' frame and margins beside their lines."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said.

    Attributes
    ----------
    text
        A sentence or two.
    severity
        How grave it is.
    details
        More for who wants it, such as a traceback; empty for none.
    """

    text: str
    severity: Severity = "info"
    details: str = ""


class MessageBar(QFrame):
    """Shows one message; the others wait behind it, and the same one is not said twice.

    The newest is shown, but a hint waits behind warnings and errors; what is said for a moment is seen at once.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    shown = Signal(bool)
    """Whether there is anything to read."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._theme = theme
        self._waiting: list[Message] = []
        self._brief: Message | None = None
        self._icon = QLabel()
        self._icon.setFixedSize(ICON_PX, ICON_PX)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = button(theme, "", role="quiet")
        self._more.setToolTip(self.tr("Show the next message"))
        self._details_button = tool(theme, self.tr("Details"), "chevron-down", checkable=True)
        self._copy_button = tool(theme, self.tr("Copy"), "copy")
        self._close_button = tool(theme, self.tr("Dismiss"), "close")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("Details of the message"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._arrange()
        self._details_button.toggled.connect(self._details.setVisible)
        self._copy_button.clicked.connect(self.copy)
        self._close_button.clicked.connect(self.dismiss)
        self._more.clicked.connect(self.show_next)
        connect_while_alive(theme, self, self._draw_icon)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown."""
        return self._waiting[-1] if self._waiting else None

    def say(self, message: Message, *, briefly: bool = False) -> None:
        """Show a message; a hint only when no warning and no error is there.

        Parameters
        ----------
        message
            What is said.
        briefly
            True where it goes by itself after some seconds.
        """
        # What was to be seen for a moment only does not come back from behind the next message.
        self._waiting = [one for one in self._waiting if one not in {message, self._brief}]
        place = len(self._waiting)
        if message.severity == "info" and not briefly:
            while place and self._waiting[place - 1].severity in GRAVE:
                place -= 1
        self._waiting.insert(place, message)
        self._timer.stop()
        self._brief = message if briefly else None
        if briefly:
            self._timer.start(SHORT_MS)
        self._show_newest()

    def withdraw(self, text: str) -> None:
        """Take back a message that no longer holds."""
        self._waiting = [message for message in self._waiting if message.text != text]
        if self._brief not in self._waiting:
            self._timer.stop()  # it would take another message away
        self._show_newest()

    def dismiss(self) -> None:
        """Take the shown message away; the one before it comes back."""
        self._timer.stop()
        if self._waiting:
            self._waiting.pop()
        self._show_newest()

    def show_next(self) -> None:
        """Show the message behind the shown one, which then waits behind all others."""
        if len(self._waiting) > 1:
            shown = self._waiting.pop()
            if shown == self._brief:
                self._timer.stop()
            else:
                self._waiting.insert(0, shown)
            self._show_newest()

    def copy(self) -> None:
        """Put the message and its details on the clipboard."""
        if self.message is not None:
            QGuiApplication.clipboard().setText(f"{self._text.text()}\n\n{self.message.details}".strip())

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        for widget in (self._more, self._details_button, self._copy_button, self._close_button):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 4, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._details)
        self._details.hide()

    def _show_newest(self) -> None:
        message = self.message
        self.setVisible(message is not None)
        self.shown.emit(message is not None)
        if message is None:
            return
        set_role(self, message.severity, "severity")
        text = in_users_words(message.text)
        self._text.setText(text)
        self._details.setPlainText(message.details)
        lines = min(max(self._details.document().blockCount(), 1), MOST_LINES)
        self._details.setFixedHeight(lines * self._details.fontMetrics().lineSpacing() + LINE_ROOM)
        self._details_button.setVisible(bool(message.details))
        if not message.details:
            self._details_button.setChecked(False)
        others = len(self._waiting) - 1
        self._more.setVisible(others > 0)
        self._more.setText(counted("%n more", others))
        self._more.setAccessibleName(self.tr("{count}: show the next message").format(count=self._more.text()))
        kinds = {
            "info": self.tr("Note: {text}"),
            "good": self.tr("Done: {text}"),
            "warning": self.tr("Warning: {text}"),
            "bad": self.tr("Error: {text}"),
        }
        self.setAccessibleName(kinds[message.severity].format(text=text))
        self._draw_icon()

    def _draw_icon(self) -> None:
        if self.message is not None:
            severity = self.message.severity
            color = self._theme.tokens.color(COLORS[severity])
            self._icon.setPixmap(pixmap(ICONS[severity], color, ICON_PX, self.devicePixelRatioF()))
