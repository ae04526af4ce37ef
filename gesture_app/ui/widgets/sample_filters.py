"""Which samples are shown and in what order: a line of lists to choose from, or two where there is little room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gesture_app.ui.samples.samples_listing import Listing
from gesture_app.ui.widgets.basics import text_growth
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.wording import gesture_name
from models.samples.filtering import SampleFilter, SampleOrder

EDGE, GAP = 4, 8
NEEDED, WIDEST = 134, 220
"""Width of a list that shows what is chosen most often, and of one that has all the room it wants; at usual text."""


class SampleFilters(QWidget):
    """Holds what is chosen.

    Parameters
    ----------
    parent
        Its owner.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = SampleFilter()
        self.gesture = _Choice(self.tr("Gesture"))
        self.session = _Choice(self.tr("Session"))
        self.take = _Choice(self.tr("Take"))
        self.hand = _Choice(self.tr("Hand"))
        self.sort = _Choice(self.tr("Order"))
        self._hands = (
            (None, self.tr("Either hand")),
            ("Left", self.tr("Left hands")),
            ("Right", self.tr("Right hands")),
            ("unknown", self.tr("Hand not known")),
        )
        self._orders = (
            (SampleOrder.NEWEST, self.tr("Newest first")),
            (SampleOrder.OLDEST, self.tr("Oldest first")),
            (SampleOrder.GESTURE, self.tr("By gesture")),
            (SampleOrder.CONFIDENCE, self.tr("Model least sure first")),
        )
        self.hand.offer(self._hands, None)
        self.sort.offer(self._orders, SampleOrder.NEWEST)
        self._lists = (self.gesture, self.session, self.take, self.hand, self.sort)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._columns = 0
        self.setMinimumWidth(1)  # or what is around it would be made wider before it can fold
        for part in self._lists:
            part.activated.connect(self._take_over)
        self._fit()
        self._show_lists({}, (), ())

    @property
    def order(self) -> SampleOrder:
        """The order that is chosen."""
        order = self.sort.value
        return order if isinstance(order, SampleOrder) else SampleOrder.NEWEST

    @property
    def narrowed(self) -> bool:
        """Whether some samples are left out."""
        return self.chosen != SampleFilter(binned=self.chosen.binned)

    def choose(self, chosen: SampleFilter) -> None:
        """Choose other samples."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.hand.offer(self._hands, chosen.hand)
            self.changed.emit()

    def show_listing(self, listing: Listing) -> None:
        """Offer what there is."""
        self._show_lists(listing.whole.gestures, listing.takes, listing.sessions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold by the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fold by the new size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        growth, count = text_growth(), len(self._lists)
        for part in self._lists:
            part.setMaximumWidth(round(WIDEST * growth))
        beside = min(max(int((self.width() + GAP) / (NEEDED * growth + GAP)), 1), count)
        lines = -(-count // beside)
        columns = -(-count // lines)
        if columns == self._columns:
            return
        self._columns = columns
        for place, part in enumerate(self._lists):
            self._grid.removeWidget(part)
            self._grid.addWidget(part, *divmod(place, columns))
        for column in range(count + 1):  # the one after the last is empty, and has what no other can use
            self._grid.setColumnStretch(column, (column < columns) * 100 + (column == columns))

    def _show_lists(
        self, gestures: Mapping[str, int], takes: Sequence[tuple[Any, str]], sessions: Sequence[tuple[Any, str]]
    ) -> None:
        names = [(name, gesture_name(name)) for name in sorted(gestures, key=gesture_name)]
        self.gesture.offer([(None, self.tr("All gestures")), *names], self.chosen.gesture, str(self.chosen.gesture))
        self.session.offer([(None, self.tr("All sessions")), *sessions], self.chosen.session)
        self.take.offer([(None, self.tr("All takes")), *takes], self.chosen.take)

    def _take_over(self) -> None:
        session = self.session.value
        # A take belongs to one session: with another session it would leave nothing to see.
        take = self.take.value if session == self.chosen.session else None
        chosen = replace(self.chosen, gesture=self.gesture.value, session=session, take=take, hand=self.hand.value)
        self.chosen = chosen
        self.changed.emit()


class _Choice(ComboBox):
    """A list whose first entry stands for no choice; texts are set all at once, since there may be thousands."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._values: list[Any] = []
        self._texts = QStringListModel(self)
        self.setModel(self._texts)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(18)
        view = QListView()
        view.setUniformItemSizes(True)
        view.setItemDelegate(self.itemDelegate())
        self.setView(view)

    @property
    def value(self) -> Any:  # noqa: ANN401 - what was offered
        """What is chosen."""
        place = self.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    @property
    def shown_text(self) -> str:
        """What is chosen, ending in dots where there is no room for all of it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        room = field.width() - EDGE
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint it with a text that ends in dots where there is no room for all of it."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def offer(self, choices: Sequence[tuple[Any, str]], value: Any, missing: str = "") -> None:  # noqa: ANN401
        """Offer values, and choose one; one that is not among them is added."""
        values = [choice for choice, _ in choices]
        texts = [text for _, text in choices]
        if value not in values:
            values.append(value)
            texts.append(gesture_name(missing) or str(value))
        with QSignalBlocker(self):
            if texts != self._texts.stringList():
                self._texts.setStringList(texts)
            self._values = values
            self.setCurrentIndex(values.index(value))
