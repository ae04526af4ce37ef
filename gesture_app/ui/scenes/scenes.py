"""Every page and every state of the window, and how each is brought about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QItemSelectionModel, QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QScrollArea, QToolButton, QWidget

from gesture_app.live.comparing import Agreement
from gesture_app.live.recording import Burst, Plan, Skip
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.training.events import Step
from gesture_app.training.request import TrainingRequest
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.scenes import made_up
from gesture_app.ui.scenes.waiting import settle, wait_until
from gesture_app.ui.versions.model_hand import draw_gesture
from gesture_app.ui.widgets.gesture_guide import EDGE
from gesture_app.ui.widgets.message_bar import Message, MessageBar
from gesture_app.ui.widgets.review_panel import ReviewPanel
from models.samples.filtering import SampleFilter

CHOSEN = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
CAMERA = "HD Webcam"
LEFT_S = 1.4


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene is made on.

    Attributes
    ----------
    window
        The window, with the live page open and a hand in view.
    result
        What is in view.
    """

    window: MainWindow
    result: FrameResult


SetUp = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """A state of the window.

    Attributes
    ----------
    name
        Of its pictures.
    words
        What is seen, for the page that shows them all.
    set_up, tidy
        Bring it about, and make an end of what the next scene does not do away with.
    """

    name: str
    words: str
    set_up: SetUp
    tidy: SetUp = lambda _: None


def _nothing(_: Stage) -> None:
    """Show the window as it is."""


def _say(state: SessionState, message: str = "", kind: str = "", name: str = CAMERA) -> SetUp:
    return lambda stage: stage.window.bridge.status.emit(SessionStatus(state, name, message, kind))


def _fetch(stage: Stage) -> None:
    stage.window.bridge.status.emit(SessionStatus(SessionState.OPENING, "demo"))
    words = "Fetching the hand landmarker from the package index: 21 of 35 MB."
    stage.window.live.preparation.emit(Preparation(words, 0.6))


def _see(change: Callable[[FrameResult], FrameResult]) -> SetUp:
    def set_up(stage: Stage) -> None:
        stage.window.page.open_side(shown=False)  # beside the panel, the panel says it
        seen = change(stage.result)
        for later_s in (0.0, 2.0):
            frame = replace(seen.frame, time_s=seen.frame.time_s + later_s)
            stage.window.live.result.emit(replace(seen, frame=frame))

    return set_up


def _open(page: str) -> SetUp:
    def set_up(stage: Stage) -> None:
        opened: QWidget = getattr(stage.window, page)
        stage.window.show_page(opened)
        for area in (*opened.findChildren(QScrollArea), opened):
            if isinstance(area, QScrollArea):
                area.verticalScrollBar().setValue(0)

    return set_up


def _welcome(stage: Stage) -> None:
    stage.window.welcome()
    stage.window.live.result.emit(stage.result)


def _name(stage: Stage) -> None:
    stage.window.record.findChildren(QComboBox)[0].setEditText("letter L")


def _record(kept: int, now_s: float) -> SetUp:
    def set_up(stage: Stage) -> None:
        _name(stage)
        stage.window.recording.progress.emit(_burst(kept), now_s)
        if kept:
            stage.window.recording.skipped.emit(Skip.SAME)

    return set_up


def _take_done(stage: Stage) -> None:
    _name(stage)
    stage.window.recording.progress.emit(_burst(20), 9.0)
    stage.window.recording.ended.emit(_burst(20))


def _end_take(stage: Stage) -> None:
    stage.window.recording.skipped.emit(None)
    stage.window.recording.ended.emit(_burst(0))
    stage.window.record.findChildren(QComboBox)[0].setEditText("")


def _burst(kept: int) -> Burst:
    return Burst(Plan("letter_L"), began_s=0.0, kept=kept)


def _show_samples(*, table: bool) -> SetUp:
    def set_up(stage: Stage) -> None:
        window, page = stage.window, stage.window.samples_page
        window.show_page(page)
        (page.header.table if table else page.header.grid).click()
        wait_until(lambda: bool(page.balance.counts) and window.samples.model.sample(0) is not None)
        page.view.clearSelection()
        for row in range(2, 5):
            page.view.selectionModel().select(window.samples.model.index(row, 0), CHOSEN)
        settle(400)  # hands are drawn within some frames

    return set_up


