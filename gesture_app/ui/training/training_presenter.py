"""Joins the training page to the training that runs, and asks before a window is closed over one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from gesture_app.training.request import TrainingRequest
from gesture_app.training.runner import Outcome
from gesture_app.ui.pages.training_page import TrainingPage
from gesture_app.ui.training.training_controller import TrainingController
from gesture_app.ui.training.training_words import champion_title
from gesture_app.ui.versions.model_controller import ModelController
from gesture_app.ui.widgets.message_bar import Message


class TrainingPresenter(QObject):
    """Knows both sides of training.

    Parameters
    ----------
    training
        What trains.
    page
        What is seen of it.
    models
        Knows and changes the model in use.
    """

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message` for who looks at another page."""

    def __init__(self, training: TrainingController, page: TrainingPage, models: ModelController) -> None:
        super().__init__(training)
        self._training = training
        self._page = page
        self._models = models
        self._question: QMessageBox | None = None
        self._agreed = False
        page.start.connect(self._start)
        page.cancel.connect(training.cancel)
        page.use.connect(models.use)
        training.samples.connect(page.show_samples)
        training.started.connect(page.show_started)
        training.happened.connect(page.show_event)
        training.ended.connect(self._show_end)
        models.using.connect(page.show_using)

    def may_close(self, window: QWidget) -> bool:
        """Say whether a window may be closed; over a training it asks first, once, and closes it after a yes."""
        if self._agreed or not self._training.running:
            return True
        if self._question is None:
            self._ask(window)
        return False

    def agree_to_close(self) -> None:
        """Let the window be closed without a question."""
        self._agreed = True

    def _start(self, request: TrainingRequest) -> None:
        self._training.start(request, self._models.name)

    def _ask(self, window: QWidget) -> None:
        question = QMessageBox(window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("Training"))
        question.setText(self.tr("A training is running. End it and close?"))
        question.setInformativeText(
            self.tr("What was tried so far is kept: started again with the same choices, it goes on from there.")
        )
        leave = question.addButton(self.tr("End training and close"), QMessageBox.ButtonRole.AcceptRole)
        stay = question.addButton(self.tr("Keep training"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(stay)
        question.setEscapeButton(stay)
        self._question = question

        def answered() -> None:
            self._question = None
            if question.clickedButton() is leave:
                self._agreed = True
                window.close()

        question.finished.connect(answered)
        question.open()

    def _show_end(self, outcome: Outcome) -> None:
        if self._question is not None:
            self._question.reject()  # nothing is left to ask about
        self._page.show_outcome(outcome)
        if self._page.isVisible():
            return
        if outcome.result is not None:
            self.said.emit(Message(self.tr("Trained. {what}.").format(what=champion_title(outcome.result)), "good"))
        elif outcome.state == "failed":
            self.said.emit(Message(self.tr("The training failed: {why}").format(why=outcome.problem), "bad"))
