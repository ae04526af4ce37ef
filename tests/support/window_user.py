"""A person at the window, for tests: finds what can be seen by its name, and points, clicks and types.

Events are given to the window of the windowing system, so that Qt itself finds what lies under the pointer and what has
the focus; nothing of the program is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QMenu, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.ui.widgets.hand_card import HandCard
from gesture_app.ui.widgets.message_bar import MessageBar

W = TypeVar("W", bound=QWidget)
SQUARE_PX, STILL_LOOKS = 12, 3
PATIENCE_MS = 30_000
"""For machines with much else to do; what is waited for comes within a second or two on an idle one."""


class User:
    """Somebody who uses a window.

    Parameters
    ----------
    qtbot
        Waits.
    window
        What is used.
    """

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self.qtbot = qtbot
        self.window = window

    def see(self, kind: type[W], name: str) -> W:
        """Find the one widget of a kind that is seen and bears a name: its text, or what a screen reader says."""
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        every = {widget for top in tops for widget in top.findChildren(kind)}  # a list that is open is in two
        found = [
            widget
            for widget in every
            if widget.isVisible() and name in {widget.accessibleName(), getattr(widget, "text", str)()}
        ]
        assert len(found) == 1, f"{len(found)} of {kind.__name__} {name!r} are seen"
        return found[0]

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click into the middle of a widget, or at a place of it, wherever it is scrolled to."""
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()
        self._wait_until_still(widget)
        assert widget.isVisible(), widget
        assert widget.isEnabled(), widget
        top = widget.window()
        there = widget.mapTo(top, widget.rect().center() if place is None else place)
        hit = top.childAt(there) or top
        assert hit is widget or widget.isAncestorOf(hit), f"{hit} lies over {widget}"
        QTest.mouseMove(_handle(top), there)
        QTest.mouseClick(_handle(top), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, there)

    def tick(self, box: QCheckBox) -> None:
        """Click the square of a check box, which may be wider than its words."""
        ticked = box.isChecked()
        self.click(box, QPoint(SQUARE_PX, box.height() // 2))
        assert box.isChecked() is not ticked

    def click_row(self, rows: QListWidget, row: int) -> None:
        """Click a row of a list."""
        rows.scrollToItem(rows.item(row))
        self.click(rows.viewport(), rows.visualItemRect(rows.item(row)).center())

    def choose(self, menu: QMenu, text: str) -> None:
        """Click an entry of a menu that is open."""
        self.wait(menu.isVisible)
        action = next(action for action in menu.actions() if action.text() == text)
        self.click(menu, menu.actionGeometry(action).center())

    def type(self, text: str) -> None:
        """Type a text."""
        for character in text:
            QTest.keyClick(_handle(self.window), character)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key and let it go."""
        QTest.keyClick(_handle(self.window), key, modifier)

    def hold(self, key: Qt.Key, until: Callable[[], bool]) -> None:
        """Hold a key down until something is seen."""
        QTest.keyPress(_handle(self.window), key)
        self.wait(until)
        QTest.keyRelease(_handle(self.window), key)

    def wait(self, holds: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
        """Wait until something holds, not for ever."""
        self.qtbot.waitUntil(holds, timeout=patience_ms)

    def _wait_until_still(self, widget: QWidget) -> None:
        """Wait until nothing moves any more what shall be clicked, as what is said above it does."""
        places: list[QPoint] = []

        def still() -> bool:
            places.append(widget.mapTo(widget.window(), QPoint(0, 0)))
            return len(places) >= STILL_LOOKS and all(place == places[-1] for place in places[-STILL_LOOKS:])

        self.wait(still)

    def hands(self) -> list[str]:
        """Read what the hands in view are called."""
        return [card.accessibleName() for card in self.window.findChildren(HandCard) if card.isVisible()]

    def message(self) -> str:
        """Read the message bar; empty where nothing is said."""
        bar = self.window.findChildren(MessageBar)[0]
        return bar.accessibleName() if bar.isVisible() else ""


def _handle(top: QWidget) -> QWindow:
    handle = top.windowHandle()
    assert handle is not None, f"{top} has no window of its own"
    return handle