def _show_no_samples(stage: Stage) -> None:
    page = stage.window.samples_page
    stage.window.show_page(page)
    page.filters.choose(SampleFilter(binned=True))
    wait_until(page.state_card.isVisible)


def _show_all_samples(stage: Stage) -> None:
    stage.window.samples_page.filters.choose(SampleFilter())
    wait_until(lambda: not stage.window.samples_page.state_card.isVisible())


def _suspect(show: Callable[[ReviewPanel], object]) -> SetUp:
    def set_up(stage: Stage) -> None:
        page = stage.window.samples_page
        stage.window.show_page(page)
        blocked = page.blockSignals(True)  # noqa: FBT003 - nothing is searched for in earnest
        page.header.suspicious.setChecked(True)
        page.blockSignals(blocked)
        show(page.review)
        settle(200)  # rows are made within some turns

    return set_up


def _end_suspicion(stage: Stage) -> None:
    stage.window.samples_page.header.leave_review()


def _look_for_wrong_labels(panel: ReviewPanel) -> None:
    panel.show_searching()
    panel.show_event(Step("looking for wrong labels", 27, 60, 4.0))


def _train(stage: Stage) -> None:
    page = stage.window.training_page
    stage.window.show_page(page)
    page.show_started(TrainingRequest(("prior", "samples"), "quick", "shipped"))
    for event in made_up.training_events():
        page.show_event(event)


def _trained(stage: Stage) -> None:
    _train(stage)
    stage.window.training_page.show_using("shipped")
    stage.window.training_page.show_outcome(made_up.training_outcome())


def _trained_below(stage: Stage) -> None:
    _trained(stage)
    settle(50)
    page = stage.window.training_page
    top = page.figures.mapTo(page.viewport(), QPoint(0, 0)).y()
    page.verticalScrollBar().setValue(page.verticalScrollBar().value() + top - 24)


def _failed(stage: Stage) -> None:
    _train(stage)
    outcome = replace(made_up.training_outcome(), state="failed", result=None, comparison=None)
    words = "hands.parquet has no column 'label'. Choose a file that was exported or imported by this app."
    stage.window.training_page.show_outcome(replace(outcome, problem=words))


def _set_up_training(stage: Stage) -> None:
    stage.window.training_page.result.again.emit()


def _list_versions(stage: Stage) -> None:
    stage.window.models.entries.emit(made_up.versions())
    stage.window.models.using.emit("12")


def _show_versions(stage: Stage) -> None:
    _list_versions(stage)
    _open("models_page")(stage)


def _choose_version(stage: Stage) -> None:
    _list_versions(stage)
    stage.window.model_button.open_menu()


def _close_sources(stage: Stage) -> None:
    stage.window.toolbar.source.menu_shown.hide()


def _forget_versions(stage: Stage) -> None:
    stage.window.model_button.popup.hide()
    stage.window.models.entries.emit(made_up.versions()[-1:])
    stage.window.models.using.emit("shipped")


def _choose_source(stage: Stage) -> None:
    stage.window.toolbar.source.show_source("demo")
    stage.window.toolbar.source.open_menu()


def _start_check(stage: Stage) -> None:
    stage.window.show_page(stage.window.check_page)
    stage.window.live.result.emit(stage.result)
    stage.window.check_page.start.show_problem("")


def _check(stage: Stage) -> None:
    _start_check(stage)
    page = stage.window.check_page
    page.show_run(*made_up.check_run(stage.result))
    ratio = page.devicePixelRatioF()
    image = draw_gesture(made_up.check_run(stage.result)[0].gesture, "Right", round(EDGE * ratio), mirrored=True)
    if image is not None:
        image.setDevicePixelRatio(ratio)
        page.show_picture(QPixmap.fromImage(image))


def _checked(stage: Stage) -> None:
    _start_check(stage)
    stage.window.check_page.show_score(made_up.check_score())


def _end_check(stage: Stage) -> None:
    stage.window.check_page.show_ended()
    stage.window.check_page.show_score(None)


def _compare(stage: Stage) -> None:
    window, card = stage.window, stage.window.compared
    _list_versions(stage)
    window.models.using.emit("shipped")
    window.comparing.comparing.emit(True)  # noqa: FBT003 - what the signal carries
    window.comparing.offered.emit(made_up.versions()[:-1], "12")
    card.show_result(made_up.compared(stage.result))
    card.show_moments(made_up.moments(), {})
    card.show_agreement(Agreement(1284, 1207, 4))


