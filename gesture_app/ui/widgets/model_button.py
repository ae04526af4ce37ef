"""The model chooser: a button that names the model in use, and the list of all versions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gesture_app.ui.icons import pixmap
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import beside_text, button, label, text_growth
from gesture_app.ui.widgets.choice_button import ChoiceButton
from gesture_app.ui.widgets.corners import round_corners
from gesture_app.ui.widgets.stacking_row import StackingRow
from gesture_app.ui.widgets.version_rows import VersionRow, rollback_meaning
from gesture_app.ui.wording import alias_name, champion_meaning, model_name, tip, tr

ROW = Qt.ItemDataRole.UserRole
POPUP_WIDTH, MOST_ROWS = 520, 8
MARGIN = 12
CHECK_PX = 16
CHAMPION = "champion"


def popup_width() -> int:
    """Give the width that the list's lines need at the present size of text."""
    return round(POPUP_WIDTH * text_growth())


class ModelButton(ChoiceButton):
    """Names the model in use and offers others.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    managing
        Whether the list offers to promote and to roll back, too.
    """

    use = Signal(str)
    """Name of the model that shall be used."""

    promote = Signal(int)
    rollback = Signal()
    mlflow = Signal(str)
    """Name of the version whose page in MLflow the user wants to see."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, managing: bool = True) -> None:
        super().__init__(theme, parent)
        self._rows: tuple[VersionRow, ...] = ()
        self._using = ""
        self._loading = ""
        self.popup = VersionPopup(theme, self, managing=managing)
        self.popup.use.connect(self.use.emit)
        self.popup.promote.connect(self.promote.emit)
        self.popup.rollback.connect(self.rollback.emit)
        self.popup.mlflow.connect(self.mlflow.emit)
        self.set_widest(240)
        self.setToolTip(self.tr("The model that names the gestures"))
        theme.changed.connect(self._draw)
        self._draw()

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Offer these versions."""
        self._rows = tuple(rows)
        self.popup.show_rows(self._rows, self._using)
        self._draw()

    def show_using(self, name: str) -> None:
        """Name the version in use."""
        self._using = name
        self.popup.show_rows(self._rows, name)
        self._draw()

    def show_loading(self, name: str) -> None:
        """Say which version is being loaded; empty when none is."""
        self._loading = name
        self._draw()

    def open_menu(self) -> None:
        """Open the list below the button."""
        self.popup.show_rows(self._rows, self._using)
        self.popup.open_below(self)

    def _draw(self) -> None:
        self.setIcon(beside_text(self._theme, "models"))
        row = next((row for row in self._rows if row.name == self._using), None)
        title = row.title if row is not None else _title(self._using) if self._using else self.tr("Model")
        shown = " · ".join([title, *map(alias_name, row.badges[:1] if row is not None else ())])
        text = self.tr("Loading {name} …").format(name=_title(self._loading)) if self._loading else shown
        self.show_text(text)
        self.setAccessibleName(self.tr("Model: {name}").format(name=text))


def _title(name: str) -> str:
    """Say which model it is, as its row would."""
    return model_name(f"v{name}" if name.isdigit() else name)


