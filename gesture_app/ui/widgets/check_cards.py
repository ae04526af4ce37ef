"""The cards of the check page: what it is, what to do now, and how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from gesture_app.live.checking import CheckRun, HandsAsked, Step
from gesture_app.live.recording import Skip
from gesture_app.ui.checking.check_words import (
    basis_words,
    hands_words,
    left_words,
    side_words,
    step_words,
    taken_words,
    verdict_words,
)
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import Card, button, label, set_role
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.widgets.figure_table import FigureTable, TableRow
from gesture_app.ui.widgets.gesture_guide import GestureGuide
from gesture_app.ui.widgets.stacking_row import StackingRow
from gesture_app.ui.wording import gesture_name, model_name, share

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore

GOOD_FROM = 0.9
STEP_LINES = 1.4
"""Height of the line that says what to do, in lines of ordinary text."""


class StartCard(Card):
    """Says what a check is, and begins one."""

    start = Signal(object)
    """The :class:`~gesture_app.live.checking.HandsAsked`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.addWidget(label(self.tr("A check of about a minute"), "heading", wrap=True))
        self.body.addWidget(
            label(
                self.tr(
                    "Show every gesture once, as the drawn hand does, and hold it until the ring is full. You learn"
                    " how well the model reads your own hands."
                ),
                wrap=True,
            )
        )
        kept = self.tr(
            "A few hands of each are kept as your check set, as landmarks without pictures. No model is trained on"
            " them, and every version is measured on them."
        )
        self.body.addWidget(label(kept, "muted", wrap=True))
        self.hands = ComboBox()
        self.hands.setAccessibleName(self.tr("With which hand"))
        for hands in HandsAsked:
            self.hands.addItem(hands_words(hands), hands)
        self._start = button(theme, self.tr("Start the check"), "play", "primary")
        self._problem = label(role="muted", wrap=True)
        self._start.clicked.connect(lambda: self.start.emit(self.hands.currentData()))
        self.body.addSpacing(4)
        self.body.addWidget(StackingRow(self.hands, self._start, stretched=0))
        self.body.addWidget(self._problem)
        self.show_problem("")

    @property
    def usable(self) -> bool:
        """Whether a check can be begun."""
        return self._start.isEnabled()

    def show_problem(self, problem: str) -> None:
        """Say why a check cannot begin; empty where it can."""
        self._start.setEnabled(not problem)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))


class GuideCard(Card):
    """Says what to do now."""

    skip = Signal()
    back = Signal()
    pause = Signal(bool)
    stop = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._skip: Skip | None = None
        self.place = label(role="muted")
        self.guide = GestureGuide(theme)
        self.name = label(role="label")
        self.side = label(role="muted")
        self.step = label(role="heading")
        for part in (self.place, self.name, self.side, self.step):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.place)
        self.body.addWidget(self.guide, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self.name, self.side, self.step):
            self.body.addWidget(part)
        self._back = button(theme, self.tr("Again"), "undo")
        self._skip_button = button(theme, self.tr("Skip"), "chevron-right")
        self._pause = button(theme, self.tr("Pause"), "pause")
        self._stop = button(theme, self.tr("Stop"), "stop")
        self._pause.setCheckable(True)
        self._back.setToolTip(self.tr("Show the gesture before this one again"))
        self._skip_button.setToolTip(self.tr("Leave this gesture out"))
        self._stop.setToolTip(self.tr("End the check; what was held so far counts (Esc)"))
        self._back.clicked.connect(self.back.emit)
        self._skip_button.clicked.connect(self.skip.emit)
        self._pause.toggled.connect(self.pause.emit)
        self._stop.clicked.connect(self.stop.emit)
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, choice in enumerate((self._back, self._skip_button, self._pause, self._stop)):
            grid.addWidget(choice, number // 2, number % 2)
        self.body.addSpacing(4)
        self.body.addLayout(grid)

    def show_run(self, run: CheckRun, now_s: float) -> None:
        """Show where a check is."""
        step = run.step(now_s)
        self.place.setText(left_words(run))
        self.name.setText(gesture_name(run.gesture))
        self.side.setText(side_words(run.side))
        self.step.setText(step_words(run, now_s, self._skip))
        self.step.setMinimumHeight(round(self.fontMetrics().height() * STEP_LINES))  # nothing jumps with its role
        set_role(self.step, "warning" if step is Step.HOLD and self._skip is not None else "heading")
        self.guide.show_share(run.share(), faint=step is Step.PAUSED)
        self.guide.setAccessibleName(f"{self.name.text()}, {self.side.text()}")
        self._back.setEnabled(run.place > 0)
        paused = step is Step.PAUSED
        if self._pause.isChecked() != paused:
            self._pause.blockSignals(True)  # noqa: FBT003 - Qt's own
            self._pause.setChecked(paused)
            self._pause.blockSignals(False)  # noqa: FBT003
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))

    def show_skip(self, skip: Skip | None) -> None:
        """Say why nothing counts, with the next step shown; None where it does."""
        self._skip = skip

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show how the gesture is made."""
        self.guide.show_picture(picture)


class ScoreCard(Card):
    """Says how good a model is for this user."""

    versions = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.figure = label(role="label")
        self.model = label(role="muted", wrap=True)
        self.verdict = label(wrap=True)
        self.table = FigureTable(
            theme,
            (self.tr("Gesture"), self.tr("Right"), self.tr("Taken for")),
            figures=(1,),
            name=self.tr("Your score for each gesture"),
            wide=2,
            most=10,
        )
        self._versions = button(theme, self.tr("Compare all versions"), "models")
        self._versions.clicked.connect(self.versions.emit)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.figure)
        top.addWidget(self.model, 1, Qt.AlignmentFlag.AlignBaseline)
        self.body.addLayout(top)
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        row.addWidget(self._versions)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_score(self, score: CheckScore) -> None:
        """Show how good a model is, its weakest gestures first."""
        self.figure.setText(share(score.share))
        self.model.setText(self.tr("{model} · {basis}").format(model=model_name(score.model), basis=basis_words(score)))
        self.verdict.setText(verdict_words(score))
        rows = [
            TableRow(
                (gesture_name(one.gesture), f"{one.right}/{one.count}", taken_words(one)),
                role="" if one.share >= GOOD_FROM else "bad" if one.right == 0 else "warning",
            )
            for one in sorted(score.gestures, key=lambda one: one.share)
        ]
        self.table.show_rows(rows)
