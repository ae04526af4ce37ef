"""The window: puts its parts together and connects them, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from gesture_app.capture.source_words import kind_of
from gesture_app.shortcuts import RECENT_GESTURES, SHORTCUTS
from gesture_app.ui.checking.check_controller import CheckController
from gesture_app.ui.checking.check_presenter import CheckPresenter
from gesture_app.ui.comparing.compare_controller import CompareController
from gesture_app.ui.comparing.compare_presenter import CompareParts, ComparePresenter
from gesture_app.ui.hotkeys import Hotkeys
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.live_controller import LiveController
from gesture_app.ui.live.live_presenter import LiveParts, LivePresenter
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.live.video_controller import VideoController
from gesture_app.ui.pages.check_page import CheckPage
from gesture_app.ui.pages.help_page import HelpPage
from gesture_app.ui.pages.live_page import LivePage
from gesture_app.ui.pages.models_page import ModelsPage
from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.pages.scrolling import page_header
from gesture_app.ui.pages.settings_page import SettingsPage
from gesture_app.ui.pages.training_page import TrainingPage
from gesture_app.ui.pages.welcome_page import WelcomePage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.recording.recording_presenter import RecordingPresenter
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_controller import TrainingController
from gesture_app.ui.training.training_presenter import TrainingPresenter
from gesture_app.ui.versions.mlflow_controller import MlflowController
from gesture_app.ui.versions.model_controller import ModelController
from gesture_app.ui.versions.model_presenter import ModelPresenter
from gesture_app.ui.widgets.compare_card import CompareCard
from gesture_app.ui.widgets.live_toolbar import LiveToolbar
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.record_card import RecordCard
from gesture_app.ui.window.help_presenter import HelpPresenter
from gesture_app.ui.window.navigation import Navigation
from gesture_app.ui.window.settings_presenter import SettingsPresenter
from gesture_app.ui.window.unseen import Unseen
from gesture_app.ui.window.welcome_presenter import WelcomePresenter
from models.home import Home

NARROW_BELOW = 900


class MainWindow(QMainWindow):
    """All of it.

    Parameters
    ----------
    theme
        The look.
    preferences
        The user's settings.
    home
        The home folder.
    landmarker
        A landmarker file of the user's own.
    """

    closed = Signal()
    """Every thread has ended and the camera is released."""

    def __init__(self, theme: Theme, preferences: Preferences, home: Home, landmarker: Path | None = None) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Gesture App"))
        self._preferences = preferences
        self._make_what_runs(home, preferences, landmarker)
        self._make_what_is_seen(theme, home)
        self._join(theme, home)
        self._add_pages()
        self._connect()
        self._add_hotkeys()
        self.settings_shown.begin()
        self._follow_settings()
        self.shown.show_settings(preferences.settings)
        self.page.picture.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.page.picture.setFocus()  # or the first control would wear a frame that says nothing
        self.setMinimumSize(QSize(720, 480))
        self.resize(1280, 800)

    def _make_what_runs(self, home: Home, preferences: Preferences, landmarker: Path | None) -> None:
        self.jobs = Jobs(self)
        self.bridge = SessionBridge(home, landmarker, self)
        self.live = LiveController(self.bridge, preferences, self.jobs, self)
        self.models = ModelController(home, self.bridge, preferences, self.jobs, self)
        self.bridge.load_model = self.models.load
        self.mlflow = MlflowController(home, self.jobs, self)
        self.recording = RecordingController(home, self)
        self.samples = SamplesController(home, self.recording, self)
        self.training = TrainingController(home, self.jobs, self)
        self.video = VideoController(home.root / "videos", self)
        self.check = CheckController(home, self.recording, self.models, self.bridge, self)
        self.comparing = CompareController(self.models, self.bridge, self.jobs, self)

    def _make_what_is_seen(self, theme: Theme, home: Home) -> None:
        self.navigation = Navigation(theme)
        self.rail, self._pages = self.navigation.rail, self.navigation.pages
        self.messages, self.status = self.navigation.messages, self.navigation.status
        self.hotkeys = Hotkeys(self)
        self.record = RecordCard(theme)
        self.toolbar = LiveToolbar(theme)
        self.model_button = ModelButton(theme)
        self.toolbar.add_after_source(self.model_button)
        self.compared = CompareCard(theme)
        self.page = LivePage(theme)
        self.models_page = ModelsPage(theme)
        self.samples_page = SamplesPage(theme, self.samples.model)
        self.training_page = TrainingPage(theme)
        self.check_page = CheckPage(theme)
        self.welcome_page = WelcomePage(theme, home.root)
        self.settings_page = SettingsPage(theme, home.root)
        self.help_page = HelpPage(theme)

    def _join(self, theme: Theme, home: Home) -> None:
        preferences, jobs = self._preferences, self.jobs
        seen = self.page, self.toolbar, self.status
        self.shown = LivePresenter(self, LiveParts(theme, home, *seen, self.live, self.bridge, preferences, jobs))
        self.versions = ModelPresenter(self, self.models, self.mlflow, self.model_button, self.models_page)
        self.checked = CheckPresenter(self.check, self.check_page, self.live, preferences, jobs)
        self.trained = TrainingPresenter(self.training, self.training_page, self.models)
        RecordingPresenter(self.recording, self.record, self.page.picture)
        running = self.comparing, self.recording, self.live, self.bridge
        parts = CompareParts(self.compared, self.toolbar, self.page, *running, preferences)
        self.compare_shown = ComparePresenter(self, parts)
        self.settings_shown = SettingsPresenter(self.settings_page, self.help_page, preferences, theme, self.hotkeys)
        HelpPresenter(self.help_page, home, jobs)
        Unseen(self, self.bridge.rest, lambda: self.recording.recording or self.video.running)
        self.welcomed = WelcomePresenter(self.welcome_page, self.navigation, self.live, preferences)

    def _add_pages(self) -> None:
        self.page.extras.setSpacing(12)
        self.page.extras.addWidget(self.compared)
        self.page.extras.addWidget(self.record)
        add = self.navigation.add
        add(self.page, self.tr("Live"), "live", header=self.toolbar)
        add(self.samples_page, self.tr("Samples"), "samples", header=self.samples_page.header)
        add(self.training_page, self.tr("Train"), "train")
        add(self.models_page, self.tr("Models"), "models")
        add(self.check_page, self.tr("Check"), "check", header=page_header(self.tr("How good is it for me?")))
        add(self.settings_page, self.tr("Settings"), "settings", below=True)
        add(self.help_page, self.tr("Help"), "about", below=True)
        self.navigation.add_alone(self.welcome_page, page_header(self.tr("Gesture App")))
        self.rail.choose(0)
        self.rail.add_corner(self.shown.small_picture)
        self.setCentralWidget(self.navigation)

    def _connect(self) -> None:
        for teller in (
            self.shown,
            self.models,
            self.mlflow,
            self.recording,
            self.samples,
            self.trained,
            self.video,
            self.check,
            self.compare_shown,
            self.settings_shown,
        ):
            teller.said.connect(self.say)
        for failing in (self.jobs, self._preferences):
            failing.failed.connect(lambda error: self.say(Message(str(error), "bad")))
        self._preferences.changed.connect(self._follow_settings)
        for taker in (self.live, self.mlflow, self.models, self.recording):
            taker.over.connect(self.messages.withdraw)
        self.navigation.opened.connect(self._look_at_page)
        self.samples.connect_page(self.samples_page)
        self.recording.changed.connect(self.training.count_samples)
        self.live.strained = lambda: self.training.running
        self.navigation.opened.connect(lambda _: self.recording.take_warning_back())
        self.live.result.connect(self.recording.look_at)
        self.shown.show_video(self.video)
        self.shown.ready.connect(self.record.set_usable)
        self.live.source.connect(lambda _: self.recording.stop())  # a take is of one source
        self.live.source.connect(lambda spec: self.record.show_drawn(kind_of(spec) == "demo"))
        self.bridge.model_loaded.connect(lambda classifier: self.record.show_known(classifier.labels))
        self.models.remote.connect(self.status.show_registry)
        self.check.scores.connect(self.versions.show_scores)
        self.toolbar.full_screen.clicked.connect(self.toggle_full_screen)
        self._connect_ways()

    def _connect_ways(self) -> None:
        """Join pages to the pages that they lead to."""
        self.samples_page.live_wanted.connect(lambda: self.open_page(0))
        self.check_page.intent.connect(lambda _: self.open_page(0))
        self.models_page.check.connect(lambda: self.show_page(self.check_page))
        self.checked.versions_wanted.connect(lambda: self.show_page(self.models_page))
        self.help_page.change_keys.connect(self._change_keys)
        self.welcomed.source_wanted.connect(self.toolbar.source.open_menu)

    def _add_hotkeys(self) -> None:
        def add(name: str, text: str, action: Callable[[], None]) -> None:
            self.hotkeys.add(SHORTCUTS[name], text, action, name)

        add("pause", self.tr("Pause, go on, play again"), self._toggle_pause)
        add("mirror", self.tr("Mirror the picture"), self.shown.toggle_mirror)
        fold = self._if_live(lambda: self.shown.open_side(not self.page.side_open))
        add("panel", self.tr("Show or fold away the panel"), fold)
        add("compare", self.tr("Compare with a second model version"), self._if_live(self.comparing.toggle))
        add("previous_model", self.tr("Next model up the list (newer)"), lambda: self.models.step(-1))
        add("next_model", self.tr("Next model down the list (older)"), lambda: self.models.step(1))
        add("record", self.tr("Start or end a take"), self._if_live(self.record.toggle))
        add("undo", self.tr("Undo the last take, or the last change of samples"), self._undo)
        add("redo", self.tr("Bring it back"), self._redo)
        for place in range(RECENT_GESTURES):
            text = self.tr("Gestures recorded last (1 to 9)") if place == 0 else ""
            self.hotkeys.add(str(place + 1), text, self._if_live(partial(self.record.choose_recent, place)))
        add("snapshot", self.tr("Save the picture as shown"), self.shown.save_snapshot)
        add("video", self.tr("Record what is seen as a video"), self.shown.toggle_video)
        add("open_file", self.tr("Open a video, picture or recording"), self.shown.ask_for_source)
        add("help", self.tr("Help and keys"), lambda: self.show_page(self.help_page))
        add("settings", self.tr("Settings"), lambda: self.show_page(self.settings_page))
        add("full_screen", self.tr("Full screen"), self.toggle_full_screen)
        self.hotkeys.add("Esc", self.tr("Leave what one is in"), self._leave)
        self.hotkeys.changed.connect(self._show_keys)
        self._show_keys()

    def say(self, message: Message) -> None:
        """Say something in the message bar."""
        self.messages.say(message, briefly=message.severity == "good")

    def begin(self, source: str | None, model: str, hands: int | None) -> None:
        """Open the first source and list the models, off the window's thread."""
        self.live.begin(source, model, hands)
        self.models.begin()
        self.recording.begin()
        self.training.count_samples()

    def welcome(self) -> None:
        """Open the page of the first start, which stands alone."""
        self.welcomed.begin()

    def open_page(self, place: int) -> None:
        """Open a page by its place in the rail; the camera runs on."""
        self.navigation.open(place)

    def show_page(self, page: QWidget) -> None:
        """Open a page by its widget."""
        self.navigation.show_page(page)

    def toggle_full_screen(self) -> None:
        """Let the picture fill the screen, or give the window back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End every thread and release the camera; over a training, ask first."""
        if not self.trained.may_close(self):
            event.ignore()
            return
        self.hide()
        self._preferences.close()
        for running in (
            self.training,
            self.live,
            self.video,
            self.samples,
            self.check,
            self.recording,
            self.models,
            self.mlflow,
            self.jobs,
        ):
            running.close()
        event.accept()
        self.closed.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a take that lasts while its key is held."""
        if self.record.held and not event.isAutoRepeat() and self.hotkeys.starts("record", event):
            self.recording.stop()
        super().keyReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key does; a page that stands alone has its own ways out."""
        if event.isAutoRepeat() and event.text():
            return
        if self.navigation.alone:
            if event.key() == Qt.Key.Key_Escape:
                self.welcomed.end()
        elif not self.hotkeys.press(event, QApplication.focusWidget()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the rail where there is little room."""
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)
        self._place_small_picture()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the window manager's own way into full screen and out of it, and to other windows."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.record.held and not self.isActiveWindow():
            self.recording.stop()  # that the key is let go of, another window would hear
        if event.type() == QEvent.Type.WindowStateChange:
            full = self.isFullScreen()
            if full and not self.navigation.alone:
                self.open_page(0)
            self.navigation.set_picture_only(full)
            self.toolbar.show_full_screen(full)
            self.page.set_picture_only(full)
            self.shown.show_tools()

    def _look_at_page(self, page: QWidget) -> None:
        self._place_small_picture()
        self.shown.small_picture.show_result(self.page.picture.result)
        # Not the page's first control: nobody chose it.
        (self.page.picture if page is self.page else page).setFocus()

    def _place_small_picture(self) -> None:
        has_picture = self._pages.currentWidget() in {self.page, self.check_page}
        self.shown.small_picture.setVisible(not has_picture and self.width() >= NARROW_BELOW)

    def _change_keys(self) -> None:
        self.show_page(self.settings_page)
        self.settings_page.show_keys()

    def _toggle_pause(self) -> None:
        if not self.checked.toggle_pause():
            self.live.toggle_pause()

    def _undo(self) -> None:
        if not self.samples_page.take_back() and self._on_live():
            self.recording.undo()

    def _redo(self) -> None:
        if not self.samples_page.bring_back() and self._on_live():
            self.recording.redo()

    def _on_live(self) -> bool:
        """Whether what takes and the panel do would be seen."""
        return self._pages.currentWidget() is self.page

    def _if_live(self, action: Callable[[], None]) -> Callable[[], None]:
        """Do something only where it would be seen."""
        return lambda: action() if self._on_live() else None

    def _leave(self) -> None:
        if self.checked.leave():
            return
        if self.recording.recording:
            self.recording.stop()
        elif self.isFullScreen():
            self.toggle_full_screen()
        elif self.messages.message is not None:
            self.messages.dismiss()
        elif self.page.narrow and self.page.side_open:
            self.shown.open_side(shown=False)
        else:
            self.open_page(0)

    def _show_keys(self) -> None:
        for part in (self.toolbar, self.record, self.samples_page):
            part.show_keys(self.hotkeys.shown)

    def _follow_settings(self) -> None:
        settings = self._preferences.settings
        self.rail.fit()
        self.recording.keep_pictures(settings.keep_pictures)
        self.samples_page.set_mirrored(settings.mirror)
