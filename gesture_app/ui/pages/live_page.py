"""The live page: the picture with what is recognised in it, the hands, and how frames are recognised."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.live.live_state import HandHint, card_for, pill_for
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import text_growth
from gesture_app.ui.widgets.hand_card import HandCards
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.recognition_card import RecognitionCard
from gesture_app.ui.widgets.state_card import HintPill, StateCard

SIDE_WIDTH = 320
SIDE_SHARE = 0.45
"""The most that the panel takes of the page: the picture is what is looked at."""

DRAWER_BELOW = 900
"""Below this width of the window the side panel lies over the picture."""


class LivePage(QWidget):
    """Shows results and states; knows nothing of cameras or threads.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    intent = Signal(str)
    """A way out of a state: ``again``, ``choose``, ``resume``."""

    side_moved = Signal()
    """The side panel came or went."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = SessionStatus(SessionState.IDLE)
        self._preparation: Preparation | None = None
        self._hint = HandHint()
        self._side_wanted = self._side_was_open = True
        self._drawer_open = False
        self._picture_only = False
        self.picture = PictureView(theme, parent=self)
        self._card = StateCard(theme, self.picture)
        self._pill = HintPill(theme, self.picture)
        self.hands = HandCards(theme)
        self.recognition = RecognitionCard(theme)
        self._side = QWidget(self)
        self._side.setObjectName("side")
        self._side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.extras = QVBoxLayout()
        self._fill_side()
        self._card.chosen.connect(self.intent.emit)
        self._pill.chosen.connect(self.intent.emit)
        self.picture.installEventFilter(self)

    @property
    def side_open(self) -> bool:
        """Whether the side panel is to be seen."""
        if self._picture_only:
            return False
        return self._drawer_open if self.narrow else self._side_wanted

    @property
    def narrow(self) -> bool:
        """Whether the side panel would lie over the picture."""
        return self.window().width() < DRAWER_BELOW

    def open_side(self, shown: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Show or fold away the side panel."""
        if self.narrow:
            self._drawer_open = shown
        else:
            self._side_wanted = shown
        self._place()

    def set_picture_only(self, alone: bool) -> None:  # noqa: FBT001
        """Leave all the room to the picture, as on a full screen."""
        self._picture_only = alone
        self._place()

    def show_result(self, result: FrameResult) -> None:
        """Show the newest result."""
        first = self.picture.result is None
        self.picture.show_result(result)
        if self.side_open:
            self.hands.show_result(result)
        self._preparation = None
        if first:
            self._show_state()
        if self._status.state is SessionState.RUNNING:
            self._place_pill()
            self._pill.show_state(self._hint.update(result, say_absence=not self.side_open))

    def show_status(self, status: SessionStatus) -> None:
        """Show where the session is."""
        if status.state in {SessionState.OPENING, SessionState.IDLE, SessionState.FAILED}:
            self.picture.show_result(None)
            self.hands.show_result(None)
            self._hint.clear()
        self._status = status
        self._show_state()

    def show_preparation(self, preparation: Preparation | None) -> None:
        """Show what is being made ready."""
        self._preparation = preparation
        self._show_state()

    def snapshot(self) -> QImage:
        """Give the picture as shown, in its own size."""
        return self.picture.snapshot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        if not self.narrow:
            self._drawer_open = False
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the cards in the middle of the picture."""
        if watched is self.picture and event.type() == QEvent.Type.Resize:
            self._card.place()
            self._place_pill()
        return super().eventFilter(watched, event)

    def _fill_side(self) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.hands)
        column.addLayout(self.extras)
        column.addWidget(self.recognition)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        layout = QHBoxLayout(self._side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def _place(self) -> None:
        widest = max(self.width() - 48, 160) if self.narrow else max(round(self.width() * SIDE_SHARE), SIDE_WIDTH)
        side = min(round(SIDE_WIDTH * text_growth()), widest)
        room = self.width()
        if self.side_open and not self.narrow:
            room -= side
        self.picture.setGeometry(QRect(0, 0, room, self.height()))
        self._side.setVisible(self.side_open)
        self._side.setGeometry(QRect(self.width() - side, 0, side, self.height()))
        self._side.raise_()
        if self.side_open != self._side_was_open:
            self._side_was_open = self.side_open
            self.side_moved.emit()

    def _place_pill(self) -> None:
        self._pill.set_ground(self.picture.picture_rectangle().toRect())

    def _show_state(self) -> None:
        has_picture = self.picture.result is not None
        self._card.show_state(card_for(self._status, self._preparation, has_picture=has_picture))
        pill = pill_for(self._status, has_picture=has_picture)
        self._place_pill()
        self._pill.show_state(pill)
        self.picture.set_dimmed(self._status.state is SessionState.RECONNECTING)
