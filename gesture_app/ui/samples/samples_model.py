"""Samples as rows of a table that fetches a page at a time: 100,000 of them cost what a screen of them costs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from gesture_app.ui.wording import gesture_name, hand_name, share, tip, tr

if TYPE_CHECKING:
    from models.samples.sample import Sample

PAGE = 128
KEPT_PAGES = 48
MOST_WAITING = 4
Index = QModelIndex | QPersistentModelIndex
Ids = NDArray[np.int64]
_NO_INDEX = QModelIndex()


class Column(IntEnum):
    """Columns of the table."""

    GESTURE = 0
    HAND = 1
    RECORDED = 2
    TAKE = 3
    SESSION = 4
    OPINION = 5
    SIZE = 6
    KIND = 7


@dataclass(frozen=True, slots=True, eq=False)
class PageRequest:
    """Samples that are to be fetched.

    Attributes
    ----------
    listing
        Counts the listings, so that an answer for an earlier one is known.
    page
        Which page of it.
    ids
        The samples' numbers.
    """

    listing: int
    page: int
    ids: Ids


class SamplesModel(QAbstractTableModel):
    """Knows the numbers of all samples that are listed, and what was fetched of them so far."""

    wanted = Signal(object)
    """A :class:`PageRequest`; to be answered by :meth:`show_page`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Ids = np.empty(0, np.int64)
        self._listing = 0
        self._pages: OrderedDict[int, dict[int, Sample]] = OrderedDict()
        self._waiting: list[int] = []
        self._fetching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fetch)

    @property
    def ids(self) -> Ids:
        """Numbers of the listed samples, in order."""
        return self._ids

    def show_ids(self, ids: Ids, first: Sequence[Sample] = ()) -> None:
        """List samples; what is known of them is fetched anew when it is looked at.

        Parameters
        ----------
        ids
            Their numbers, in order.
        first
            The first page of them, where it was fetched already.
        """
        self._listing += 1
        self._fetching = False
        self._waiting.clear()
        if np.array_equal(ids, self._ids):  # views keep their place and what is selected
            self._pages.clear()
            self._hold_first(first)
            self._tell(0, len(ids) - 1)
            return
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        self._hold_first(first)
        self.endResetModel()

    def show_page(self, request: PageRequest, samples: Sequence[Sample]) -> None:
        """Take what was fetched; dropped when the listing is another one by now."""
        if request.listing != self._listing:
            return
        self._fetching = False
        self._pages[request.page] = {sample.id: sample for sample in samples}
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        first = request.page * PAGE
        self._tell(first, min(first + PAGE, len(self._ids)) - 1)
        if self._waiting:
            self._fetch()

    def sample(self, row: int) -> Sample | None:
        """Give a sample; None while it is being fetched, or where it is gone."""
        page = row // PAGE
        held = self._pages.get(page)
        if held is None:
            self._want(page)
            return None
        self._pages.move_to_end(page)
        for beside in (page - 1, page + 1):  # where scrolling leads next
            if beside not in self._pages and 0 <= beside * PAGE < len(self._ids):
                self._want(beside, first=False)
        return held.get(int(self._ids[row]))

    def selected_ids(self, selection: QItemSelection) -> Ids:
        """Give the numbers of selected samples, without asking row by row."""
        chosen = np.zeros(len(self._ids), bool)
        for place in range(selection.count()):
            part = selection.at(place)
            chosen[part.top() : part.bottom() + 1] = True
        return self._ids[chosen]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Count the samples."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Name a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.KIND:
            return tr("“check set” was held in a guided check, “imported” came from a file; all others are recorded.")
        return _titles()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Give a cell."""
        if role not in _ROLES or not index.isValid():
            return None
        sample = self.sample(index.row())
        if sample is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(sample, Column(index.column()))
        words = sample_text(sample)
        return tip(words) if role == Qt.ItemDataRole.ToolTipRole else words

    def _hold_first(self, samples: Sequence[Sample]) -> None:
        if samples:
            self._pages[0] = {sample.id: sample for sample in samples}

    def _want(self, page: int, *, first: bool = True) -> None:
        if page in self._waiting:
            if not first or self._waiting[-1] == page:
                return
            self._waiting.remove(page)
        if first:
            self._waiting.append(page)
            del self._waiting[:-MOST_WAITING]  # flown by: asked for again when it is looked at again
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.insert(0, page)
        if not self._fetching and not self._timer.isActive():
            self._timer.start()

    def _fetch(self) -> None:
        while self._waiting and not self._fetching:
            page = self._waiting.pop()
            if page not in self._pages:
                self._fetching = True
                ids = self._ids[page * PAGE : (page + 1) * PAGE]
                self.wanted.emit(PageRequest(self._listing, page, ids))

    def _tell(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


_ROLES = frozenset(
    {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole},
)


def cell_text(sample: Sample, column: Column) -> str:
    """Write one cell of the table."""
    return _CELLS[column](sample)


def opinion_text(sample: Sample) -> str:
    """Say what the live model made of a sample when it was recorded."""
    if sample.opinion is None:
        return ""
    name = tr("unknown") if sample.opinion.label is None else gesture_name(sample.opinion.label)
    return f"{name} {share(sample.opinion.confidence)}"


def sample_text(sample: Sample) -> str:
    """Say in one line what a sample is."""
    parts = [
        gesture_name(sample.gesture),
        hand_name(sample.hand.handedness),
        tr("take {number}").format(number=sample.take),
        moment(sample.time),
        tr("model said {opinion}").format(opinion=opinion_text(sample)) if sample.opinion else "",
        cell_text(sample, Column.KIND),
    ]
    return " · ".join(part for part in parts if part)


def moment(seconds: float) -> str:
    """Write a time as day and minute."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _size_text(sample: Sample) -> str:
    width, height = sample.hand.image_size
    return f"{width} x {height}" if width > 0 and height > 0 else ""


def _kind_text(sample: Sample) -> str:
    kinds = ((sample.check, tr("check set")), (sample.origin is not None, tr("imported")))
    return ", ".join(text for holds, text in kinds if holds)


_CELLS: dict[Column, Callable[[Sample], str]] = {
    Column.GESTURE: lambda sample: gesture_name(sample.gesture),
    Column.HAND: lambda sample: {"Left": tr("left"), "Right": tr("right")}.get(sample.hand.handedness or "", ""),
    Column.RECORDED: lambda sample: moment(sample.time),
    Column.TAKE: lambda sample: str(sample.take),
    Column.SESSION: lambda sample: str(sample.session),
    Column.OPINION: opinion_text,
    Column.SIZE: _size_text,
    Column.KIND: _kind_text,
}


def _titles() -> tuple[str, ...]:
    return (
        tr("Gesture"),
        tr("Hand"),
        tr("Recorded"),
        tr("Take"),
        tr("Session"),
        tr("Model said"),
        tr("Picture"),
        tr("Kind"),
    )
