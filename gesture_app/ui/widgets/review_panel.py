"""Suspicious samples on the samples page: the search for them, and the list of those that wait for a decision."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from gesture_app.training.events import Event, Said, Tried
from gesture_app.ui.samples.review import Review
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import step_title, time_left
from gesture_app.ui.widgets.basics import button, label
from gesture_app.ui.widgets.folding_row import FoldingRow
from gesture_app.ui.widgets.review_row import ReviewRow
from gesture_app.ui.widgets.state_card import StateCard, StateText, Way
from gesture_app.ui.wording import counted, tip, tr, with_key

ROWS_A_TURN = 3
"""Rows made in one turn of the window's loop, which more would hold up."""

CANCEL, AGAIN, ALL = "cancel", "again", "all"


class ReviewPanel(QWidget):
    """Shows a review; says what was decided.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    relabel = Signal(object)
    keep = Signal(object)
    discard = Signal(object)
    """A :class:`~gesture_app.training.suspicions.Suspicion`."""

    relabel_all = Signal()
    undo = Signal()
    redo = Signal()
    search = Signal()
    leave = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._review: Review | None = None
        self._mirrored = False
        self._rows: list[ReviewRow] = []
        self._keys: Callable[[str], str] = lambda _: ""
        self._title = label(role="heading", wrap=True)
        self._line = label(role="muted", wrap=True)
        self._notes = label(role="small", wrap=True)
        self.all_button = button(theme, tr("Apply all suggestions"), "check")
        self.undo_button = button(theme, tr("Undo"), "undo")
        self.again_button = button(theme, tr("Search again"), "refresh")
        self.state_card = StateCard(theme, self)
        self._list = QVBoxLayout()
        self._area = QScrollArea()
        self._filling = QTimer(self)
        self._filling.setSingleShot(True)
        self._filling.setInterval(0)
        self._filling.timeout.connect(self._fill)
        self._arrange()
        self._connect()

    @property
    def rows(self) -> tuple[ReviewRow, ...]:
        """The samples that are shown."""
        return tuple(self._rows)

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - a setting
        """Show hands as in a mirror."""
        self._mirrored = mirrored
        for row in self._rows:
            row.set_mirrored(mirrored)

    def show_searching(self) -> None:
        """Show that a search began."""
        self._review = None
        self._show_parts()
        self._say_searching(tr("Starting the search"), tr("The camera runs on meanwhile."), -1.0)

    def show_event(self, event: Event) -> None:
        """Show how far the search is."""
        if self._review is not None or isinstance(event, Said):
            return
        step = event.step if isinstance(event, Tried) else event
        left = time_left(step.left_s)
        share = -1.0 if step.share is None else step.share
        self._say_searching(step_title(step), left[:1].upper() + left[1:], share)

    def show_review(self, review: Review) -> None:
        """Show what waits for a decision."""
        self._review = review
        count = len(review.waiting)
        self._title.setText(counted("%Ln suspicious sample(s)", count))
        self._line.setText(_line(review))
        self._notes.setText(" ".join(review.result.notes))
        self.all_button.setEnabled(count > 0)
        self.undo_button.setEnabled(bool(review.undo))
        self._show_undo()
        self._show_parts()
        self._show_rows()
        self.state_card.show_state(None if count else _nothing(review))

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Say which keys do the same as the buttons, see :meth:`~.live_toolbar.LiveToolbar.show_keys`."""
        self._keys = keys
        self._show_undo()

    def take_back(self) -> bool:
        """Take the last decision back; False where nobody sees this list, so that something else is meant."""
        if self.isVisible() and self.undo_button.isEnabled() and self._review is not None:
            self.undo.emit()
        return self.isVisible()

    def bring_back(self) -> bool:
        """Decide again what was taken back last; False where nobody sees this list, so that something else is meant."""
        if self.isVisible() and self._review is not None:
            self.redo.emit()
        return self.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete the sample that has the focus; leave."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            focus = self._focus()
            if focus is not None:
                self._rows[focus[0]].buttons[-1].click()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the card in the middle."""
        if watched is self and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self.state_card.place()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Suspicious samples"))
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._top = QWidget()
        top = QVBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(8)
        buttons = (self.all_button, self.undo_button, self.again_button)
        top.addWidget(FoldingRow(self._theme, (self._title, self._line), buttons))
        top.addWidget(self._notes)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(8)
        column.addLayout(self._list)
        column.addStretch(1)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._top)
        whole.addWidget(self._area, 1)
        self._show_parts()

    def _connect(self) -> None:
        self.installEventFilter(self)
        self.all_button.clicked.connect(self._ask_for_all)
        self.undo_button.clicked.connect(self.undo.emit)
        self.again_button.clicked.connect(self.search.emit)
        self.state_card.chosen.connect(self._follow)

    def _show_undo(self) -> None:
        what = "" if self._review is None else self._review.undo
        text = tr("Take back: {what}").format(what=what)
        self.undo_button.setToolTip(tip(with_key(text, self._keys("undo"))) if what else "")

    def _ask_for_all(self) -> None:
        self.all_button.setEnabled(False)
        self.relabel_all.emit()

    def _follow(self, intent: str) -> None:
        (self.search if intent == AGAIN else self.leave).emit()

    def _show_parts(self) -> None:
        review = self._review
        some = review is not None and (bool(review.waiting) or bool(review.undo))
        self._top.setVisible(some)
        self._notes.setVisible(bool(self._notes.text()) and review is not None and bool(review.waiting))
        self._area.setVisible(review is not None and bool(review.waiting))
        if review is None:
            self._show_rows()

    def _say_searching(self, title: str, text: str, share: float) -> None:
        cancel = Way(CANCEL, tr("Cancel"), "stop", light=True)
        self.state_card.show_state(StateText("refresh", title, text, (cancel,), share))

    def _show_rows(self) -> None:
        """Take away what is decided and begin to add what comes next."""
        shown = () if self._review is None else self._review.shown
        focus = self._focus()
        for row in [row for row in self._rows if row.suspicion not in shown]:
            self._rows.remove(row)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for row in self._rows:
            row.wait_for_decision()
        self._fill()
        if focus is not None:
            self._focus_again(*focus)

    def _fill(self) -> None:
        if self._review is None:
            return
        known = {row.suspicion for row in self._rows}
        missing = [(place, one) for place, one in enumerate(self._review.shown) if one not in known]
        for place, one in missing[:ROWS_A_TURN]:
            row = ReviewRow(self._theme, one, self._review.samples[one.sample], mirrored=self._mirrored)
            row.relabel.connect(self.relabel.emit)
            row.keep.connect(self.keep.emit)
            row.discard.connect(self.discard.emit)
            self._rows.insert(min(place, len(self._rows)), row)
            self._list.insertWidget(min(place, self._list.count()), row)
        if len(missing) > ROWS_A_TURN:
            self._filling.start()

    def _focus(self) -> tuple[int, int] | None:
        """Give the row and the button that have the focus."""
        focused = QApplication.focusWidget()
        for place, row in enumerate(self._rows):
            if focused in row.buttons:
                return place, row.buttons.index(focused)
        return None

    def _focus_again(self, place: int, which: int) -> None:
        """Leave the focus on the same kind of button: whoever works by the keyboard goes on with the next sample."""
        if not self._rows:
            self.setFocus()
            return
        row = self._rows[min(place, len(self._rows) - 1)]
        row.buttons[which].setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(row)


def _line(review: Review) -> str:
    parts = [counted("Of %Ln sample(s) judged, each by a model that had not seen its take.", review.result.judged)]
    if len(review.waiting) > len(review.shown):
        parts.append(counted("The first %Ln are shown; the next ones follow.", len(review.shown)))
    if review.result.confirmed:
        parts.append(counted("%Ln that you kept before left out.", review.result.confirmed))
    return " ".join(parts)


def _nothing(review: Review) -> StateText:
    ways = (Way(ALL, tr("Show all samples"), "samples"), Way(AGAIN, tr("Search again"), "refresh"))
    result = review.result
    if result.suspicions:
        text = tr("Search again to see whether what you changed has brought others to light.")
        return StateText("check", tr("All suspicious samples are decided"), text, ways[::-1])
    text = tr("Each was judged by a model that had not seen its take, and fits its label.")
    if result.confirmed:
        text = counted("All but %Ln that you kept before fit their labels.", result.confirmed)
    title = counted("Nothing suspicious among %Ln sample(s)", result.judged)
    return StateText("check", title, "\n".join((text, *result.notes)), ways)