class VersionPopup(QFrame):
    """The list that opens below the button; closes when something is chosen or clicked beside it."""

    use = Signal(str)
    promote = Signal(int)
    rollback = Signal()
    mlflow = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, managing: bool = True) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._managing = managing
        self.setProperty("role", "card")
        self._using: VersionRow | None = None
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_RowDelegate(theme, self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Model versions"))
        self.list.setMouseTracking(True)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._choose)
        self.list.installEventFilter(self)
        self._hint = label(self.tr("Versions that you train appear here."), "small", wrap=True)
        self._promote = button(theme, self.tr("Make champion"), "check")
        self._rollback = button(theme, self.tr("Roll back"), "undo")
        self._promote.setToolTip(champion_meaning())
        self._mlflow = button(theme, self.tr("Open in MLflow"), "link")
        self._mlflow.setToolTip(self.tr("The run of the version in use, its parameters and figures, in the browser"))
        self._mlflow.clicked.connect(self._ask_mlflow)
        self._promote.clicked.connect(self._ask_promote)
        self._rollback.clicked.connect(self._ask_rollback)
        self._buttons = buttons = StackingRow(self._mlflow, self._promote, self._rollback)
        row = QVBoxLayout()
        row.setContentsMargins(8, 0, 8, 4)
        row.addWidget(self._hint)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(8)
        column.addWidget(self.list)
        column.addLayout(row)

    def show_rows(self, rows: Sequence[VersionRow], using: str) -> None:
        """Fill the list."""
        self.list.clear()
        self._using = next((row for row in rows if row.name == using), None)
        for row in rows:
            item = QListWidgetItem()
            item.setData(ROW, (row, row.name == using))
            words = f"{row.title} {' '.join(map(alias_name, row.badges))}, {row.detail}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            meaning = champion_meaning() if CHAMPION in row.badges else ""
            item.setToolTip(meaning if row.usable else tip(row.detail))
            if not row.usable:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
            if row.name == using:
                self.list.setCurrentItem(item)
        versions = [row for row in rows if row.number is not None]
        champion = next((row for row in versions if CHAMPION in row.badges), None)
        self._hint.setVisible(self._managing and not versions)
        self._promote.setVisible(self._managing and bool(versions))
        self._rollback.setVisible(self._managing and champion is not None)
        before = None if champion is None else champion.before
        self._rollback.setEnabled(before is not None)
        self._rollback.setToolTip(rollback_meaning(before))
        can_promote = self._using is not None and self._using.number is not None and self._using is not champion
        self._promote.setEnabled(can_promote)
        self._mlflow.setVisible(self._managing and bool(versions))
        self._mlflow.setEnabled(self._using is not None and self._using.number is not None)

    def open_below(self, owner: QWidget) -> None:
        """Open below a widget, as high as the list needs."""
        height = sum(self.list.sizeHintForRow(row) for row in range(min(self.list.count(), MOST_ROWS)))
        self.list.setFixedHeight(height + 12)
        self.setFixedWidth(max(popup_width(), owner.width()))
        self._buttons.updateGeometry()  # some came or went while it was closed
        self.adjustSize()
        self.resize(self.width(), self.heightForWidth(self.width()))
        room = owner.screen().availableGeometry()
        place = owner.mapToGlobal(QPoint(0, owner.height() + 4))
        self.move(max(min(place.x(), room.right() + 1 - self.width()), room.left()), place.y())
        round_corners(self)
        self.show()
        self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose with the keyboard."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
                self._choose(self.list.currentItem())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return super().eventFilter(watched, event)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            row, used = item.data(ROW)
            self.hide()
            if not used:
                self.use.emit(row.name)

    def _ask_promote(self) -> None:
        self.hide()
        if self._using is not None and self._using.number is not None:
            self.promote.emit(self._using.number)

    def _ask_mlflow(self) -> None:
        self.hide()
        if self._using is not None:
            self.mlflow.emit(self._using.name)

    def _ask_rollback(self) -> None:
        self.hide()
        self.rollback.emit()


class _RowDelegate(QStyledItemDelegate):
    """Paints two lines: name and badges, and below them what is known of the version."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:  # numpydoc ignore=PR01
        """Give room for two lines, more where a reason needs it."""
        row, _ = index.data(ROW)
        line = QFontMetrics(option.font).height()
        lines = 1 if row.usable else len(_wrapped(row.detail, QFontMetrics(option.font), popup_width() - 6 * MARGIN))
        return QSize(popup_width() - 40, line * (1 + lines) + 18)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row."""
        row, used = index.data(ROW)
        tokens = self._theme.tokens
        box = QRect(option.rect).adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected and row.usable:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accent_soft"))
            painter.drawRoundedRect(box, 6, 6)
        if used:
            mark = pixmap("check", tokens.color("accent"), CHECK_PX, painter.device().devicePixelRatio())
            painter.drawPixmap(box.left() + 8, box.top() + 9, mark)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        line = QFontMetrics(bold).height()
        left = box.left() + CHECK_PX + 18
        painter.setFont(bold)
        painter.setPen(tokens.color("text" if row.usable else "muted"))
        painter.drawText(left, box.top() + 8 + QFontMetrics(bold).ascent(), row.title)
        left_of_badge = left + QFontMetrics(bold).horizontalAdvance(row.title) + 8
        painter.setFont(option.font)
        metrics = QFontMetrics(option.font)
        for alias in (*row.badges, *(("",) if not row.usable else ())):
            badge, good = alias_name(alias) or tr("not usable"), alias == CHAMPION
            left_of_badge = self._paint_badge(painter, metrics, badge, QPoint(left_of_badge, box.top() + 8), good=good)
        painter.setPen(tokens.color("muted"))
        words = [row.detail] if row.usable else _wrapped(row.detail, metrics, popup_width() - 6 * MARGIN)
        for number, text in enumerate(words):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.right() - left - 4)
            painter.drawText(left, box.top() + 10 + line * (number + 1) + metrics.ascent(), shown)
        painter.restore()

    def _paint_badge(self, painter: QPainter, metrics: QFontMetrics, text: str, at: QPoint, *, good: bool) -> int:
        tokens = self._theme.tokens
        box = QRect(at.x(), at.y(), metrics.horizontalAdvance(text) + 12, metrics.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("good_soft" if good else "raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(tokens.color("good" if good else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.right() + 6


def _wrapped(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if metrics.horizontalAdvance(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
