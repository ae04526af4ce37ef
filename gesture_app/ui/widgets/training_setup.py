"""What a training is made of: data, how thorough, and the button that starts it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gesture_app.training.request import PRIOR, SAMPLES, TrainingRequest
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import data_words, spaces
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, indent_below_check, label, separator
from gesture_app.ui.wording import counted
from models.gesture.gestures import GESTURES


class TrainingSetup(Card):
    """Lets the user choose what to train on.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    start = Signal(object)
    """A :class:`~gesture_app.training.request.TrainingRequest`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Train a model"), parent)
        self._theme = theme
        self._samples = 0
        self._file: Path | None = None
        self.prior = _check(self.tr("Built-in hands"))
        self.samples = _check(self.tr("Your recorded samples"))
        self.file = _check(self.tr("A file with hands"))
        self.choose_file = button(theme, self.tr("Choose file …"), "folder")
        self.start_button = button(theme, self.tr("Start training"), "play", "primary")
        self._samples_hint = label(role="small", wrap=True)
        self._file_hint = label(role="small", wrap=True)
        self._why = label(role="muted", wrap=True)
        self._hints: list[QLabel] = []
        self._spaces = QButtonGroup(self)
        self.prior.setChecked(True)
        text = self.tr(
            "Training runs beside the camera. Many models are tried on the same hands; the best of each kind becomes a"
            " version in the list of models, the best of all the last of them. Nothing changes until you use one."
        )
        self.body.addWidget(label(text, "muted", wrap=True))
        self._add_data()
        self._add_spaces()
        self._add_start()
        self._indent()
        connect_while_alive(theme, self, self._indent)
        for check in (self.prior, self.samples, self.file):
            check.toggled.connect(self._show_ready)
        self.choose_file.clicked.connect(self._ask_for_file)
        self.file.clicked.connect(self._want_file)
        self.start_button.clicked.connect(self._start)
        self.show_samples(0, 0)
        self.use_file(None)

    @property
    def request(self) -> TrainingRequest:
        """What is chosen."""
        data = [
            *([PRIOR] if self.prior.isChecked() else []),
            *([SAMPLES] if self.samples.isChecked() else []),
            *([str(self._file)] if self.file.isChecked() and self._file is not None else []),
        ]
        return TrainingRequest(tuple(data), self.space)

    @property
    def space(self) -> str:
        """The chosen search space."""
        chosen = self._spaces.checkedButton()
        return "quick" if chosen is None else str(chosen.property("space"))

    def choose_space(self, name: str) -> None:
        """Choose a search space."""
        for choice in self._spaces.buttons():
            if choice.property("space") == name:
                choice.setChecked(True)

    def show_samples(self, samples: int, gestures: int) -> None:
        """Show what was recorded; the first ones are trained on unless the user says otherwise."""
        first = not self._samples and samples
        self._samples = samples
        self.samples.setEnabled(samples > 0)
        if first or not samples:
            self.samples.setChecked(samples > 0)
        text = data_words(samples, gestures)
        self._samples_hint.setText(text)
        self.samples.setAccessibleDescription(text)
        self._show_ready()

    def use_file(self, path: Path | None) -> None:
        """Train on a file."""
        self._file = path
        self.file.setChecked(path is not None)
        text = self.tr("Parquet or CSV, made by export, by 'gesture-train import' or by the notebook.")
        self._file_hint.setText(text if path is None else str(path))
        self.file.setAccessibleDescription(self._file_hint.text())
        self._show_ready()

    def _indent(self) -> None:
        for hint in self._hints:
            indent_below_check(hint)

    def _add_data(self) -> None:
        self.body.addWidget(label(self.tr("What to learn from")))
        prior = counted("%n gesture(s), and hands that make none, drawn from what ships with the app.", len(GESTURES))
        self.prior.setAccessibleDescription(prior)
        for check, hint in (
            (self.prior, label(prior, "small", wrap=True)),
            (self.samples, self._samples_hint),
            (self.file, self._file_hint),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            words = QVBoxLayout()
            words.setSpacing(0)
            self._hints.append(hint)
            words.addWidget(check, 0, Qt.AlignmentFlag.AlignLeft)
            words.addWidget(hint)
            row.addLayout(words, 1)
            if check is self.file:
                row.addWidget(self.choose_file, 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)

    def _add_spaces(self) -> None:
        self.body.addWidget(separator())
        self.body.addWidget(label(self.tr("How thorough")))
        for place, space in enumerate(spaces()):
            choice = QRadioButton(space.title)
            choice.setProperty("space", space.name)
            choice.setAccessibleDescription(space.text)
            choice.setChecked(place == 0)
            self._spaces.addButton(choice)
            hint = label(space.text, "small", wrap=True)
            self._hints.append(hint)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(choice, 0, Qt.AlignmentFlag.AlignLeft)
            words.addWidget(hint)
            self.body.addLayout(words)

    def _add_start(self) -> None:
        self.body.addWidget(separator())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.start_button)
        row.addWidget(self._why, 1)
        self.body.addLayout(row)

    def _show_ready(self) -> None:
        ready = bool(self.request.data)
        self.start_button.setEnabled(ready)
        self._why.setText("" if ready else self.tr("Choose at least one kind of data."))
        self.start_button.setAccessibleDescription(self._why.text())

    def _want_file(self, wanted: bool) -> None:  # noqa: FBT001 - a check box's state
        if wanted and self._file is None:
            self.file.setChecked(False)
            self._ask_for_file()

    def _ask_for_file(self) -> None:
        files = QFileDialog(self, self.tr("Choose a file with hands"))
        files.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        files.setFileMode(QFileDialog.FileMode.ExistingFile)
        files.setNameFilters([self.tr("Hands (*.parquet *.csv)"), self.tr("All files (*)")])
        files.fileSelected.connect(lambda path: self.use_file(Path(path)))
        files.open()

    def _start(self) -> None:
        request = self.request
        if request.data:
            self.start.emit(request)


def _check(text: str) -> QCheckBox:
    result = QCheckBox(text)
    result.setAccessibleName(text)
    return result
