"""The page of the first start: does the camera work, is a hand seen, which hand is which, where are things kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.icons import pixmap
from gesture_app.ui.live.live_state import card_for
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.stacking_row import StackingRow
from gesture_app.ui.widgets.state_card import StateCard
from gesture_app.ui.wording import hand_name

SIDE_WIDTH = 380
STEADY_RESULTS = 10
MARK_PX = 24


@dataclass(slots=True)
class _Step:
    mark: QLabel
    text: QLabel
    done: bool = False


class WelcomePage(QWidget):
    """Checks that tick themselves; nothing has to be filled in.

    Parameters
    ----------
    theme
        The look.
    home
        The folder where everything is kept.
    parent
        Its owner.
    """

    finished = Signal()
    choose_source = Signal()

    def __init__(self, theme: Theme, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.picture = PictureView(theme)
        self._card = StateCard(theme, self.picture)
        self._card.chosen.connect(lambda _: self.choose_source.emit())
        self._status = SessionStatus(SessionState.IDLE)
        self._preparation: Preparation | None = None
        self._steady = 0
        self._steps: list[_Step] = []
        self._start = button(theme, self.tr("Start"), "play", "primary")
        self._choose = button(theme, self.tr("Choose another source"), "camera")
        self._start.clicked.connect(self.finished.emit)
        self._choose.clicked.connect(self.choose_source.emit)
        self._arrange(home)
        connect_while_alive(theme, self, self._draw_marks)
        self._draw_marks()

    @property
    def done(self) -> tuple[bool, ...]:
        """Which of the checks have succeeded."""
        return tuple(step.done for step in self._steps)

    def show_result(self, result: FrameResult) -> None:
        """Look at the next result; only while the page is open."""
        if not self.isVisible():
            return
        first = self.picture.result is None
        self.picture.show_result(result)
        if first:
            self._show_state()
        self._finish(0, self.tr("The picture is there."))
        if result.hands:
            self._finish(1, self.tr("A hand is seen."))
        sides = [hand.hand.handedness for hand in result.hands]
        self._steady = self._steady + 1 if sides == ["Right"] else 0
        if self._steady >= STEADY_RESULTS:
            self._finish(2, self.tr("It is seen as a {hand}, as it should be.").format(hand=hand_name("Right")))

    def show_status(self, status: SessionStatus) -> None:
        """Show where the session is while there is no picture."""
        self._status = status
        if status.state in {SessionState.OPENING, SessionState.FAILED}:
            self.picture.show_result(None)
        self._show_state()

    def show_preparation(self, preparation: Preparation | None) -> None:
        """Show what is being made ready."""
        self._preparation = preparation
        self._show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the card in the middle of the picture."""
        super().resizeEvent(event)
        self._card.place()

    def _show_state(self) -> None:
        has_picture = self.picture.result is not None
        self._card.show_state(card_for(self._status, self._preparation, has_picture=has_picture))

    def _finish(self, place: int, text: str) -> None:
        step = self._steps[place]
        if not step.done:
            step.done = True
            step.text.setText(text)
            self._draw_marks()

    def _arrange(self, home: Path) -> None:
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.setSpacing(16)
        card.body.addWidget(label(self.tr("Welcome"), "title"))
        for text in (
            self.tr("Waiting for a picture of the camera …"),
            self.tr("Hold a hand up, fingers in view, about an arm's length away."),
            self.tr(
                "Now only your right hand, palm to the camera. If it is called left, the camera mirrors its picture."
            ),
        ):
            card.body.addLayout(self._step(text))
        card.body.addSpacing(4)
        card.body.addWidget(label(self.tr("Your data"), "heading"))
        data = self.tr(
            "Nothing leaves this computer, and no picture is kept unless you ask for it. Samples, models and settings"
            " are in this folder:"
        )
        card.body.addWidget(label(data, "muted", wrap=True))
        folder = label(str(home), wrap=True)
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.body.addWidget(folder)
        card.body.addWidget(StackingRow(self._start, self._choose))
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 12, 12, 12)
        column.addWidget(card)
        column.addStretch(1)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setWidget(inner)
        side.setMinimumWidth(SIDE_WIDTH)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.picture, 3)
        whole.addWidget(side, 2)

    def _step(self, text: str) -> QHBoxLayout:
        mark, words = QLabel(), label(text, wrap=True)
        mark.setFixedWidth(MARK_PX)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        self._steps.append(_Step(mark, words))
        return row

    def _draw_marks(self) -> None:
        for step in self._steps:
            name, role = ("check", "good") if step.done else ("hand", "muted")
            ratio = self.devicePixelRatioF()
            step.mark.setPixmap(pixmap(name, self._theme.tokens.color(role), MARK_PX, ratio))
            step.mark.setAccessibleName(self.tr("done") if step.done else self.tr("waiting"))
