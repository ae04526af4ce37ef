"""Which samples are shown and in what order: one line of lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gesture_app.ui.samples.samples_listing import Listing
from gesture_app.ui.wording import gesture_name
from models.samples.filtering import SampleFilter, SampleOrder

EDGE = 4


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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.gesture, self.session, self.take, self.hand, self.sort):
            row.addWidget(part, 1)
            part.activated.connect(self._take_over)
        row.addStretch(1)
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


class _Choice(QComboBox):
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
        self.setMaximumWidth(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(18)
        view = QListView()
        view.setUniformItemSizes(True)
        self.setView(view)

    @property
    def value(self) -> Any:  # noqa: ANN401 - what was offered
        """What is chosen."""
        place = self.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint it with a text that ends in dots where there is no room for all of it."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        room = field.width() - EDGE
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
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
