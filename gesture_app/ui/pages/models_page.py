"""The models page: every version with what is known of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import Card, button, label, text_growth
from gesture_app.ui.widgets.stacking_row import StackingRow
from gesture_app.ui.widgets.version_rows import (
    COUNT,
    MADE,
    SIZE,
    STATE,
    TIME,
    VersionFacts,
    facts_of,
    rollback_meaning,
    titles,
)
from gesture_app.ui.wording import alias_name, champion_meaning, gesture_name, tip, tr

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore
    from models.gesture.catalog import ModelEntry

DETAILS_WIDTH = 300
STACKED_BELOW = 860
ROW_HEIGHT = 38
SPARED = (SIZE, TIME, COUNT, MADE)
"""Columns that go first."""


class ModelsPage(QWidget):
    """Lists versions and says what the user wants of them.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    use = Signal(str)
    promote = Signal(int)
    rollback = Signal()
    export = Signal(str)
    refresh = Signal()
    mlflow = Signal(str)
    """Name of the version whose page in MLflow the user wants to see."""

    check = Signal()
    """The user wants to know how good the model in use is for them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[VersionFacts, ...] = ()
        self._using = ""
        self._entries: tuple[ModelEntry, ...] = ()
        self._scores: Mapping[str, CheckScore] = {}
        self.table = self._make_table()
        self.details = VersionCard(theme)
        self._refresh = button(theme, self.tr("Look for new versions"), "refresh")
        self._check = button(theme, self.tr("How good is it for me?"), "hand")
        self._check.clicked.connect(self.check.emit)
        self._refresh.clicked.connect(self.refresh.emit)
        self._hint = label(self.tr("Versions that you train appear here by themselves."), "muted", wrap=True)
        self._arrange()
        self.table.itemSelectionChanged.connect(self._show_selected)
        self.table.itemActivated.connect(lambda _: self._ask_use())
        self.details.use.connect(self._ask_use)
        self.details.promote.connect(self._ask_promote)
        self.details.rollback.connect(self.rollback.emit)
        self.details.export.connect(self._ask_export)
        self.details.mlflow.connect(self._ask_mlflow)

    def show_entries(self, entries: Sequence[ModelEntry]) -> None:
        """List these versions."""
        chosen = self._selected()
        now = datetime.now().astimezone()
        self._entries = tuple(entries)
        self._facts = tuple(facts_of(entry, now, self._scores.get(entry.name)) for entry in entries)
        self.table.setRowCount(len(self._facts))
        for row, facts in enumerate(self._facts):
            for column, text in enumerate(facts.cells(using=facts.name == self._using)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(facts.hint(column)))
                if not facts.usable:
                    item.setForeground(self.palette().placeholderText())
                if column > 0:
                    item.setFont(tabular(self.font()))
                self.table.setItem(row, column, item)
            self.table.setRowHeight(row, max(ROW_HEIGHT, self.fontMetrics().height() + 20))
        self._fit_columns()
        self._choose(chosen.name if chosen is not None else self._using)
        self._show_selected()

    def show_looking(self, looking: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Show that the registry was asked, until its answer comes."""
        if looking == self._refresh.isEnabled():
            focused = not looking and self.focusWidget() in {None, self._refresh}
            self._refresh.setEnabled(not looking)
            self._refresh.setText(self.tr("Looking …") if looking else self.tr("Look for new versions"))
            if focused and self.isVisible():
                self._refresh.setFocus()

    def show_scores(self, scores: Mapping[str, CheckScore]) -> None:
        """Show what versions are worth to this user, by name."""
        self._scores = scores
        self.show_entries(self._entries)

    def show_using(self, name: str) -> None:
        """Mark the version in use."""
        chosen = self._selected()
        followed = chosen is None or chosen.name == self._using
        self._using = name
        for row, facts in enumerate(self._facts):
            item = self.table.item(row, STATE)
            if item is not None:
                item.setText(facts.cells(using=facts.name == name)[STATE])
        self._fit_columns()
        if followed:
            self._choose(name)
        self._show_selected()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details below the table where there is no room beside it."""
        super().resizeEvent(event)
        stacked = self.width() < STACKED_BELOW * text_growth()
        direction = QHBoxLayout.Direction.TopToBottom if stacked else QHBoxLayout.Direction.LeftToRight
        self._columns.setDirection(direction)
        self._side.setFixedWidth(16777215 if stacked else round(DETAILS_WIDTH * text_growth()))
        self._hint.setVisible(not stacked)
        if stacked:
            self._side.setMinimumWidth(0)
        self._columns.activate()
        self._fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure again: what is not seen is not dressed, and so has other widths."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit_columns)

    def changeEvent(self, event: QEvent) -> None:
        """Write the table anew when the text grows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            QTimer.singleShot(0, self, self._write_anew)  # when all of the new look is in force

    def _write_anew(self) -> None:
        if self._entries:
            self.show_entries(self._entries)

    def _fit_columns(self) -> None:
        """Leave out what matters least where there is no room for all of it; the details say it, too."""
        header = self.table.horizontalHeader()
        for column in SPARED:
            self.table.showColumn(column)  # or its heading would be taken for nothing
        wide = [
            max(self.table.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(self.table.columnCount())
        ]
        missing = sum(wide) - self.table.viewport().width()
        for column in SPARED:
            self.table.setColumnHidden(column, missing > 0)
            missing -= wide[column] if missing > 0 else 0

    def _make_table(self) -> QTableWidget:
        headings = titles()
        table = QTableWidget(0, len(headings))
        for column, (title, meaning) in enumerate(headings):
            heading = QTableWidgetItem(title)
            heading.setToolTip(meaning)
            table.setHorizontalHeaderItem(column, heading)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setItemDelegate(_WholeRowFocus(table))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(self.tr("Model versions"))
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return table

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.table, 1)
        left.addWidget(StackingRow(self._hint, self._check, self._refresh, stretched=0))
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.details)
        column.addStretch(1)
        self._side.setWidget(inner)
        self._side.setFixedWidth(DETAILS_WIDTH)
        self._columns = QHBoxLayout(self)
        self._columns.setContentsMargins(12, 12, 12, 12)
        self._columns.setSpacing(12)
        self._columns.addLayout(left, 3)
        self._columns.addWidget(self._side, 2)

    def _choose(self, name: str) -> None:
        for row, facts in enumerate(self._facts):
            if facts.name == name:
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                self.table.selectionModel().setCurrentIndex(self.table.model().index(row, 0), flags)

    def _selected(self) -> VersionFacts | None:
        rows = self.table.selectionModel().selectedRows()
        return self._facts[rows[0].row()] if rows and rows[0].row() < len(self._facts) else None

    def _show_selected(self) -> None:
        champion = next((facts for facts in self._facts if "champion" in facts.badges), None)
        self.details.show_facts(self._selected(), using=self._using, champion=champion)

    def _ask_use(self) -> None:
        facts = self._selected()
        if facts is not None and facts.usable and facts.name != self._using:
            self.use.emit(facts.name)

    def _ask_promote(self) -> None:
        facts = self._selected()
        if facts is not None and facts.number is not None:
            self.promote.emit(facts.number)

    def _ask_mlflow(self) -> None:
        facts = self._selected()
        if facts is not None and facts.number is not None:
            self.mlflow.emit(facts.name)

    def _ask_export(self) -> None:
        facts = self._selected()
        if facts is not None and facts.usable:
            self.export.emit(facts.name)


