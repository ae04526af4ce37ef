"""A quiet table of words and figures that is as high as its rows, to a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import connect_while_alive

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Attributes
    ----------
    cells
        Texts, one a column.
    role
        Token of the text's colour; empty for the usual one.
    strong
        Whether it is set in bold.
    hint
        Shown where the mouse rests.
    """

    cells: tuple[str, ...]
    role: str = ""
    strong: bool = False
    hint: str = ""


class FigureModel(QAbstractTableModel):
    """Rows of a table.

    Parameters
    ----------
    theme
        The look.
    columns
        Headings.
    figures
        Which columns hold figures, and so are aligned to the right.
    parent
        Its owner.
    """

    def __init__(
        self, theme: Theme, columns: Sequence[str], figures: Sequence[int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = tuple(columns)
        self._figures = frozenset(figures)
        self._rows: tuple[TableRow, ...] = ()

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rename(self, columns: Sequence[str]) -> None:
        """Change the headings."""
        self._columns = tuple(columns)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.hint or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and row.role:
            return self._theme.tokens.color(row.role)
        if role == Qt.ItemDataRole.FontRole and row.strong:
            bold = QFont()  # all else comes from the view
            bold.setBold(True)
            return bold
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._figures else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class FigureTable(QTableView):
    """Shows rows.

    Parameters
    ----------
    theme
        The look.
    columns, figures
        As in :class:`FigureModel`.
    name
        What it shows, for who cannot see it.
    wide
        The column that takes the room that is left.
    most
        Rows that are seen at once.
    parent
        Its owner.
    """

    def __init__(  # noqa: PLR0913 - all by keyword
        self,
        theme: Theme,
        columns: Sequence[str],
        *,
        figures: Sequence[int],
        name: str,
        wide: int = 0,
        most: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._most = most
        self.rows = FigureModel(theme, columns, figures, self)
        self.setModel(self.rows)
        self.setObjectName("figures")
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(tabular(self.font()))
        self.verticalHeader().hide()
        heading = self.horizontalHeader()
        heading.setHighlightSections(False)
        heading.setSectionsClickable(False)
        for column in range(len(columns)):
            stretched = QHeaderView.ResizeMode.Stretch
            heading.setSectionResizeMode(
                column, stretched if column == wide else QHeaderView.ResizeMode.ResizeToContents
            )
        connect_while_alive(theme, self, self._restyle)
        self._fit()

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows; what was chosen stays where it was."""
        chosen = self.currentIndex().row()
        self.rows.show_rows(rows)
        if 0 <= chosen < len(rows):
            self.selectRow(chosen)
        self._fit()

    def _restyle(self) -> None:
        self.setFont(tabular(self.window().font()))
        self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().height() + 10
        self.verticalHeader().setDefaultSectionSize(line)
        shown = max(1, min(len(self.rows.rows), self._most))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * line + 2 * self.frameWidth() + 2)
