"""The line over the samples page: how many there are, grid or table, import and export, the bin."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import label, tool
from gesture_app.ui.wording import counted

ICONS_ONLY_BELOW = 980


class SamplesHeader(QWidget):
    """Says what is wanted; knows nothing of samples.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    table_wanted = Signal(bool)
    bin_wanted = Signal(bool)
    review_wanted = Signal(bool)
    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total = ""
        self._work = ""
        self._exportable = False
        self._title = label(self.tr("Samples"), "title")
        self._line = label(role="muted")
        self.grid = tool(theme, self.tr("Grid"), "samples", checkable=True)
        self.table = tool(theme, self.tr("Table"), "table", checkable=True)
        self.grid.setToolTip(self.tr("Show samples as hands"))
        self.table.setToolTip(self.tr("Show samples as a table"))
        self.suspicious = tool(theme, self.tr("Suspicious"), "warning", checkable=True)
        self.suspicious.setToolTip(self.tr("Look for samples that seem to have a wrong label"))
        self._views = QButtonGroup(self)
        for part in (self.grid, self.table, self.suspicious):
            self._views.addButton(part)
        self.grid.setChecked(True)
        self._view = self.grid
        self.importing = tool(theme, self.tr("Import"), "import")
        self.importing.setToolTip(self.tr("Add the hands of a CSV or Parquet file"))
        self.exporting = tool(theme, self.tr("Export"), "export")
        self.exporting.setToolTip(self.tr("Write all samples to a CSV or Parquet file"))
        self.bin = tool(theme, self.tr("Bin"), "trash", checkable=True)
        self.bin.setToolTip(self.tr("Show what is in the bin"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 12, 8)
        row.setSpacing(4)
        row.addWidget(self._title)
        row.addSpacing(8)
        row.addWidget(self._line)
        row.addStretch(1)
        for part in (self.grid, self.table):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self.suspicious)
        for part in (self.importing, self.exporting, self.bin):
            row.addWidget(part)
        self.table.toggled.connect(self.table_wanted.emit)
        self.suspicious.toggled.connect(self.review_wanted.emit)
        self.bin.clicked.connect(self.leave_review)
        self._views.buttonToggled.connect(self._remember)
        self.bin.toggled.connect(self.bin_wanted.emit)
        self.importing.clicked.connect(self.import_wanted.emit)
        self.exporting.clicked.connect(self.export_wanted.emit)

    def show_counts(self, kept: int, binned: int, *, in_bin: bool) -> None:
        """Show how many samples there are, and how many lie in the bin."""
        number = QLocale()
        shown = binned if in_bin else kept
        self._total = number.toString(shown) if shown else ""
        self._line.setText(self._work or self._total)
        self._line.setAccessibleName(counted("%Ln sample(s)", shown))
        text = self.tr("Bin ({count})").format(count=number.toString(binned)) if binned else self.tr("Bin")
        self.bin.setText(text)
        self.bin.setAccessibleName(text)
        with QSignalBlocker(self.bin):
            self.bin.setChecked(in_bin)
        self._title.setText(self.tr("Bin") if in_bin else self.tr("Samples"))
        self._exportable = kept > 0
        self.suspicious.setEnabled(kept > 0 or self.suspicious.isChecked())
        self.exporting.setEnabled(self._exportable and not self._work)

    def leave_review(self) -> None:
        """Show samples again, as before suspicious ones were looked for."""
        if self.suspicious.isChecked():
            self._view.setChecked(True)

    def _remember(self, part: QAbstractButton, checked: bool) -> None:  # noqa: FBT001 - as Qt tells it
        if checked and part is not self.suspicious and isinstance(part, QToolButton):
            self._view = part

    def show_busy(self, work: str) -> None:
        """Show what is being exported or imported; empty for nothing."""
        self._work = work
        self._line.setText(work or self._total)
        self.importing.setEnabled(not work)
        self.exporting.setEnabled(self._exportable and not work)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons alone where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < ICONS_ONLY_BELOW * max(1.0, self.fontMetrics().height() / 18)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for part in (self.grid, self.table, self.suspicious, self.importing, self.exporting, self.bin):
            part.setToolButtonStyle(style)
