"""Samples as a table: one line each, all of one height, so that any number of them costs nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gesture_app.ui.samples.samples_model import SamplesModel
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import connect_while_alive

WIDEST = ("peace inverted", "right ", "2026-06-26 20:46", "10000", "10000", "no gesture 100 %", "1920 x 1080", "")
"""A text for each column that most of its cells are no wider than; the last one takes what is left."""

PADDING = 24


class SampleTable(QTableView):
    """Shows samples line by line.

    Parameters
    ----------
    theme
        The look.
    samples
        What is shown.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, samples: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(samples)
        self.setFont(tabular(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName(self.tr("Samples as a table"))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._fit()
        connect_while_alive(theme, self, self._fit)

    def changeEvent(self, event: QEvent) -> None:
        """Give larger text the room that it needs."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and choose; letters and figures are the window's keys, not a search."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
            return
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain and event.text().strip() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Search nothing: that would fetch every sample."""

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 12)
        header = self.horizontalHeader()
        for column, text in enumerate(WIDEST):
            width = max(metrics.horizontalAdvance(text) + PADDING, header.sectionSizeHint(column))
            self.setColumnWidth(column, width)
