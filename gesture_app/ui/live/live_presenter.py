"""Joins the live page to the session: what comes is shown, what the user wants is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.live_controller import LiveController
from gesture_app.ui.live.live_state import AGAIN, RESUME, state_words
from gesture_app.ui.live.session_bridge import Preparation, SessionBridge
from gesture_app.ui.live.snapshots import save_snapshot
from gesture_app.ui.live.video_controller import VideoController
from gesture_app.ui.pages.live_page import LivePage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.address_dialog import AddressDialog
from gesture_app.ui.widgets.live_toolbar import LiveToolbar
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.source_button import OPEN_ADDRESS, OPEN_FOLDER
from gesture_app.ui.widgets.status_line import StatusLine
from gesture_app.ui.wording import model_name
from models.home import Home

if TYPE_CHECKING:  # loads the model's runtime, which the window does not wait for
    from models.gesture.classifier import GestureClassifier


@dataclass(frozen=True, slots=True)
class LiveParts:
    """What the presenter joins.

    Attributes
    ----------
    theme
        The look.
    home
        Where snapshots go.
    page, toolbar, status
        What is seen.
    live, bridge
        What runs.
    preferences
        The user's settings.
    jobs
        For what the window must not wait for.
    """

    theme: Theme
    home: Home
    page: LivePage
    toolbar: LiveToolbar
    status: StatusLine
    live: LiveController
    bridge: SessionBridge
    preferences: Preferences
    jobs: Jobs


class LivePresenter(QObject):
    """Knows both sides of the live page.

    Parameters
    ----------
    window
        Owner of dialogs.
    parts
        What is joined.
    """

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    ready = Signal(bool)
    """Whether pictures come that can be recorded from."""

    def __init__(self, window: QWidget, parts: LiveParts) -> None:
        super().__init__(window)
        self._window = window
        self._theme, self._home = parts.theme, parts.home
        self.page, self.toolbar, self.status = parts.page, parts.toolbar, parts.status
        self.live, self.jobs = parts.live, parts.jobs
        self._preferences = parts.preferences
        self._preparation: Preparation | None = None
        self._video: VideoController | None = None
        self.small_picture = PictureView(parts.theme, margin=0, labelled=False)
        self.small_picture.setFixedHeight(96)
        self.small_picture.hide()
        self._connect_live(parts.bridge)
        self._connect_page()
        self._connect_toolbar()

    def _connect_live(self, bridge: SessionBridge) -> None:
        live = self.live
        live.result.connect(self._show_result)
        live.status.connect(self._show_status)
        live.preparation.connect(self._show_preparation)
        live.source.connect(self.toolbar.source.show_source)
        live.cameras.connect(self.toolbar.source.show_cameras)
        live.figures.connect(self.status.show_figures)
        live.said.connect(self.said.emit)
        bridge.model_loaded.connect(self._show_model)
        bridge.model_refused.connect(self._tell_refused)

    def _connect_page(self) -> None:
        self._preferences.changed.connect(self.show_settings)
        self.page.intent.connect(self._follow)
        self.page.side_moved.connect(self.show_tools)
        card = self.page.recognition
        card.hands_changed.connect(self.live.set_hands)
        card.threshold_changed.connect(lambda value: self._preferences.change(threshold=value))
        card.smoothing_changed.connect(lambda on: self._preferences.change(smoothing=on))

    def _connect_toolbar(self) -> None:
        bar = self.toolbar
        bar.source.chosen.connect(self.live.open)
        bar.source.wanted.connect(self.ask_for_source)
        bar.source.forget.connect(lambda: self._preferences.change(recent_sources=()))
        bar.source.cameras_wanted.connect(self.live.look_for_cameras)
        bar.pause.clicked.connect(self.live.toggle_pause)
        bar.mirror.clicked.connect(lambda on: self._preferences.change(mirror=on))
        bar.snapshot.clicked.connect(self.save_snapshot)
        bar.side.clicked.connect(self.open_side)

    def toggle_mirror(self) -> None:
        """Exchange left and right on the screen."""
        self._preferences.change(mirror=not self._preferences.settings.mirror)

    def open_side(self, shown: bool) -> None:  # noqa: FBT001 - a button's state
        """Show or fold away the side panel."""
        self.page.open_side(shown)
        self.show_tools()

    def show_settings(self, settings: Settings) -> None:
        """Show the settings in force."""
        self.page.picture.set_mirrored(settings.mirror)
        self.small_picture.set_mirrored(settings.mirror)
        self.toolbar.source.show_recent(settings.recent_sources)
        self.page.recognition.show_options(self.live.hands, settings.threshold, smoothing=settings.smoothing)
        self._show_threshold()
        self.show_tools()

    def show_tools(self) -> None:
        """Show what is on, and what can be used now."""
        state = self.live.state
        self.toolbar.show_states(
            paused=state is SessionState.PAUSED,
            pausable=state in {SessionState.RUNNING, SessionState.PAUSED},
            mirrored=self._preferences.settings.mirror,
            side=self.page.side_open,
            picture=self.page.picture.result is not None,
        )
        self.ready.emit(state is SessionState.RUNNING)

    def _show_threshold(self) -> None:
        self.page.hands.set_threshold(self.page.recognition.threshold or 0.0)

    def _show_result(self, result: FrameResult) -> None:
        first = self.page.picture.result is None
        self.page.show_result(result)
        self.live.paint_ms = self.page.picture.paint_ms
        if self.small_picture.isVisible():
            self.small_picture.show_result(result)
        self.status.show_model(model_name(result.model))
        if first:
            self.show_tools()

    def _show_status(self, status: SessionStatus) -> None:
        self.page.show_status(status)
        self.status.show_state(state_words(status, self._preparation))
        self.show_tools()

    def _show_preparation(self, preparation: Preparation | None) -> None:
        self._preparation = preparation
        self.page.show_preparation(preparation)

    def _show_model(self, classifier: GestureClassifier) -> None:
        self.status.show_model(model_name(classifier.name))
        self.page.recognition.show_model(classifier.info)
        self._show_threshold()

    def _tell_refused(self, name: str, why: str) -> None:
        text = self.tr("The model {name} cannot be used; the shipped model is used instead.")
        self.said.emit(Message(text.format(name=name), "warning", why))

    def _follow(self, intent: str) -> None:
        if intent == AGAIN:
            self.live.again()
        elif intent == RESUME:
            self.live.set_paused(paused=False)
        else:
            self.toolbar.source.open_menu()

    def ask_for_source(self, kind: str = "") -> None:
        """Let the user name a file, a folder or an address, and open it."""
        if kind == OPEN_ADDRESS:
            dialog = AddressDialog(self._theme, self.live.problem_with, self._window)
            dialog.chosen.connect(self.live.open)
            dialog.open()
            return
        files = QFileDialog(self._window)
        files.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if kind == OPEN_FOLDER:
            files.setWindowTitle(self.tr("Open folder of pictures"))
            files.setFileMode(QFileDialog.FileMode.Directory)
        else:
            files.setWindowTitle(self.tr("Open video, picture or recording"))
            files.setFileMode(QFileDialog.FileMode.ExistingFile)
        files.fileSelected.connect(self.live.open)
        files.open()

    def show_video(self, video: VideoController) -> None:
        """Join what records videos to its button."""
        self._video = video
        self.live.result.connect(video.look_at)
        video.seconds.connect(self.toolbar.show_video)
        self.toolbar.video.clicked.connect(self.toggle_video)

    def toggle_video(self) -> None:
        """Record what is seen as a video, or end that."""
        if self._video is not None and (self._video.running or self.page.picture.result is not None):
            self._video.toggle(mirrored=self._preferences.settings.mirror)

    def save_snapshot(self) -> None:
        """Save the picture as shown."""
        image = self.page.snapshot()
        if image.isNull():
            return
        folder = self._home.root / "snapshots"
        text = self.tr("Snapshot saved: {path}")
        self.jobs.run(
            lambda: save_snapshot(image, folder), lambda path: self.said.emit(Message(text.format(path=path), "good"))
        )
