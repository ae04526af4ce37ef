"""States of the pages for training, versions and the check, and of those that are only read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QScrollArea, QWidget

from gesture_app.live.comparing import Agreement
from gesture_app.training.request import TrainingRequest
from gesture_app.ui.scenes import made_up
from gesture_app.ui.scenes.stage import SetUp, Stage
from gesture_app.ui.scenes.waiting import settle
from gesture_app.ui.versions.model_hand import draw_gesture
from gesture_app.ui.widgets.gesture_guide import EDGE


def open_page(page: str) -> SetUp:
    """Open a page by its name, from its top."""

    def set_up(stage: Stage) -> None:
        opened: QWidget = getattr(stage.window, page)
        stage.window.show_page(opened)
        for area in (*opened.findChildren(QScrollArea), opened):
            if isinstance(area, QScrollArea):
                area.verticalScrollBar().setValue(0)

    return set_up


def train(stage: Stage) -> None:
    """Show a training two thirds of its way."""
    page = stage.window.training_page
    stage.window.show_page(page)
    page.show_started(TrainingRequest(("prior", "samples"), "quick", "shipped"))
    for event in made_up.training_events():
        page.show_event(event)


def trained(stage: Stage) -> None:
    """Show its result."""
    train(stage)
    stage.window.training_page.show_using("shipped")
    stage.window.training_page.show_outcome(made_up.training_outcome())


def trained_below(stage: Stage) -> None:
    """Show which gestures it takes for which."""
    trained(stage)
    settle(50)
    page = stage.window.training_page
    top = page.figures.which.mapTo(page.viewport(), QPoint(0, 0)).y()
    page.verticalScrollBar().setValue(page.verticalScrollBar().value() + top - 24)


def failed(stage: Stage) -> None:
    """Show how it failed."""
    train(stage)
    outcome = replace(made_up.training_outcome(), state="failed", result=None, comparison=None)
    words = "hands.parquet has no column 'label'. Choose a file that was exported or imported by this app."
    stage.window.training_page.show_outcome(replace(outcome, problem=words))


def set_up_training(stage: Stage) -> None:
    """Go back to the choices."""
    stage.window.training_page.result.again.emit()


def list_versions(stage: Stage) -> None:
    """List versions, the newest in use."""
    stage.window.models.entries.emit(made_up.versions())
    stage.window.models.using.emit("12")


def show_versions(stage: Stage) -> None:
    """Show them on their page."""
    list_versions(stage)
    open_page("models_page")(stage)


def choose_version(stage: Stage) -> None:
    """Open the list of them."""
    list_versions(stage)
    stage.window.model_button.open_menu()


def forget_versions(stage: Stage) -> None:
    """List the shipped model alone."""
    stage.window.model_button.popup.hide()
    stage.window.models.entries.emit(made_up.versions()[-1:])
    stage.window.models.using.emit("shipped")


def start_check(stage: Stage) -> None:
    """Offer a check."""
    stage.window.show_page(stage.window.check_page)
    stage.window.live.result.emit(stage.result)
    stage.window.check_page.start.show_problem("")


def check(stage: Stage) -> None:
    """Show a check on its way."""
    start_check(stage)
    page = stage.window.check_page
    page.show_run(*made_up.check_run(stage.result))
    ratio = page.devicePixelRatioF()
    image = draw_gesture(made_up.check_run(stage.result)[0].gesture, "Right", round(EDGE * ratio), mirrored=True)
    if image is not None:
        image.setDevicePixelRatio(ratio)
        page.show_picture(QPixmap.fromImage(image))


def checked(stage: Stage) -> None:
    """Show its score."""
    start_check(stage)
    stage.window.check_page.show_score(made_up.check_score())


def end_check(stage: Stage) -> None:
    """Leave no check behind."""
    stage.window.check_page.show_ended()
    stage.window.check_page.show_score(None)


def compare(stage: Stage) -> None:
    """Show two versions that differ."""
    window, card = stage.window, stage.window.compared
    list_versions(stage)
    window.models.using.emit("shipped")
    window.comparing.comparing.emit(True)  # noqa: FBT003 - what the signal carries
    window.comparing.offered.emit(made_up.versions()[:-1], "12")
    card.show_result(made_up.compared(stage.result))
    card.show_moments(made_up.moments(), {})
    card.show_agreement(Agreement(1284, 1207, 4))


def end_comparison(stage: Stage) -> None:
    """End the comparison."""
    stage.window.comparing.comparing.emit(False)  # noqa: FBT003
    forget_versions(stage)


def examine(stage: Stage) -> None:
    """Show what the doctor found."""
    open_page("help_page")(stage)
    page = stage.window.help_page
    page.show_findings(made_up.findings())
    settle(50)
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
