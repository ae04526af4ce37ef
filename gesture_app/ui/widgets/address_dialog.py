"""Asks for the address of a network stream; what is wrong with it stands below the field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import button, label, set_role


class AddressDialog(QDialog):
    """A small window that lets everything behind it run on.

    Parameters
    ----------
    theme
        The look.
    problem_with
        Says in a sentence what is wrong with an address; empty for nothing.
    parent
        Its owner.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, problem_with: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem_with = problem_with
        self.setWindowTitle(self.tr("Open network stream"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._field = QLineEdit()
        self._field.setPlaceholderText("http://192.168.0.20:8080/video")
        self._field.setAccessibleName(self.tr("Address"))
        self._field.setClearButtonEnabled(True)
        self._problem = label(role="bad", wrap=True)
        self._problem.hide()
        self._open = button(theme, self.tr("Open"), "play", "primary")
        self._open.setDefault(True)
        cancel = button(theme, self.tr("Cancel"))
        cancel.setAutoDefault(False)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(self.tr("Address of the stream"), "heading"))
        column.addWidget(
            label(
                self.tr("A camera or phone in the network that sends http:// (MJPEG) or rtsp:// video."),
                "muted",
                wrap=True,
            )
        )
        column.addWidget(self._field)
        column.addWidget(self._problem)
        column.addSpacing(4)
        column.addLayout(row)
        self.setMinimumWidth(460)
        self._field.textEdited.connect(lambda _: self._complain(""))
        self._open.clicked.connect(self._accept)
        cancel.clicked.connect(self.reject)

    def _accept(self) -> None:
        address = self._field.text().strip()
        problem = self._problem_with(address)
        self._complain(problem)
        if not problem:
            self.chosen.emit(address)
            self.accept()

    def _complain(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        set_role(self._field, "bad" if problem else "", "state")
