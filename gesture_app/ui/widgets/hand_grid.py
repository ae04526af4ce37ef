"""A grid of drawn hands over any number of samples: where a cell lies is computed, never laid out."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from gesture_app.ui.samples.samples_model import SamplesModel
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import connect_while_alive
from gesture_app.ui.widgets.hand_pictures import HandPictures
from gesture_app.ui.wording import gesture_name

HAND_PX = 96
PADDING = 8
GAP = 6
Index = QModelIndex | QPersistentModelIndex


class HandGrid(QAbstractItemView):
    """Shows samples as hands with their gesture below.

    Qt's own list lays out every row at each change of width, a third of a second for 100,000.

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
        self._theme = theme
        self._samples = samples
        self._pictures = HandPictures()
        self._mirrored = False
        self._anchor = 0
        self._unfinished = False
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.setInterval(0)
        self._next_frame.timeout.connect(self.viewport().update)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Samples as hands"))
        self.setModel(samples)
        samples.modelReset.connect(self.updateGeometries)
        connect_while_alive(theme, self, self._follow_theme)

    @property
    def columns(self) -> int:
        """Cells beside each other."""
        # As if there always were a scroll bar: one that came with the last row could make room for itself to go again.
        bar = self.verticalScrollBar()
        taken = 0 if bar.isVisible() else bar.sizeHint().width()
        return max(1, (self.viewport().width() - taken) // (HAND_PX + 2 * PADDING + GAP))

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - a setting
        """Show hands as in a mirror."""
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self.viewport().update()

    def sizeHint(self) -> QSize:
        """Give room for some hands."""
        return QSize(6 * (HAND_PX + 2 * PADDING + GAP), 480)

    # Where cells lie

    def cell(self, row: int) -> QRect:
        """Give the place of a cell in the viewport."""
        down, across = divmod(row, self.columns)
        width = self.viewport().width() / self.columns
        left = round(across * width)
        height = self._cell_height()
        top = down * height - self.verticalOffset()
        return QRect(left, top, round((across + 1) * width) - left, height)

    def visualRect(self, index: Index) -> QRect:
        """Give the place of a cell in the viewport."""
        return self.cell(index.row()) if index.isValid() and index.column() == 0 else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Give the cell at a place."""
        across = int(point.x() * self.columns / max(self.viewport().width(), 1))
        down = (point.y() + self.verticalOffset()) // self._cell_height()
        row = down * self.columns + across
        if 0 <= across < self.columns and 0 <= row < self._count():
            return self._samples.index(row, 0)
        return QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a cell into view."""
        if not index.isValid():
            return
        cell, room, bar = self.cell(index.row()), self.viewport().height(), self.verticalScrollBar()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + cell.center().y() - room // 2)
        elif hint == hints.PositionAtTop or cell.top() < 0:
            bar.setValue(bar.value() + cell.top())
        elif hint == hints.PositionAtBottom or cell.bottom() > room:
            bar.setValue(bar.value() + cell.bottom() - room)

    def horizontalOffset(self) -> int:
        """Give 0: it scrolls upright only."""
        return 0

    def verticalOffset(self) -> int:
        """Give the pixels above the viewport."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """Tell that only the first column has cells."""
        return index.column() != 0

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        height = self._cell_height()
        whole = -(-self._count() // self.columns) * height
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setSingleStep(max(1, height // 3))
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first hand that is seen in view."""
        before = self.indexAt(QPoint(1, 1)) if self.verticalOffset() else QModelIndex()
        super().resizeEvent(event)
        self.updateGeometries()
        if before.isValid() and event.oldSize().width() != event.size().width():
            self.scrollTo(before, QAbstractItemView.ScrollHint.PositionAtTop)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002 - as Qt calls it
        """Paint anew: drawings are kept, so that is quick."""
        self.viewport().update()

    # Choosing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a range begins."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = index.row()
        super().mousePressEvent(event)

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
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.currentIndex().isValid():
            self._anchor = self.currentIndex().row()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where one is, for those who came by the keyboard."""
        super().focusInEvent(event)
        by_keys = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        if by_keys and not self.currentIndex().isValid() and self._count():
            first = self.indexAt(QPoint(1, 1))
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Search nothing: that would fetch every sample."""

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,  # noqa: ARG002 - as Qt calls it
    ) -> QModelIndex:
        """Give the cell that a key leads to."""
        count = self._count()
        if not count:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self._samples.index(0, 0)
        page = max(1, self.viewport().height() // self._cell_height()) * self.columns
        actions = QAbstractItemView.CursorAction
        row = current.row()
        moved = {
            actions.MoveLeft: row - 1,
            actions.MovePrevious: row - 1,
            actions.MoveRight: row + 1,
            actions.MoveNext: row + 1,
            actions.MoveUp: row - self.columns if row >= self.columns else row,
            actions.MoveDown: row + self.columns,
            actions.MovePageUp: row - page,
            actions.MovePageDown: row + page,
            actions.MoveHome: 0,
            actions.MoveEnd: count - 1,
        }[action]
        return self._samples.index(min(max(moved, 0), count - 1), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose all from where the range began, as one reads, to the other corner."""
        if not self._count():
            return
        height, wide = self._cell_height(), max(self.viewport().width(), 1)
        downs = [(y + self.verticalOffset()) // height for y in (rect.top(), rect.bottom())]
        acrosses = [min(max(x * self.columns // wide, 0), self.columns - 1) for x in (rect.left(), rect.right())]
        began = divmod(self._anchor, self.columns)
        down = downs[0] if began[0] == downs[1] else downs[1]
        across = acrosses[0] if began[1] == acrosses[1] else acrosses[1]
        end = min(max(down * self.columns + across, 0), self._count() - 1)
        ranged = bool(command & QItemSelectionModel.SelectionFlag.Current) or rect.width() > 1 or rect.height() > 1
        first, last = sorted((min(self._anchor, self._count() - 1), end)) if ranged else (end, end)
        selection = QItemSelection(self._samples.index(first, 0), self._samples.index(last, 0))
        self.selectionModel().select(selection, command | QItemSelectionModel.SelectionFlag.Rows)

    def selectAll(self) -> None:
        """Choose every sample, as one range."""
        if self._count():
            selection = QItemSelection(self._samples.index(0, 0), self._samples.index(self._count() - 1, 0))
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Give what is to be painted anew, which is all that is seen."""
        return QRegion(self.viewport().rect()) if selection.count() else QRegion()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that are seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._cell_height()
        first = (event.rect().top() + self.verticalOffset()) // height * self.columns
        last = ((event.rect().bottom() + self.verticalOffset()) // height + 1) * self.columns
        current = self.currentIndex().row() if self.hasFocus() else -1
        self._pictures.begin_frame()
        self._unfinished = False
        for row in range(max(first, 0), min(last, self._count())):
            self._paint_cell(painter, row, current=row == current)
        painter.end()
        if self._unfinished:
            self._next_frame.start()

    def _paint_cell(self, painter: QPainter, row: int, *, current: bool) -> None:
        tokens = self._theme.tokens
        cell = self.cell(row)
        ground = QRectF(cell).adjusted(GAP / 2 + 0.5, GAP / 2 + 0.5, -GAP / 2 - 0.5, -GAP / 2 - 0.5)
        sample = self._samples.sample(row)
        chosen = self.selectionModel().isSelected(self._samples.index(row, 0))
        if chosen or current:
            painter.setPen(QPen(tokens.color("accent"), 2.0 if current else 1.0))
            painter.setBrush(tokens.color("accent_soft") if chosen else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, 8.0, 8.0)
        left = cell.left() + (cell.width() - HAND_PX) // 2
        top = cell.top() + GAP // 2 + PADDING
        words = QRectF(ground.left() + 4, top + HAND_PX + 2, ground.width() - 8, self._line_height())
        picture = None
        if sample is not None:
            picture = self._pictures.picture(sample, HAND_PX, self.devicePixelRatioF(), mirrored=self._mirrored)
            self._unfinished |= picture is None
        if sample is None or picture is None:  # it comes within some milliseconds
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("raised"))
            painter.drawRoundedRect(QRectF(left + 24, top + 24, HAND_PX - 48, HAND_PX - 48), 8.0, 8.0)
            return
        painter.drawPixmap(left, top, picture)
        painter.setPen(tokens.color("accent" if chosen else "text"))
        text = QFontMetrics(self.font()).elidedText(
            gesture_name(sample.gesture), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)

    def _follow_theme(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def _count(self) -> int:
        return self._samples.rowCount()

    def _line_height(self) -> int:
        return QFontMetrics(self.font()).height() + 4

    def _cell_height(self) -> int:
        return HAND_PX + 2 * PADDING + GAP + self._line_height()
