"""The menu that says what a hand really showed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from gesture_app.ui.training.training_words import class_name
from models.gesture.gestures import NO_GESTURE


class CorrectionMenu(QMenu):
    """Offers gestures; closes without an answer when one clicks beside it.

    Parameters
    ----------
    parent
        Its owner.
    """

    chosen = Signal(str)
    """The gesture that it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What it really was"))
        self.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def offer(self, gestures: Iterable[str], first: Iterable[str] = ()) -> None:
        """Fill the menu.

        Parameters
        ----------
        gestures
            All that are known; the class for no gesture is always offered.
        first
            Those that are likely, set apart above the others.
        """
        self.clear()
        likely = list(dict.fromkeys(first))
        for gesture in likely:
            self._add(gesture)
        if likely:
            self.addSeparator()
        for gesture in sorted({*gestures, NO_GESTURE} - set(likely), key=lambda name: (name == NO_GESTURE, name)):
            self._add(gesture)

    def open_at(self, widget: QWidget) -> None:
        """Open below a widget."""
        self.popup(widget.mapToGlobal(QPoint(0, widget.height() + 4)))

    def _add(self, gesture: str) -> None:
        self.addAction(class_name(gesture).replace("&", "&&")).setData(gesture)
