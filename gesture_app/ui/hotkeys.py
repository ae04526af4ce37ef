"""Keys of the window, which the user can change. Bare keys work while no text is typed: fields take them first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gesture_app.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Hotkey:
    """A key and what it does.

    Attributes
    ----------
    keys
        In Qt's portable words: ``Space``, ``Ctrl+S``; empty for none.
    text
        What it does, for the list of keys.
    action
        Called when it is pressed.
    name
        By which its change is remembered, see :data:`gesture_app.shortcuts.SHORTCUTS`; empty where it stays as it is.
    default
        The keys of a fresh start.
    """

    keys: str
    text: str
    action: Callable[[], None]
    name: str = ""
    default: str = ""

    @property
    def shown(self) -> str:
        """The keys as this platform writes them."""
        return native(self.keys)


class Hotkeys(QObject):
    """Finds what a key does."""

    changed = Signal()
    """Some keys are others now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hotkeys: list[Hotkey] = []
        self._keys: dict[str, Hotkey] = {}

    def add(self, keys: str, text: str, action: Callable[[], None], name: str = "") -> None:
        """Give a key something to do.

        Parameters
        ----------
        keys, text, action, name
            As in :class:`Hotkey`; without a name the key cannot be changed.
        """
        self._hotkeys.append(Hotkey(keys, text, action, name, keys))
        self._index()

    @property
    def all(self) -> tuple[Hotkey, ...]:
        """All keys, as they were added."""
        return tuple(self._hotkeys)

    @property
    def changes(self) -> dict[str, str]:
        """The keys that differ from those of a fresh start, by name."""
        return {hotkey.name: hotkey.keys for hotkey in self._hotkeys if hotkey.name and hotkey.keys != hotkey.default}

    def shown(self, name: str) -> str:
        """Give the keys of an action as this platform writes them; empty where it has none."""
        return next((hotkey.shown for hotkey in self._hotkeys if hotkey.name == name), "")

    def starts(self, name: str, event: QKeyEvent) -> bool:
        """Whether an event is of the key that an action has; its modifiers may have been let go of before."""
        keys = next((hotkey.keys for hotkey in self._hotkeys if hotkey.name == name), "")
        return bool(keys) and _key(QKeySequence(keys)) == event.key()

    def problem(self, name: str, keys: str) -> str:
        """Say in a sentence why an action cannot have these keys; empty where it can.

        Parameters
        ----------
        name
            The action's.
        keys
            In Qt's words; empty, for no key, always can be.
        """
        if not keys:
            return ""
        sequence = QKeySequence(keys)
        if sequence.count() != 1 or _key(sequence) in _NO_KEYS:
            return tr("“{keys}” is not a key that this program knows; a key such as M or Ctrl+M was expected.").format(
                keys=keys
            )
        if sequence.toString() in _TAKEN_BY_FIELDS:
            return tr(
                "{keys} moves between the parts of the window or uses them, so it cannot do something else."
            ).format(keys=native(keys))
        other = self._keys.get(sequence.toString())
        if other is not None and other.name != name:
            what = other.text or tr("Gestures recorded last (1 to 9)")
            return tr("{keys} is taken by “{what}”. Choose another key, or change that one first.").format(
                keys=native(keys), what=what
            )
        return ""

    def change(self, name: str, keys: str) -> None:
        """Give an action another key; the caller asked for :meth:`problem` before."""
        self._hotkeys = [replace(one, keys=keys) if name and one.name == name else one for one in self._hotkeys]
        self._index()
        self.changed.emit()

    def use(self, changes: Mapping[str, str]) -> tuple[str, ...]:
        """Put remembered keys into force and give a sentence for each that cannot be.

        Parameters
        ----------
        changes
            Keys by name; an action that is not among them has its key of a fresh start.
        """
        before = self._hotkeys
        # Those that are not changed first, so that two may have exchanged their keys.
        changed = [one for one in before if one.name in changes]
        self._hotkeys = [replace(one, keys="" if one in changed else one.default) for one in before]
        notes = []
        for hotkey in changed:
            self._index()
            keys = changes[hotkey.name]
            problem = self.problem(hotkey.name, keys)
            if problem:
                text = tr("The key of “{what}” in the settings cannot be used: {problem} It has its own key again.")
                notes.append(text.format(what=hotkey.text, problem=problem))
                keys = "" if self.problem(hotkey.name, hotkey.default) else hotkey.default
            self._hotkeys = [replace(one, keys=keys) if one.name == hotkey.name else one for one in self._hotkeys]
        self._index()
        if self._hotkeys != before:
            self.changed.emit()
        return tuple(notes)

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

    def _index(self) -> None:
        self._keys = {QKeySequence(one.keys).toString(): one for one in self._hotkeys if one.keys}


def native(keys: str) -> str:
    """Write keys as this platform does."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _key(sequence: QKeySequence) -> Qt.Key:
    """Give the key without its modifiers."""
    combination: QKeyCombination = sequence[0]  # type: ignore[index]  # left out of the type stubs
    return combination.key()


_FIELDS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit, QComboBox, QKeySequenceEdit)
_NO_KEYS = (Qt.Key.Key_unknown, Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_TAKEN_BY_FIELDS = frozenset({"Tab", "Shift+Tab", "Return", "Enter", "Up", "Down", "Left", "Right"})
