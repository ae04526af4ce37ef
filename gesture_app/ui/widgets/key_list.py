"""The keys as a list in which each can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from gesture_app.ui.hotkeys import Hotkey
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import (
    Card,
    button,
    connect_while_alive,
    follow_theme,
    label,
    set_role,
    text_growth,
    tool,
)

FIELD_WIDTH = 150


@dataclass(frozen=True, slots=True)
class _Row:
    place: int
    text: QLabel
    field: QKeySequenceEdit
    none: QToolButton
    back: QToolButton


class KeyList(Card):
    """Shows keys and says which of them the user wants to be others.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    chosen = Signal(str, str)
    """Name of an action, and the keys that it shall have; empty for none."""

    reset = Signal()
    """All keys shall be those of a fresh start."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Keys"), parent)
        self._theme = theme
        self._rows: dict[str, _Row] = {}
        self._hotkeys: dict[str, Hotkey] = {}
        hint = self.tr("Choose a field and press the key that you want. Esc and the digits 1 to 9 stay what they are.")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._problem = label(role="bad", wrap=True)
        self._problem.hide()
        self.reset_all = button(theme, self.tr("Reset all keys"), "undo")
        self.reset_all.clicked.connect(self.reset.emit)
        connect_while_alive(theme, self, self._fit)
        row = QHBoxLayout()
        row.addWidget(self.reset_all)
        row.addStretch(1)
        self.body.addWidget(label(hint, "small", wrap=True))
        self.body.addLayout(self._grid)
        self._grid.addWidget(self._problem, 0, 0)
        self.body.addLayout(row)

    @property
    def problem(self) -> str:
        """Why the key that was wanted last cannot be; empty where it can."""
        return self._problem.text() if not self._problem.isHidden() else ""

    def field(self, name: str) -> QKeySequenceEdit:
        """Give the field of an action."""
        return self._rows[name].field

    def back(self, name: str) -> QToolButton:
        """Give the button that brings an action's own key back."""
        return self._rows[name].back

    def show_keys(self, hotkeys: Sequence[Hotkey]) -> None:
        """Show the keys in force."""
        for hotkey in hotkeys:
            if hotkey.name not in self._rows:
                self._add(hotkey)
            self._hotkeys[hotkey.name] = hotkey
            self._show(hotkey.name)
        self.reset_all.setEnabled(any(one.keys != one.default for one in hotkeys))
        self._fit()
        self._say("")

    def show_problem(self, name: str, problem: str) -> None:
        """Say why keys cannot be, and show those again that an action has; empty for no problem."""
        if problem:
            self._show(name)
            self._grid.addWidget(self._problem, self._rows[name].place + 1, 0, 1, self._grid.columnCount())
        self._say(problem)

    def _fit(self) -> None:
        for row in self._rows.values():
            row.field.setFixedWidth(round(FIELD_WIDTH * text_growth()))
            inner = row.field.findChild(QLineEdit)
            if inner is not None:
                inner.setFont(QApplication.font())  # a part of Qt's own that does not always hear of another font

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _show(self, name: str) -> None:
        row, hotkey = self._rows[name], self._hotkeys[name]
        with QSignalBlocker(row.field):
            row.field.setKeySequence(QKeySequence(hotkey.keys))
        changed = hotkey.keys != hotkey.default
        row.back.setVisible(changed)
        row.none.setEnabled(bool(hotkey.keys))
        set_role(row.text, "strong" if changed else "")

    def _add(self, hotkey: Hotkey) -> None:
        name = hotkey.name
        field = QKeySequenceEdit()
        field.setMaximumSequenceLength(1)
        field.setAccessibleName(self.tr("Key for: {what}").format(what=hotkey.text))
        inner = field.findChild(QLineEdit)
        if inner is not None:
            inner.setAccessibleName(field.accessibleName())
        none = self._icon_button("close", self.tr("No key for: {what}").format(what=hotkey.text))
        back = self._icon_button("undo", self.tr("Reset the key for: {what}").format(what=hotkey.text))
        keep = back.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        back.setSizePolicy(keep)
        text = label(hotkey.text, wrap=True)
        text.setBuddy(field)
        # Not when the keys change: a field is emptied before it takes another key, which may not be to be had.
        field.editingFinished.connect(lambda: self._take(name))
        none.clicked.connect(lambda: self._choose(name, QKeySequence()))
        back.clicked.connect(lambda: self._choose(name, QKeySequence(self._hotkeys[name].default)))
        place = 2 * len(self._rows)  # every other line is for what is to be said of the one above it
        for column, part in enumerate((text, field, none, back)):
            self._grid.addWidget(part, place, column)
        self._rows[name] = _Row(place, text, field, none, back)

    def _icon_button(self, icon: str, what: str) -> QToolButton:
        made = tool(self._theme, what, icon)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        made.setToolTip(what)
        follow_theme(self._theme, made, icon, "muted")
        return made

    def _take(self, name: str) -> None:
        """Take what was pressed; nothing, or Esc alone, leaves all as it was."""
        keys = self._rows[name].field.keySequence()
        if keys.isEmpty() or keys == QKeySequence(Qt.Key.Key_Escape):
            self._show(name)
            self._say("")
        else:
            self._choose(name, keys)

    def _choose(self, name: str, keys: QKeySequence) -> None:
        wanted = keys.toString(QKeySequence.SequenceFormat.PortableText)
        if wanted != self._hotkeys[name].keys:
            self.chosen.emit(name, wanted)
