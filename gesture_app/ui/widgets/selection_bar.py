"""The line below the samples: how many are selected, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from gesture_app.live.recording import gesture_for
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import button, label, tool
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.wording import gesture_name, tip, with_key
from models.errors import GestureError
from models.samples.store import check_name


class SelectionBar(QWidget):
    """Says what shall be done with the selected samples.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    relabel = Signal(str)
    delete = Signal()
    restore = Signal()
    empty = Signal()
    undo = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[str, ...] = ()
        self._selected = 0
        self._in_bin = False
        self._line = label(role="muted", wrap=True)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.name = ComboBox()
        field = QLineEdit()
        field.setPlaceholderText(self.tr("Gesture"))
        self.name.setEditable(True)
        self.name.setLineEdit(field)
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.name.setAccessibleName(self.tr("New gesture of the selected samples"))
        self.name.setMinimumWidth(150)
        self._relabel = button(theme, self.tr("Relabel"), "check")
        self._delete = button(theme, self.tr("Move to bin"), "trash")
        self._delete.setToolTip(self.tr("Move the selected samples to the bin (Del)"))
        self._restore = button(theme, self.tr("Restore"), "undo", "primary")
        self._empty = button(theme, self.tr("Empty bin …"), "trash")
        self._undo_text = ""
        self._keys: Callable[[str], str] = lambda _: ""
        self.undo_button = tool(theme, self.tr("Undo"), "undo")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        for part in (self.undo_button, self.name, self._relabel, self._delete, self._restore, self._empty):
            row.addWidget(part)
        self.name.editTextChanged.connect(self._enable)
        field.returnPressed.connect(self._ask_relabel)
        self._relabel.clicked.connect(self._ask_relabel)
        self._delete.clicked.connect(self.delete.emit)
        self._restore.clicked.connect(self.restore.emit)
        self._empty.clicked.connect(self.empty.emit)
        self.undo_button.clicked.connect(self.undo.emit)
        self.show_undo("")
        self._enable()

    @property
    def gesture(self) -> str:
        """The gesture that samples would get; empty while its name cannot be one."""
        name = gesture_for(self.name.currentText(), self._known).name
        try:
            return check_name(name) if name else ""
        except GestureError:
            return ""

    def show_known(self, gestures: Sequence[str]) -> None:
        """Offer gestures for a new label."""
        if tuple(gestures) == self._known:
            return
        self._known = tuple(gestures)
        with QSignalBlocker(self.name):
            text = self.name.currentText()
            self.name.clear()
            self.name.addItems([gesture_name(name) for name in gestures])
            self.name.setEditText(text)

    def show_bin(self, binned: int) -> None:
        """Say how many samples are in the bin, of those that are not shown, too."""
        self._empty.setEnabled(binned > 0)

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Say which key undoes, see :meth:`~.live_toolbar.LiveToolbar.show_keys`."""
        self._keys = keys
        self.show_undo(self._undo_text)

    def show_undo(self, what: str) -> None:
        """Say what undo would take back; empty for nothing."""
        self._undo_text = what
        text = self.tr("Take back: {what}").format(what=what)
        self.undo_button.setEnabled(bool(what))
        self.undo_button.setToolTip(tip(with_key(text, self._keys("undo"))) if what else "")

    def show_selected(self, selected: int, total: int, *, in_bin: bool) -> None:
        """Show how many samples are selected of those that are listed."""
        self._selected, self._in_bin = selected, in_bin
        number = QLocale()
        if selected:
            text = self.tr("{selected} of {total} selected")
        elif in_bin:
            text = self.tr("{total} shown. Select samples to restore them.")
        else:
            text = self.tr("{total} shown. Select samples to relabel them or move them to the bin.")
        self._line.setText(text.format(selected=number.toString(selected), total=number.toString(total)))
        self._enable()

    def _ask_relabel(self) -> None:
        if self._selected and self.gesture:
            self.relabel.emit(self.gesture)

    def _enable(self) -> None:
        for part in (self.name, self._relabel, self._delete):
            part.setVisible(not self._in_bin)
        for part in (self._restore, self._empty):
            part.setVisible(self._in_bin)
        some = self._selected > 0
        self._relabel.setEnabled(some and bool(self.gesture))
        self._delete.setEnabled(some)
        self._restore.setEnabled(some)
        self.name.setEnabled(some)