class VersionCard(Card):
    """Everything that is known of one version."""

    use = Signal()
    promote = Signal()
    rollback = Signal()
    export = Signal()
    mlflow = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = label(role="title")
        self._state = label(role="muted", wrap=True)
        self._lines = label(wrap=True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._gestures_title = label(self.tr("Gestures"), "heading")
        self._gestures = label(role="muted", wrap=True)
        self._use = button(theme, self.tr("Use this version"), "check", "primary")
        self._promote = button(theme, self.tr("Make champion"), "models")
        self._rollback = button(theme, self.tr("Roll back"), "undo")
        self._export = button(theme, self.tr("Export …"), "folder")
        self._mlflow = button(theme, self.tr("Open in MLflow"), "link")
        self._mlflow.setToolTip(self.tr("Its run, parameters and figures, in the browser"))
        self._champion = label(role="small", wrap=True)
        self._promote.setToolTip(champion_meaning())
        for part in (self._title, self._state, self._champion, self._lines, self._gestures_title, self._gestures):
            self.body.addWidget(part)
        self.body.addSpacing(8)
        for choice, wanted in (
            (self._use, self.use),
            (self._promote, self.promote),
            (self._rollback, self.rollback),
            (self._export, self.export),
            (self._mlflow, self.mlflow),
        ):
            choice.clicked.connect(wanted.emit)
            self.body.addWidget(choice)

    def show_facts(self, facts: VersionFacts | None, *, using: str, champion: VersionFacts | None) -> None:
        """Show a version; None for none."""
        self.setVisible(facts is not None)
        if facts is None:
            return
        self._title.setText(facts.title)
        used = facts.name == using
        states = [*([tr("in use")] if used else []), *map(alias_name, facts.badges)]
        self._state.setText(facts.reason or ", ".join(states))
        self._state.setVisible(bool(self._state.text()))
        self._champion.setText(champion_meaning())
        self._champion.setVisible(facts is champion)
        measured = ((tr("Time a hand"), facts.latency), (tr("Size"), facts.size), (tr("Made"), facts.made))
        lines = [*facts.lines, *((name, value) for name, value in measured if value)]
        self._lines.setText("\n".join(tr("{name}: {value}").format(name=name, value=value) for name, value in lines))
        self._lines.setVisible(bool(lines))
        self._gestures.setText(", ".join(gesture_name(name) for name in facts.gestures))
        for part in (self._gestures_title, self._gestures):
            part.setVisible(bool(facts.gestures))
        self._use.setEnabled(facts.usable and not used)
        self._use.setText(self.tr("In use") if used else self.tr("Use this version"))
        self._promote.setVisible(facts.number is not None)
        self._promote.setEnabled(facts.usable and facts is not champion)
        self._rollback.setVisible(champion is not None and facts is champion)
        self._rollback.setEnabled(facts.before is not None)
        self._rollback.setToolTip(rollback_meaning(facts.before))
        self._export.setEnabled(facts.usable)
        self._mlflow.setVisible(facts.number is not None)


class _WholeRowFocus(QStyledItemDelegate):
    """Leaves out the frame round one cell: the row is what is chosen."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~option.state.State_HasFocus

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 4, size.height())
