"""The samples page: recorded hands as a grid or a table, how they are spread, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gesture_app.ui.samples.samples_listing import Listing
from gesture_app.ui.samples.samples_model import Ids, SamplesModel
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.balance_chart import BalanceChart
from gesture_app.ui.widgets.basics import Card, label
from gesture_app.ui.widgets.hand_grid import HandGrid
from gesture_app.ui.widgets.review_panel import ReviewPanel
from gesture_app.ui.widgets.sample_filters import SampleFilters
from gesture_app.ui.widgets.sample_table import SampleTable
from gesture_app.ui.widgets.samples_header import SamplesHeader
from gesture_app.ui.widgets.selection_bar import SelectionBar
from gesture_app.ui.widgets.state_card import StateCard, StateText, Way
from gesture_app.ui.wording import counted, gesture_name
from models.gesture.gestures import GESTURES
from models.samples.filtering import SampleFilter

SIDE_WIDTH = 300
SIDE_FROM = 760
"""Narrower pages leave all their room to the samples."""

FEW = 0.25
"""A gesture with less than this share of the largest one's samples is named as one that wants more."""


class SamplesPage(QWidget):
    """Shows a listing of samples; says what shall be done with them.

    Parameters
    ----------
    theme
        The look.
    samples
        The samples that are listed.
    parent
        Its owner.
    """

    chosen = Signal(object, object)
    """The :class:`~models.samples.filtering.SampleFilter` and :class:`~models.samples.filtering.SampleOrder`."""

    relabel = Signal(object, str)
    """Numbers of samples, and their gesture from now on."""

    delete = Signal(object)
    restore = Signal(object)
    """Numbers of samples."""

    empty_bin = Signal()
    undo = Signal()
    redo = Signal()
    """What was done on this page last."""

    live_wanted = Signal()
    """The live page, to record."""

    export_file = Signal(object)
    import_file = Signal(object)
    """Path of a file."""

    review_wanted = Signal(bool)
    """Whether suspicious samples are wanted."""

    watched = Signal(bool)
    """Whether the page is seen."""

    def __init__(self, theme: Theme, samples: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._samples = samples
        self._listing: Listing | None = None
        self._question: QMessageBox | None = None
        self._keys: Callable[[str], str] = lambda _: ""
        self.header = SamplesHeader(theme)
        self.filters = SampleFilters()
        self.grid = HandGrid(theme, samples)
        self.table = SampleTable(theme, samples)
        self.table.setSelectionModel(self.grid.selectionModel())
        self.review = ReviewPanel(theme)
        self.views = QStackedWidget()
        self.state_card = StateCard(theme, self.views)
        self.balance = BalanceChart(theme)
        self._advice = label(role="small", wrap=True)
        self._summary = label(role="muted", wrap=True)
        self.selection_bar = SelectionBar(theme)
        self._side = QWidget()
        self._arrange()
        self._connect()
        self._show_selected()

    @property
    def selected(self) -> Ids:
        """Numbers of the selected samples."""
        return self._samples.selected_ids(self.grid.selectionModel().selection())

    @property
    def view(self) -> QAbstractItemView:
        """The grid or the table, whichever is shown."""
        return self.table if self.views.currentWidget() is self.table else self.grid

    @property
    def reviewing(self) -> bool:
        """Whether suspicious samples are shown, or looked for."""
        return self.header.suspicious.isChecked()

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - a setting
        """Show hands as in a mirror."""
        self.grid.set_mirrored(mirrored)
        self.review.set_mirrored(mirrored)

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Say which keys do what, see :meth:`~gesture_app.ui.widgets.live_toolbar.LiveToolbar.show_keys`."""
        self._keys = keys
        self.review.show_keys(keys)
        self.selection_bar.show_keys(keys)
        self._show_parts()

    def take_back(self) -> bool:
        """Undo what was done here last; False where nobody sees the page, so that something else is meant."""
        if self.isVisible() and not self.review.take_back():
            self.undo.emit()
        return self.isVisible()

    def bring_back(self) -> bool:
        """Do again what was undone last; False where nobody sees the page, so that something else is meant."""
        if self.isVisible() and not self.review.bring_back():
            self.redo.emit()
        return self.isVisible()

    def show_listing(self, listing: Listing) -> None:
        """Show what is listed."""
        self._listing = listing
        in_bin = listing.chosen.binned
        self.header.show_counts(listing.kept, listing.binned, in_bin=in_bin)
        self.filters.show_listing(listing)
        self.balance.show_counts(listing.beside.gestures, listing.chosen.gesture)
        known = [*listing.whole.gestures, *(name for name in GESTURES if name not in listing.whole.gestures)]
        self.selection_bar.show_known(known)
        self.selection_bar.show_bin(listing.binned)
        self._show_summary(listing)
        self._show_selected()
        self._show_parts()

    def ask_to_empty_bin(self) -> None:
        """Ask once, without stopping the window, and say so when the answer is yes."""
        if self._listing is None or self._question is not None:
            return
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle(self.tr("Empty the bin"))
        question.setText(counted("Delete %Ln sample(s) for good?", self._listing.binned))
        question.setInformativeText(
            self.tr(
                "Everything in the bin goes, with its pictures, and takes that were undone. Nothing brings it back."
            )
        )
        empty = question.addButton(self.tr("Delete for good"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        empty.clicked.connect(self.empty_bin.emit)
        question.finished.connect(self._forget_question)
        self._question = question
        question.open()

    def ask_for_import(self) -> None:
        """Let the user choose a file whose hands are added."""
        files = self._file_dialog(self.tr("Import hands"))
        files.setFileMode(QFileDialog.FileMode.ExistingFile)
        files.setNameFilters([self.tr("Landmarks of hands (*.csv *.parquet)"), self.tr("All files (*)")])
        files.fileSelected.connect(lambda path: self.import_file.emit(Path(path)))
        files.open()

    def ask_for_export(self) -> None:
        """Let the user choose the file that all samples are written to."""
        files = self._file_dialog(self.tr("Export all samples"))
        files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        files.setNameFilters([self.tr("CSV (*.csv)"), self.tr("Parquet (*.parquet)")])
        files.setDefaultSuffix("csv")
        files.filterSelected.connect(lambda kind: files.setDefaultSuffix("parquet" if "parquet" in kind else "csv"))
        files.selectFile("samples")  # the ending follows the kind that is chosen
        files.fileSelected.connect(lambda path: self.export_file.emit(Path(path)))
        files.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        files = QFileDialog(self, title)
        files.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return files

    @property
    def question(self) -> QMessageBox | None:
        """The question that waits for an answer."""
        return self._question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put the selected samples into the bin with the key for that."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._ask_delete()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Say that somebody looks."""
        super().showEvent(event)
        self.watched.emit(self.isVisible())

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that nobody looks any more."""
        super().hideEvent(event)
        self.watched.emit(self.isVisible())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the side away where there is little room."""
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the card in the middle."""
        if watched is self.views and event.type() == QEvent.Type.Resize:
            self.state_card.place()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        for view in (self.grid, self.table, self.review):
            self.views.addWidget(view)
        self.setFocusProxy(self.grid)
        card = Card(self.tr("Samples by gesture"))
        card.body.addWidget(self._summary)
        card.body.addWidget(self.balance)
        card.body.addWidget(self._advice)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        side = QHBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(area)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.views, 1)
        middle.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.setSpacing(12)
        whole.addWidget(self.filters)
        whole.addLayout(middle, 1)
        whole.addWidget(self.selection_bar)

    def _connect(self) -> None:
        self.views.installEventFilter(self)
        self.header.table_wanted.connect(self._show_table)
        self.header.review_wanted.connect(self._show_review)
        self.review.leave.connect(self.header.leave_review)
        self.header.import_wanted.connect(self.ask_for_import)
        self.header.export_wanted.connect(self.ask_for_export)
        self.header.bin_wanted.connect(lambda on: self._choose(SampleFilter(binned=on)))
        self.filters.changed.connect(lambda: self.chosen.emit(self.filters.chosen, self.filters.order))
        self.balance.chosen.connect(lambda name: self._choose(replace(self.filters.chosen, gesture=name)))
        self.state_card.chosen.connect(self._follow)
        self.grid.selectionModel().selectionChanged.connect(self._show_selected)
        self._samples.modelReset.connect(self._show_selected)
        self.selection_bar.relabel.connect(lambda gesture: self.relabel.emit(self.selected, gesture))
        self.selection_bar.delete.connect(self._ask_delete)
        self.selection_bar.restore.connect(lambda: self.restore.emit(self.selected))
        self.selection_bar.empty.connect(self.ask_to_empty_bin)
        self.selection_bar.undo.connect(self.undo.emit)

    def _show_review(self, wanted: bool) -> None:  # noqa: FBT001 - a button's state
        if wanted and self.filters.chosen.binned:
            self._choose(SampleFilter())
        shown = self.table if self.header.table.isChecked() else self.grid
        self.views.setCurrentWidget(self.review if wanted else shown)
        self.setFocusProxy(self.review if wanted else shown)
        self._show_parts()
        self.review_wanted.emit(wanted)
        if self.isVisible():
            self.setFocus()

    def _show_parts(self) -> None:
        listing = self._listing
        if listing is not None:
            self.state_card.show_state(None if self.reviewing else self._state(listing))
            some = bool(listing.whole.total) or self.filters.narrowed
            for part in (self.filters, self.selection_bar):
                part.setVisible(some and not self.reviewing)
        self._place()

    def _choose(self, chosen: SampleFilter) -> None:
        self.grid.clearSelection()
        self.filters.choose(chosen)

    def _ask_delete(self) -> None:
        if len(self.selected) and not self.filters.chosen.binned and not self.reviewing:
            self.delete.emit(self.selected)

    def _show_table(self, table: bool) -> None:  # noqa: FBT001 - a button's state
        before, model = self.view, self.grid.selectionModel()
        current = model.currentIndex()
        focused = before.hasFocus()
        model.select(
            model.selection(), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        )
        self.views.setCurrentWidget(self.table if table else self.grid)
        self.setFocusProxy(self.view)
        self.state_card.raise_()
        if current.isValid():
            self.view.scrollTo(current.siblingAtColumn(0), QAbstractItemView.ScrollHint.PositionAtCenter)
        if focused:
            self.view.setFocus()

    def _show_selected(self) -> None:
        count = len(self.selected) if self.grid.selectionModel().hasSelection() else 0
        self.selection_bar.show_selected(count, len(self._samples.ids), in_bin=self.filters.chosen.binned)

    def _show_summary(self, listing: Listing) -> None:
        counts, number = listing.beside, QLocale()
        hands = (("Left", self.tr("{count} left")), ("Right", self.tr("{count} right")))
        parts = [text.format(count=number.toString(counts.hands.get(name, 0))) for name, text in hands]
        if counts.hands.get("unknown"):
            parts.append(self.tr("{count} not known").format(count=number.toString(counts.hands["unknown"])))
        if counts.check:
            parts.append(self.tr("{count} check set").format(count=number.toString(counts.check)))
        self._summary.setText(" · ".join(parts))
        few = few_of(counts.gestures) if not listing.chosen.binned else []
        names = ", ".join(gesture_name(name) for name in few[:3])
        self._advice.setText(self.tr("Few samples: {names}. Record more of them for even results.").format(names=names))
        self._advice.setVisible(bool(few))

    def _state(self, listing: Listing) -> StateText | None:
        if len(listing.ids):
            return None
        every = Way("all", self.tr("Show all"), "samples")
        if listing.chosen.binned and not listing.binned:
            text = self.tr("Samples that you delete lie here until you empty the bin.")
            return StateText("trash", self.tr("The bin is empty"), text, (every,))
        if listing.whole.total:
            return StateText("samples", self.tr("No samples like these"), "", (every,))
        key = self._keys("record")
        text = self.tr("Name a gesture on the live page and press Enter.\nThen hold up a hand and press {key}.").format(
            key=key
        )
        if not key:
            text = self.tr("Name a gesture on the live page.\nThen hold up a hand and start a take.")
        return StateText(
            "hand", self.tr("No samples yet"), text, (Way("live", self.tr("Go to the live page"), "live"),)
        )

    def _follow(self, intent: str) -> None:
        if intent == "live":
            self.live_wanted.emit()
        else:
            self._choose(SampleFilter())

    def _forget_question(self) -> None:
        self._question = None

    def _place(self) -> None:
        grown = max(1.0, self._theme.sizes.body / 13)
        some = self._listing is not None and bool(self._listing.beside.total)
        self._side.setVisible(some and not self.reviewing and self.width() >= SIDE_FROM * grown)
        self._side.setFixedWidth(round(SIDE_WIDTH * grown))


def few_of(counts: Mapping[str, int]) -> list[str]:
    """Give the gestures that have far fewer samples than the largest one, fewest first."""
    most = max(counts.values(), default=0)
    return sorted((name for name, count in counts.items() if count < FEW * most), key=lambda name: counts[name])
