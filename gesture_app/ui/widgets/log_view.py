"""A log that can be folded away, copied and opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import Card, tool
from gesture_app.ui.wording import tip

MOST_LINES = 5000
HEIGHT = 200


class LogView(Card):
    """Shows what was said, newest at the bottom.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._path: Path | None = None
        self.unfold = tool(theme, self.tr("Log"), "chevron-down", checkable=True)
        self._copy = tool(theme, self.tr("Copy"), "copy")
        self._open = tool(theme, self.tr("Open file"), "folder")
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setMaximumBlockCount(MOST_LINES)
        self._text.setFixedHeight(HEIGHT)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(self.tr("Log of the training"))
        self._text.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.unfold)
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(self._open)
        self.body.setContentsMargins(8, 4, 8, 4)
        self.body.addLayout(row)
        self.body.addWidget(self._text)
        self.unfold.toggled.connect(self._text.setVisible)
        self._copy.clicked.connect(self.copy)
        self._open.clicked.connect(self._open_file)
        self.show_file(None)

    @property
    def text(self) -> str:
        """All of it."""
        return self._text.toPlainText()

    def clear(self) -> None:
        """Begin anew."""
        self._text.clear()
        self.show_file(None)

    def add(self, line: str) -> None:
        """Add a line."""
        if line:
            self._text.appendPlainText(line)

    def show_file(self, path: Path | None) -> None:
        """Name the file in which it is kept."""
        self._path = path
        self._open.setVisible(path is not None)
        self._open.setToolTip("" if path is None else tip(str(path)))

    def copy(self) -> None:
        """Put it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)

    def _open_file(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))