def _end_comparison(stage: Stage) -> None:
    stage.window.comparing.comparing.emit(False)  # noqa: FBT003
    _forget_versions(stage)


def _message(message: Message, *, details: bool = False) -> SetUp:
    def set_up(stage: Stage) -> None:
        stage.window.say(message)
        if details:
            bar = stage.window.findChildren(MessageBar)[0]
            next(part for part in bar.findChildren(QToolButton) if part.text() == "Details").setChecked(True)
            bar.findChildren(QPlainTextEdit)[0].verticalScrollBar().setValue(0)

    return set_up


def _examine(stage: Stage) -> None:
    _open("help_page")(stage)
    page = stage.window.help_page
    page.show_findings(made_up.findings())
    settle(50)
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())


BUSY = "HD Webcam is held by another program. Close that program, then try again, or choose another camera."
LOST = "HD Webcam gives no more pictures. Trying again …"
DENIED = "This program may not use the camera. Allow it in the system settings under Privacy, then try again."
MISSING = "There is no camera 1. Plug it in and try again, or choose another source."
REFUSED = Message("The model v12 cannot be used; the shipped model is used instead.", "warning", "Its file is damaged.")

SCENES: tuple[Scene, ...] = (
    Scene("live", "The live page", _nothing),
    Scene("panel-folded", "The panel folded away", lambda stage: stage.window.page.open_side(shown=False)),
    Scene("source-list", "Choosing a source", _choose_source, _close_sources),
    Scene("version-list", "Choosing a version", _choose_version, _forget_versions),
    Scene("opening", "A camera is opened", _say(SessionState.OPENING)),
    Scene("fetching", "The first start fetches what it needs", _fetch),
    Scene("no-camera", "The camera is not there", _say(SessionState.FAILED, MISSING, "missing")),
    Scene("busy", "The camera is in use", _say(SessionState.FAILED, BUSY, "busy")),
    Scene("denied", "The system does not allow the camera", _say(SessionState.FAILED, DENIED, "denied")),
    Scene("lost", "The camera is lost, and opened again", _say(SessionState.RECONNECTING, LOST, "lost")),
    Scene("no-hand", "Nobody in view", _see(made_up.without_hand)),
    Scene("small-hand", "The hand is too small", _see(made_up.with_small_hand)),
    Scene("paused", "The picture is held", _say(SessionState.PAUSED)),
    Scene("ended", "A video has ended", _say(SessionState.ENDED, name="counting hands.mp4")),
    Scene("countdown", "A take begins", _record(0, 3.0 - LEFT_S), _end_take),
    Scene("recording", "A take runs", _record(11, 6.0), _end_take),
    Scene("take-done", "A take is done", _take_done, _end_take),
    Scene("samples", "Samples as drawn hands", _show_samples(table=False)),
    Scene("samples-table", "Samples as a table", _show_samples(table=True)),
    Scene("bin", "Nothing to see", _show_no_samples, _show_all_samples),
    Scene("suspicious-search", "Wrong labels are looked for", _suspect(_look_for_wrong_labels), _end_suspicion),
    Scene(
        "suspicious",
        "Samples that look mislabelled",
        _suspect(lambda panel: panel.show_review(made_up.review(found=True))),
        _end_suspicion,
    ),
    Scene(
        "suspicious-none",
        "No label looks wrong",
        _suspect(lambda panel: panel.show_review(made_up.review(found=False))),
        _end_suspicion,
    ),
    Scene("train", "What to train on", _open("training_page")),
    Scene("training", "A training runs", _train, _set_up_training),
    Scene("trained", "What came of it", _trained, _set_up_training),
    Scene("trained-figures", "What came of it, gesture by gesture", _trained_below, _set_up_training),
    Scene("training-failed", "A training that failed", _failed, _set_up_training),
    Scene("models", "The versions", _show_versions, _forget_versions),
    Scene("check", "How good is it for me?", _start_check),
    Scene("checking", "A check runs", _check, _end_check),
    Scene("checked", "What came of it", _checked, _end_check),
    Scene("compare", "Two versions on the same hands", _compare, _end_comparison),
    Scene("settings", "The settings", _open("settings_page")),
    Scene("help", "Help and keys", _open("help_page")),
    Scene("doctor", "The doctor, and what this is", _examine),
    Scene("welcome", "The first start", _welcome),
    Scene("message", "A message", _message(Message("No camera is connected: showing the demo hand."))),
    Scene("error", "What went wrong, with details", _message(REFUSED, details=True)),
)
