"""The training page: what to train on, how far it is, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gesture_app.training.events import Event, Tried, as_log
from gesture_app.training.request import TrainingRequest
from gesture_app.training.results import LeaderboardRow
from gesture_app.training.runner import Outcome
from gesture_app.ui.pages.scrolling import ScrollingPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import NONE, score
from gesture_app.ui.widgets.basics import Card, label, set_role
from gesture_app.ui.widgets.figure_table import FigureTable, TableRow
from gesture_app.ui.widgets.log_view import LogView
from gesture_app.ui.widgets.training_progress import TrainingProgress
from gesture_app.ui.widgets.training_result import ClassFigures, TrainingResult
from gesture_app.ui.widgets.training_setup import TrainingSetup
from gesture_app.ui.widgets.version_rows import family_name


class TrainingPage(ScrollingPage):
    """Shows a training from its choices to its result; knows nothing of processes.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    start = Signal(object)
    """A :class:`~gesture_app.training.request.TrainingRequest`."""

    cancel = Signal()

    use = Signal(str)
    """Name of the version that the user wants to use."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Train"))
        self._rows: list[LeaderboardRow] = []
        self._champion = ""
        self.note = Card()
        self._note_title = label(role="heading", wrap=True)
        self._note_text = label(wrap=True)
        self.setup = TrainingSetup(theme)
        self.progress = TrainingProgress(theme)
        self.result = TrainingResult(theme)
        self.figures = ClassFigures(theme)
        self.board = Card(self.tr("Leaderboard"))
        self._board_hint = label(role="small", wrap=True)
        self.leaderboard = FigureTable(
            theme,
            (self.tr("Model"), self.tr("Settings"), self.tr("Macro F1"), self.tr("Accuracy"), self.tr("µs a hand")),
            figures=(2, 3, 4),
            name=self.tr("Leaderboard"),
            wide=1,
        )
        self.log = LogView(theme)
        self._arrange()
        self.setup.start.connect(self.start.emit)
        self.progress.cancel.connect(self.cancel.emit)
        self.result.use.connect(self.use.emit)
        self.result.again.connect(self._show_setup)
        self._show_only(self.setup)

    @property
    def note_text(self) -> str:
        """What is said of a training that did not finish."""
        return f"{self._note_title.text()} {self._note_text.text()}"

    def show_samples(self, samples: int, gestures: int) -> None:
        """Show what was recorded."""
        self.setup.show_samples(samples, gestures)

    def show_started(self, request: TrainingRequest) -> None:
        """Show that a training runs."""
        self._rows = []
        self._champion = ""
        self._fill()
        self.log.clear()
        self.log.add(self.tr("Training on {data}; {space}.").format(data=", ".join(request.data), space=request.space))
        self.progress.begin()
        self._show_only(self.progress, self.board, self.log)
        self.progress.cancel_button.setFocus()
        self.verticalScrollBar().setValue(0)

    def show_event(self, event: Event) -> None:
        """Show what the trainer says."""
        self.progress.show_event(event)
        self.log.add(as_log(event))
        if isinstance(event, Tried):
            figures = event.macro_f1, event.accuracy, event.latency_us
            self._rows.append(LeaderboardRow(event.family, event.params, *figures, error=event.error))
            self._fill()

    def show_outcome(self, outcome: Outcome) -> None:
        """Show how it ended."""
        self.progress.end()
        self.log.show_file(outcome.log)
        if outcome.result is not None:
            failed = [row for row in self._rows if row.error]
            self._rows = [*outcome.result.rows, *failed]
            self._champion = "" if outcome.result.champion is None else outcome.result.champion.run_id
            self._fill()
            self.result.show_outcome(outcome)
            compared = outcome.comparison is not None and bool(outcome.comparison.parts)
            if outcome.comparison is not None and compared:
                self.figures.show_comparison(outcome.comparison)
            self._show_only(self.result, *([self.figures] if compared else []), self.board, self.log)
            self.verticalScrollBar().setValue(0)
            (self.result.use_button if self.result.use_button.isEnabled() else self.result.again_button).setFocus()
            return
        if outcome.state == "cancelled":
            text = self.tr("What was tried is kept: started again with the same choices, it goes on from there.")
            self._say(self.tr("Cancelled"), text, "")
        else:
            self._say(self.tr("The training failed"), outcome.problem, "bad")
            self.log.add(outcome.problem)
        self._show_only(self.note, self.setup, *([self.board] if self._rows else []), self.log)
        self.setup.start_button.setFocus()
        self.verticalScrollBar().setValue(0)

    def show_using(self, name: str) -> None:
        """Show which model is in use."""
        self.result.show_using(name)

    def _arrange(self) -> None:
        for part in (self._note_title, self._note_text):
            self.note.body.addWidget(part)
        self.board.body.addWidget(self._board_hint)
        self.board.body.addWidget(self.leaderboard)
        for card in self._cards():
            self.column.addWidget(card)
        self.column.addStretch(1)

    def _cards(self) -> tuple[QWidget, ...]:
        return (self.note, self.setup, self.progress, self.result, self.figures, self.board, self.log)

    def _show_only(self, *shown: QWidget) -> None:
        for card in self._cards():
            card.setVisible(card in shown)

    def _show_setup(self) -> None:
        self.setup.show()
        self.setup.start_button.setFocus()
        self.verticalScrollBar().setValue(0)

    def _say(self, title: str, text: str, role: str) -> None:
        self._note_title.setText(title)
        set_role(self._note_text, role)
        self._note_text.setText(text)
        self.note.setAccessibleName(self.note_text)

    def _fill(self) -> None:
        ordered = sorted(self._rows, key=lambda row: -1.0 if row.macro_f1 is None else row.macro_f1, reverse=True)
        self.leaderboard.show_rows([self._row(row) for row in ordered])
        parts = [self.tr("Scores on validation hands, which no model was trained on.")]
        if not self._rows:
            parts = [self.tr("It fills as models are tried.")]
        if self._champion:
            parts.append(self.tr("The one offered is the fastest of those that chance cannot tell from the best."))
            parts.append(
                self.tr(
                    "The time is scikit-learn's, many hands at once; what one hand takes in this app is said above."
                )
            )
        self._board_hint.setText(" ".join(parts))

    def _row(self, row: LeaderboardRow) -> TableRow:
        crowned = bool(self._champion) and row.run_id == self._champion
        name = family_name(row.family)
        if crowned:
            name = self.tr("{family} · offered").format(family=name)
        if row.error:
            return TableRow((name, row.params, self.tr("failed"), NONE, NONE), "muted", hint=row.error)
        speed = NONE if row.latency_us is None else f"{row.latency_us:.0f}"
        return TableRow(
            (name, row.params, score(row.macro_f1), score(row.accuracy), speed), strong=crowned, hint=row.params
        )
