"""The list of moments where two models differed: the hand as drawn, and what either made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gesture_app.live.comparing import Moment
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import class_name
from gesture_app.ui.widgets.basics import connect_while_alive
from gesture_app.ui.widgets.hand_pictures import hand_picture
from gesture_app.ui.wording import model_name, tr

MOMENT = Qt.ItemDataRole.UserRole
KEPT_AS = Qt.ItemDataRole.UserRole + 1
HAND_PX = 52
PADDING = 6
ROWS_IN_VIEW = 3


class MomentList(QListWidget):
    """Lists moments, newest first; the chosen one stays chosen when others come.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    chosen = Signal(object)
    """The :class:`~gesture_app.live.comparing.Moment` that is chosen; None for none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Moment | None = None
        self._rows = _MomentRows(theme, self)
        self.setItemDelegate(self._rows)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Moments where the two models differed"))
        self.currentItemChanged.connect(self._tell)
        connect_while_alive(theme, self, self._fit)
        self._fit()

    @property
    def moment(self) -> Moment | None:
        """The moment that is chosen."""
        item: QListWidgetItem | None = self.currentItem()
        moment: Moment | None = None if item is None else item.data(MOMENT)
        return moment

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - a setting
        """Show hands as in a mirror."""
        if mirrored != self._rows.mirrored:
            self._rows.mirrored = mirrored
            self.viewport().update()

    def show_moments(self, moments: Sequence[Moment], kept: Mapping[Moment, str]) -> None:
        """Show moments.

        Parameters
        ----------
        moments
            Newest first.
        kept
            The gesture that a moment was kept as a sample of.
        """
        before = self.moment
        self.blockSignals(True)  # noqa: FBT003 - it is told once, below
        self.clear()
        for moment in moments:
            item = QListWidgetItem()
            item.setData(MOMENT, moment)
            item.setData(KEPT_AS, kept.get(moment, ""))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(moment, kept.get(moment, "")))
            self.addItem(item)
        if moments:
            row = moments.index(before) if before in moments else 0
            self.setCurrentRow(row, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.blockSignals(False)  # noqa: FBT003
        self._rows.keep_only(moments)
        self._fit()
        if moments:
            self.scrollToItem(self.currentItem())  # or what is asked below the list would be about a hand out of view
        self._tell()

    def choose(self, moment: Moment) -> None:
        """Choose a moment."""
        for row in range(self.count()):
            if self.item(row).data(MOMENT) is moment:
                self.setCurrentRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the keys that move; all others are the window's, not the beginning of a search."""
        if event.key() in _MOVING:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _tell(self) -> None:
        moment = self.moment
        if moment is not self._told:
            self._told = moment
            self.chosen.emit(moment)

    def _fit(self) -> None:
        height = self._rows.height(QFontMetrics(self.font()))
        rows = min(max(self.count(), 1), ROWS_IN_VIEW)
        # Half a row more where there are more: it shows that the list goes on.
        self.setFixedHeight(height * rows + (height // 2 if self.count() > ROWS_IN_VIEW else 0) + 4)


_MOVING = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}


class _MomentRows(QStyledItemDelegate):
    """Paints the hand, and beside it both labels with their models and when it was."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures: dict[tuple[Moment, float, bool], QPixmap] = {}
        self.mirrored = False

    def keep_only(self, moments: Sequence[Moment]) -> None:
        """Let go of the drawings of other moments."""
        wanted = set(moments)
        self._pictures = {key: image for key, image in self._pictures.items() if key[0] in wanted}

    def height(self, metrics: QFontMetrics) -> int:
        """Give the height of a row."""
        return max(HAND_PX, 3 * metrics.height()) + 2 * PADDING

    def sizeHint(
        self,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002 - Qt's signature
    ) -> QSize:  # numpydoc ignore=PR01
        """Give room for a hand and three lines."""
        return QSize(200, self.height(QFontMetrics(option.font)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row."""
        moment: Moment = index.data(MOMENT)
        kept = str(index.data(KEPT_AS))
        tokens = self._theme.tokens
        box = QRect(option.rect).adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accent_soft"))
            painter.drawRoundedRect(box, 6, 6)
        hand = self._picture(moment, painter.device().devicePixelRatio())
        painter.drawPixmap(box.left() + PADDING, box.center().y() - HAND_PX // 2, hand)
        plain, bold = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(plain)
        left, right = box.left() + HAND_PX + 2 * PADDING + 4, box.right() - PADDING
        line = QRect(left, box.center().y() - 3 * metrics.height() // 2, right - left, metrics.height())
        for opinion in (moment.live, moment.other):
            strong = QFontMetrics(bold)
            words = strong.elidedText(answer_name(opinion.label), Qt.TextElideMode.ElideRight, line.width() * 2 // 3)
            room = line.width() - strong.horizontalAdvance(words) - 8
            name = metrics.elidedText(model_name(opinion.model), Qt.TextElideMode.ElideRight, room)
            painter.setFont(bold)
            painter.setPen(tokens.color("text"))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            painter.setFont(plain)
            painter.setPen(tokens.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            line.translate(0, metrics.height())
        painter.setPen(tokens.color("good" if kept else "muted"))
        last = kept_words(kept) if kept else clock(moment)
        last = metrics.elidedText(last, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, last)
        painter.restore()

    def _picture(self, moment: Moment, ratio: float) -> QPixmap:
        key = (moment, ratio, self.mirrored)
        if key not in self._pictures:
            self._pictures[key] = hand_picture(moment.hand, HAND_PX, ratio, mirrored=self.mirrored)
        return self._pictures[key]


def answer_name(label: str | None) -> str:
    """Write what a model took a hand for."""
    return tr("unknown") if label is None else class_name(label)


def clock(moment: Moment) -> str:
    """Say when a moment was."""
    return datetime.fromtimestamp(moment.time).astimezone().strftime("%H:%M:%S")


def kept_words(gesture: str) -> str:
    """Say what a moment was kept as."""
    return tr("Kept as “{gesture}”").format(gesture=class_name(gesture))


def _spoken(moment: Moment, kept: str) -> str:
    parts = [f"{model_name(side.model)}: {answer_name(side.label)}" for side in (moment.live, moment.other)]
    return ", ".join([*parts, clock(moment), *([kept_words(kept)] if kept else [])])
