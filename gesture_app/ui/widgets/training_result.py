"""What came of a training: the new version, beside the model in use on the same hands, and a button to use it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gesture_app.training.results import ClassComparison, Comparison, PartComparison, SweepResult
from gesture_app.training.runner import Outcome
from gesture_app.ui.icons import ICON_PX, pixmap
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import (
    NONE,
    champion_text,
    champion_title,
    class_name,
    comparison_text,
    comparison_title,
    count,
    is_grave,
    model_label,
    score,
    verdict_words,
)
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label, separator
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.widgets.confusion_matrix import ConfusionMatrix
from gesture_app.ui.widgets.figure_table import FigureTable, TableRow

MOST_CLASSES = 24
ROLES = {1: "good", -1: "bad", 0: ""}


class TrainingResult(Card):
    """Shows a training that finished.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    use = Signal(str)
    """Name of the version that the user wants to use."""

    again = Signal()
    """The user wants another training."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme = theme
        self._result: SweepResult | None = None
        self._comparison: Comparison | None = None
        self._in_use = ""
        self._mark = QLabel()
        self._title = label(role="title", wrap=True)
        self._text = label(wrap=True)
        self._beside = QVBoxLayout()
        self._beside.setSpacing(8)
        self.use_button = button(theme, "", "check", "primary")
        self.again_button = button(theme, self.tr("Train again"), "train")
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        upper.addWidget(self._title, 1)
        lower = QHBoxLayout()
        lower.setSpacing(8)
        lower.addWidget(self.use_button)
        lower.addWidget(self.again_button)
        lower.addStretch(1)
        self.body.addLayout(upper)
        self.body.addWidget(self._text)
        self.body.addLayout(self._beside)
        self.body.addSpacing(4)
        self.body.addLayout(lower)
        self.use_button.clicked.connect(self._want_use)
        self.again_button.clicked.connect(self.again.emit)
        connect_while_alive(theme, self, self._draw)

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(words.text() for words in self.findChildren(QLabel) if words.text())

    def show_outcome(self, outcome: Outcome) -> None:
        """Show how a training finished."""
        result = outcome.result
        if result is None:
            return
        self._result, self._comparison = result, outcome.comparison
        self._title.setText(champion_title(result))
        self._text.setText(champion_text(result))
        while (item := self._beside.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for note in filter(is_grave, result.notes):
            self._beside.addWidget(label(note, "warning", wrap=True))
        for part in outcome.comparison.parts if outcome.comparison else ():
            self._add_part(outcome.comparison, part)
        self._add_notes(result)
        if outcome.problem:
            words = self.tr("It could not be compared with the model in use: {why}").format(why=outcome.problem)
            self._beside.addWidget(label(words, "warning", wrap=True))
        elif result.drawn and outcome.comparison is None:
            self._beside.addWidget(label(self.tr("These hands were drawn from the prior."), "small", wrap=True))
        self.use_button.setVisible(result.champion is not None)
        self.show_using(self._in_use)
        self._draw()

    def show_using(self, name: str) -> None:
        """Show which model is in use."""
        self._in_use = name
        champion = None if self._result is None else self._result.champion
        if champion is None:
            return
        used = name == str(champion.version)
        self.use_button.setEnabled(not used)
        words = self.tr("Version {number} is in use") if used else self.tr("Use version {number}")
        self.use_button.setText(words.format(number=champion.version))
        self.use_button.setAccessibleName(self.use_button.text())

    def _add_part(self, comparison: Comparison | None, part: PartComparison) -> None:
        if comparison is None:
            return
        self._beside.addWidget(separator())
        self._beside.addWidget(label(comparison_title(comparison, part), "heading", wrap=True))
        self._beside.addWidget(label(comparison_text(part), wrap=True))
        if part.notes:
            self._beside.addWidget(label(" ".join(part.notes), "small", wrap=True))

    def _add_notes(self, result: SweepResult) -> None:
        notes = [note for note in result.notes if not is_grave(note)]
        if not notes:
            return
        self._beside.addWidget(separator())
        self._beside.addWidget(label(self.tr("To know about this training"), "heading", wrap=True))
        for note in notes:
            self._beside.addWidget(label(note, "small", wrap=True))

    def _want_use(self) -> None:
        if self._result is not None and self._result.champion is not None:
            self.use.emit(str(self._result.champion.version))

    def _draw(self) -> None:
        good = self._result is not None and self._result.champion is not None
        color = self._theme.tokens.color("good" if good else "warning")
        self._mark.setPixmap(pixmap("check" if good else "warning", color, ICON_PX, self.devicePixelRatioF()))


class ClassFigures(Card):
    """Gesture by gesture, two models: a table, and which gesture was taken for which.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._comparison: Comparison | None = None
        self._part: PartComparison | None = None
        self.hands = ComboBox()
        self.hands.setAccessibleName(self.tr("Hands on which both models are compared"))
        self.table = FigureTable(
            theme,
            ("", "", "", "", ""),
            figures=(1, 2, 3, 4),
            name=self.tr("F1 of each gesture, both models"),
            most=MOST_CLASSES,
        )
        hint = self.tr("F1, 1 is perfect. Better and worse are said only where chance does not explain the difference.")
        self.which = ComboBox()
        self.which.setAccessibleName(self.tr("Model whose mistakes are shown"))
        self.matrix = ConfusionMatrix(theme)
        heading = QHBoxLayout()
        heading.addWidget(label(self.tr("Gesture by gesture"), "heading"), 1)
        heading.addWidget(self.hands)
        self.body.addLayout(heading)
        row = QHBoxLayout()
        words = label(self.tr("Which gesture was taken for which"), "heading")
        words.setBuddy(self.which)
        row.addWidget(words, 1)
        row.addWidget(self.which)
        side = self.tr("A row is the gesture shown, a column the answer. Rest the mouse on a cell to read it.")
        for part in (label(hint, "small", wrap=True), self.table):
            self.body.addWidget(part)
        self.body.addSpacing(8)
        self.body.addLayout(row)
        self.body.addWidget(label(side, "small", wrap=True))
        self.body.addWidget(self.matrix)
        self.hands.currentIndexChanged.connect(self._show_part)
        self.which.currentIndexChanged.connect(self._show_matrix)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show the first part, which is the user's own check set where there is one; the others can be chosen."""
        self._comparison = comparison
        names = {"check": self.tr("Your check set"), "test": self.tr("Test hands")}
        with QSignalBlocker(self.hands):
            self.hands.clear()
            self.hands.addItems([names.get(part.part, part.part) for part in comparison.parts])
        self.hands.setVisible(len(comparison.parts) > 1)
        self._show_part(0)

    def _show_part(self, place: int) -> None:
        comparison = self._comparison
        if comparison is None or place < 0:
            return
        part = self._part = comparison.parts[place]
        new, old = model_label(comparison.new), model_label(comparison.old)
        self.table.rows.rename((self.tr("Gesture"), self.tr("Hands"), old, new, self.tr("Change")))
        ordered = sorted(part.classes, key=lambda one: (one.verdict == 0, one.verdict, class_name(one.label)))
        self.table.show_rows([_row(one) for one in ordered])
        with QSignalBlocker(self.which):
            self.which.clear()
            self.which.addItems([new, old])
        self._show_matrix(0)

    def _show_matrix(self, place: int) -> None:
        if self._part is not None:
            self.matrix.show_counts(self._part.labels, self._part.old_matrix if place else self._part.new_matrix)


def _row(one: ClassComparison) -> TableRow:
    old = score(one.old) if one.known else NONE
    cells = (class_name(one.label), count(one.rows), old, score(one.new), verdict_words(one))
    return TableRow(cells, ROLES[one.verdict])
