"""The check page: the live picture, and beside it what to show, or how good the model is for this user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from gesture_app.live.checking import CheckRun
from gesture_app.live.recording import Skip
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.live.live_state import card_for
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import text_growth
from gesture_app.ui.widgets.check_cards import GuideCard, ScoreCard, StartCard
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.state_card import StateCard
from gesture_app.ui.wording import gesture_name

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore

SIDE_WIDTH, SIDE_SHARE = 400, 0.55


class CheckPage(QWidget):
    """Shows a check and asks for its steps; knows nothing of models or samples.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    left = Signal()
    """The page is no longer seen."""

    intent = Signal(str)
    """A way out of a state without a picture, as on the live page."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = SessionStatus(SessionState.IDLE)
        self._running = False
        # Labels would tempt people to adapt until the model agrees.
        self.picture = PictureView(theme, parent=self, labelled=False)
        self._state = StateCard(theme, self.picture)
        self._state.chosen.connect(self.intent.emit)
        self.start = StartCard(theme)
        self.guide = GuideCard(theme)
        self.score = ScoreCard(theme)
        self._arrange()
        self.picture.installEventFilter(self)
        self._show_cards()
        self._show_state()

    @property
    def running(self) -> bool:
        """Whether a check is shown."""
        return self._running

    def show_result(self, result: FrameResult) -> None:
        """Show the newest picture; only while the page is open."""
        if self.isVisible():
            first = self.picture.result is None
            self.picture.show_result(result)
            if first:
                self._show_state()

    def show_status(self, status: SessionStatus) -> None:
        """Show where the session is while there is no picture."""
        self._status = status
        if status.state in {SessionState.OPENING, SessionState.IDLE, SessionState.FAILED}:
            self.picture.show_result(None)
        self._show_state()

    def show_run(self, run: CheckRun, now_s: float) -> None:
        """Show where a check is."""
        if not self._running:
            self._running = True
            self._show_cards()
        self.guide.show_run(run, now_s)
        self.picture.announce(gesture_name(run.gesture))

    def show_skip(self, skip: Skip | None) -> None:
        """Say why the newest frame does not count."""
        self.guide.show_skip(skip)

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show how the gesture is made."""
        self.guide.show_picture(picture)

    def show_ended(self) -> None:
        """Show that no check runs any more."""
        self._running = False
        self.picture.announce("")
        self._show_cards()

    def show_score(self, score: CheckScore | None) -> None:
        """Show how good the model in use is; None where that is not known."""
        self._known = score is not None
        if score is not None:
            self.score.show_score(score)
        self._show_cards()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nobody looks."""
        super().hideEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the picture its share where there is little room."""
        super().resizeEvent(event)
        self._side.setMinimumWidth(min(round(SIDE_WIDTH * text_growth()), round(self.width() * SIDE_SHARE)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the state in the middle of the picture."""
        if watched is self.picture and event.type() == QEvent.Type.Resize:
            self._state.place()
        return super().eventFilter(watched, event)

    _known = False

    def _show_cards(self) -> None:
        self.guide.setVisible(self._running)
        self.start.setVisible(not self._running)
        self.score.setVisible(not self._running and self._known)

    def _show_state(self) -> None:
        # Over the last picture, too: nobody would know why a check that waits for a hand does not go on.
        has_picture = self.picture.result is not None and self._status.state is not SessionState.ENDED
        self._state.show_state(card_for(self._status, None, has_picture=has_picture))

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 12, 12, 12)
        column.setSpacing(12)
        for card in (self.guide, self.score, self.start):
            column.addWidget(card)
        column.addStretch(1)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setWidget(inner)
        self._side = side
        whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.picture, 3)
        whole.addWidget(side, 2)
