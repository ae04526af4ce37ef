"""Keys of the window. Bare keys work while no text is typed, since fields take them first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


@dataclass(frozen=True, slots=True)
class Hotkey:
    """A key and what it does.

    Attributes
    ----------
    keys
        In Qt's portable words: ``Space``, ``Ctrl+S``.
    text
        What it does, for the list of keys.
    action
        Called when it is pressed.
    """

    keys: str
    text: str
    action: Callable[[], None]

    @property
    def shown(self) -> str:
        """The keys as this platform writes them."""
        return QKeySequence(self.keys).toString(QKeySequence.SequenceFormat.NativeText)


class Hotkeys:
    """Finds what a key does."""

    def __init__(self) -> None:
        self._keys: dict[str, Hotkey] = {}

    def add(self, keys: str, text: str, action: Callable[[], None]) -> None:
        """Give a key something to do."""
        hotkey = Hotkey(keys, text, action)
        self._keys[QKeySequence(keys).toString()] = hotkey

    @property
    def all(self) -> tuple[Hotkey, ...]:
        """All keys, as they were added."""
        return tuple(self._keys.values())

    def press(self, event: QKeyEvent, focus: QWidget | None) -> bool:
        """Do what a key does; False where it does nothing.

        Parameters
        ----------
        event
            What was pressed.
        focus
            The widget that has the focus.
        """
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        bare = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        is_text = bool(event.text()) and event.text().isprintable()
        if bare and is_text and isinstance(focus, _FIELDS):
            return False
        sequence = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))).toString()
        hotkey = self._keys.get(sequence)
        if hotkey is None and is_text:  # signs that other keyboards reach with other modifiers
            hotkey = self._keys.get(event.text().upper())
        if hotkey is None:
            return False
        hotkey.action()
        return True


_FIELDS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit, QComboBox)
