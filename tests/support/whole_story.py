"""The whole story of the program, step by step as a person goes through it, for a test and for a benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot
from window_user import User

from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.widgets.figure_table import FigureTable
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.record_button import RecordButton
from gesture_app.ui.widgets.source_button import SourceButton

GESTURE = "letter L"
SAMPLES, HELD = 24, 6
"""Of the first take, and of the second at least."""
QUICK_TRIES = 6
TRAINING_MS = 270_000
"""What a training may take on a machine with much else to do."""


class Story:
    """Goes through it; every step waits until what it did is seen.

    Parameters
    ----------
    qtbot
        Waits.
    window
        A window that was never shown, with an empty home folder.
    hands
        A file to train on instead of the built-in hands: some seconds instead of half a minute.
    """

    def __init__(self, qtbot: QtBot, window: MainWindow, hands: Path | None = None) -> None:
        self._hands = hands
        self.user = User(qtbot, window)
        self.window = window
        self.versions: list[str] = []
        """Titles of the versions that the training made, as the list shows them: the newest, and best, first."""

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Give the steps in order, with their names."""
        yield "start", self.start
        yield "choose another source", self.choose_source
        yield "record a take", self.record_a_take
        yield "record a take with a held key", self.record_with_a_held_key
        yield "undo", self.undo
        yield "train", self.train
        yield "switch", self.switch
        yield "promote", self.promote
        yield "use what was trained", self.use_trained
        yield "roll back", self.roll_back

    def start(self) -> None:
        """Start as without a camera: the demo hand shows the known gestures."""
        self.window.show()
        self.window.begin("demo", "shipped", None)
        self.user.wait(lambda: any("unknown" not in hand for hand in self.user.hands()))

    def choose_source(self) -> None:
        """Let the demo hand show a gesture that the shipped model does not know."""
        self.user.click(self.user.see(SourceButton, "Source: Demo hand"))
        menu = next(menu for menu in self.window.findChildren(QMenu) if menu.isVisible())
        self.user.choose(menu, "Demo, a new gesture")
        self.user.wait(lambda: any("unknown" in hand for hand in self.user.hands()))

    def record_a_take(self) -> None:
        """Name a new gesture and record a take of it, with countdown."""
        user = self.user
        user.click(user.see(QComboBox, "Gesture to record").lineEdit())
        user.type(GESTURE)
        user.press(Qt.Key.Key_Return)
        assert self._reads("New gesture “letter_L”. About 60 samples make it reliable.")
        count = user.see(QSpinBox, "Samples in a take")
        user.click(count.lineEdit())
        user.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        user.type(str(SAMPLES))
        user.click(user.see(RecordButton, "Start take"))
        user.wait(lambda: self._reads("Get ready: 3"))
        user.wait(lambda: self._reads(f"{SAMPLES} saved") and self._reads(f"{SAMPLES} samples so far"))

    def record_with_a_held_key(self) -> None:
        """Record for as long as R is held."""
        user = self.user
        user.tick(user.see(QCheckBox, "Hold R"))
        user.click(user.see(PictureView, "Picture"))  # where bare keys mean what they say
        user.hold(Qt.Key.Key_R, lambda: HELD <= self._figure(" saved") != SAMPLES)
        user.wait(lambda: self._figure(" samples so far") >= SAMPLES + HELD)

    def undo(self) -> None:
        """Undo the second take."""
        user = self.user
        user.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        user.wait(lambda: "Undone: a take of" in user.message() and self._reads(f"{SAMPLES} samples so far"))
        assert user.see(QAbstractButton, "Redo").isEnabled()

    def train(self) -> None:
        """Train a quick search on what there is and the new samples; the picture runs on beside it."""
        user = self.user
        self.open_page("Train")
        if self._hands is not None:
            self._choose_file(self._hands)
        assert user.see(QCheckBox, "Your recorded samples").isChecked()
        assert self._reads(f"{SAMPLES} hands of one gesture.")
        user.click(user.see(QPushButton, "Start training"))
        user.wait(lambda: self._reads("Leaderboard"))
        shown = self._frame()
        user.wait(lambda: self._ended() or self._frame() > shown + 30)
        user.wait(self._ended, TRAINING_MS)
        assert self._trained(), [words.text() for words in self.window.findChildren(QLabel) if words.isVisible()]
        assert self._frame() > shown + 30
        assert len(user.see(FigureTable, "Leaderboard").rows.rows) == QUICK_TRIES

    def switch(self) -> None:
        """Choose the new version in the list, and see the new gesture recognised."""
        user = self.user
        self.open_page("Live")
        user.wait(lambda: len(self._list_versions()) > 1)
        self.versions = [title for title in self._list_versions() if title.startswith("v")]
        self.use(self.versions[0])
        wanted = f"right hand: {GESTURE}"
        user.wait(lambda: any(hand.casefold().startswith(wanted.casefold()) for hand in user.hands()))

    def promote(self) -> None:
        """Use an older version of the same training and make it the champion."""
        user = self.user
        assert "champion" in self._model()
        older = self.versions[1]
        self.use(older)
        user.wait(lambda: any(entry.local for entry in self.window.models.known if entry.name == older[1:]))
        self.open_list()
        user.click(user.see(QPushButton, "Make champion"))
        user.wait(lambda: f"Version {older[1:]} is the champion now." in user.message())
        user.wait(lambda: self._model() == f"Model: {older} · champion")

    def use_trained(self) -> None:
        """Use the best version with the button of the training's result."""
        user = self.user
        best = self.versions[0][1:]
        self.open_page("Train")
        user.click(user.see(QPushButton, f"Use version {best}"))
        user.wait(lambda: self._labelled_by() == f"v{best}")
        assert not user.see(QPushButton, f"Version {best} is in use").isEnabled()
        self.open_page("Live")

    def roll_back(self) -> None:
        """Make the champion before the present one champion again, which is used at once."""
        user = self.user
        best, older = self.versions[:2]
        self.use(older)
        self.open_list()
        user.click(user.see(QPushButton, "Roll back"))
        user.wait(lambda: f"Version {best[1:]} is the champion again." in user.message())
        user.wait(lambda: self._model() == f"Model: {best} · champion" and self._labelled_by() == best)

    def open_page(self, name: str) -> None:
        """Open a page by the rail."""
        self.user.click(self.user.see(QPushButton, name))

    def open_list(self) -> QListWidget:
        """Open the list of versions."""
        self.user.click(next(part for part in self.window.findChildren(ModelButton) if part.isVisible()))
        self.user.wait(lambda: any(part.isVisible() for part in self.window.findChildren(QListWidget)))
        return self.user.see(QListWidget, "Model versions")

    def use(self, title: str) -> None:
        """Choose a version in the list; wait until it labels the hand."""
        rows = self.open_list()
        texts = [rows.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.count())]
        self.user.click_row(rows, next(row for row, text in enumerate(texts) if text.split()[0] == title))
        self.user.wait(lambda: self._labelled_by() == title)

    def _choose_file(self, path: Path) -> None:
        user = self.user
        user.tick(user.see(QCheckBox, "Built-in hands"))
        user.click(user.see(QPushButton, "Choose file …"))
        files = self.window.findChildren(QFileDialog)[0]
        user.wait(files.isVisible)
        name = next(field for field in files.findChildren(QLineEdit) if field.isVisible())
        User(user.qtbot, files).type(str(path))
        assert name.text() == str(path)
        User(user.qtbot, files).press(Qt.Key.Key_Return)
        user.wait(lambda: user.see(QCheckBox, "A file with hands").isChecked())

    def _list_versions(self) -> list[str]:
        button = next(part for part in self.window.findChildren(ModelButton) if part.isVisible())
        rows = button.popup.list
        return [
            rows.item(row).data(Qt.ItemDataRole.AccessibleTextRole).split()[0]
            for row in range(rows.count())
            if rows.item(row).flags() & Qt.ItemFlag.ItemIsEnabled
        ]

    def _model(self) -> str:
        return next(part for part in self.window.findChildren(ModelButton) if part.isVisible()).accessibleName()

    def _picture(self) -> PictureView:
        return next(view for view in self.window.findChildren(PictureView) if view.isVisible())

    def _frame(self) -> int:
        result = self._picture().result
        return -1 if result is None else result.frame.index

    def _labelled_by(self) -> str:
        result = self._picture().result
        return "" if result is None else result.model

    def _reads(self, text: str) -> bool:
        return any(words.text() == text for words in self.window.findChildren(QLabel) if words.isVisible())

    def _figure(self, words: str) -> int:
        texts = (part.text() for part in self.window.findChildren(QLabel) if part.isVisible())
        return next((int(text.removesuffix(words)) for text in texts if text.endswith(words)), 0)

    def _trained(self) -> bool:
        return any("is the best of this training" in words.text() for words in self.window.findChildren(QLabel))

    def _ended(self) -> bool:
        return self._trained() or not any(
            part.isVisible() for part in self.window.findChildren(QPushButton) if part.text() == "Cancel"
        )
