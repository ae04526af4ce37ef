"""The window: puts its parts together and connects them, nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gesture_app.settings import Settings
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
from gesture_app.ui.versions.model_controller import ModelController
from gesture_app.ui.versions.model_presenter import ModelPresenter
from gesture_app.ui.widgets.compare_card import CompareCard
from gesture_app.ui.widgets.live_toolbar import LiveToolbar
from gesture_app.ui.widgets.message_bar import Message, MessageBar
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.rail import Rail
from gesture_app.ui.widgets.record_card import RecordCard
from gesture_app.ui.widgets.status_line import StatusLine
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
        self._theme = theme
        self._preferences = preferences
        self._home = home
        self.jobs = Jobs(self)
        self.bridge = SessionBridge(home, landmarker, self)
        self.live = LiveController(self.bridge, preferences, self.jobs, self)
        self.models = ModelController(home, self.bridge, preferences, self.jobs, self)
        self.bridge.load_model = self.models.load
        self.recording = RecordingController(home, self)
        self.samples = SamplesController(home, self.recording, self)
        self.training = TrainingController(home, self.jobs, self)
        self.video = VideoController(home.root / "videos", self)
        self.record = RecordCard(theme)
        self.toolbar = LiveToolbar(theme)
        self.model_button = ModelButton(theme)
        self.toolbar.add_after_source(self.model_button)
        self.page = LivePage(theme)
        self.models_page = ModelsPage(theme)
        self.samples_page = SamplesPage(theme, self.samples.model)
        self.training_page = TrainingPage(theme)
        self.welcome_page = WelcomePage(theme, home.root)
        self.settings_page = SettingsPage(theme, home.root)
        self.help_page = HelpPage(theme)
        self.messages = MessageBar(theme)
        self.rail = Rail(theme)
        self.status = StatusLine(theme)
        self.hotkeys = Hotkeys()
        parts = LiveParts(
            theme, home, self.page, self.toolbar, self.status, self.live, self.bridge, preferences, self.jobs
        )
        self.shown = LivePresenter(self, parts)
        versions = ModelPresenter(self, self.models, self.model_button, self.models_page)
        self._add_check(versions)
        self.trained = TrainingPresenter(self.training, self.training_page, self.models)
        RecordingPresenter(self.recording, self.record, self.page.picture)
        self._add_comparison()
        self._headers = QStackedWidget()
        self._pages = QStackedWidget()
        self._arrange()
        self._connect()
        self._add_hotkeys()
        self._show_settings()
        self.shown.show_settings(preferences.settings)
        self.page.picture.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.page.picture.setFocus()  # or the first control would wear a frame that says nothing
        self.setMinimumSize(QSize(560, 400))
        self.resize(1280, 800)

    def say(self, message: Message) -> None:
        """Say something in the message bar."""
        self.messages.say(message, briefly=message.severity == "good")

    def begin(self, source: str | None, model: str, hands: int | None) -> None:
        """Open the first source and list the models, off the window's thread."""
        self.live.begin(source, model, hands)
        self.models.begin()
        self.recording.begin()
        self.training.count_samples()

    def add_page(
        self, page: QWidget, title: str, icon: str, *, header: QWidget | None = None, below: bool = False
    ) -> None:
        """Add a page to the rail.

        Parameters
        ----------
        page
            The page.
        title, icon
            What it is called and how it is drawn.
        header
            What stands above it; its title by default.
        below
            True where it stands at the lower end of the rail.
        """
        self._headers.addWidget(header or page_header(title))
        self._pages.addWidget(page)
        self.rail.add(title, icon, below=below)

    def welcome(self) -> None:
        """Open the page of the first start, which stands alone."""
        self._headers.setCurrentWidget(self._welcome_header)
        self._pages.setCurrentWidget(self.welcome_page)
        self.rail.hide()

    def _end_welcome(self) -> None:
        self._preferences.change(welcomed=True)
        self.open_page(0)

    def open_page(self, place: int) -> None:
        """Open a page; the camera runs on."""
        self.rail.setVisible(not self.isFullScreen())
        self._pages.setCurrentIndex(place)
        self._headers.setCurrentIndex(place)
        self.rail.choose(place)
        self._show_small_picture()
        self.shown.small_picture.show_result(self.page.picture.result)
        # Not the page's first control: nobody chose it.
        page = self.page.picture if place == 0 else self._pages.currentWidget()
        if page is not None:
            page.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End every thread and release the camera; over a training, ask first."""
        if not self.trained.may_close(self):
            event.ignore()
            return
        self.hide()
        self._preferences.close()
        self.training.close()
        self.live.close()
        self.video.close()
        self.samples.close()
        self.check.close()
        self.recording.close()
        self.models.close()
        self.jobs.close()
        event.accept()
        self.closed.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a take that lasts while its key is held."""
        if event.key() == Qt.Key.Key_R and not event.isAutoRepeat() and self.record.held:
            self.recording.stop()
        super().keyReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key does."""
        if event.isAutoRepeat() and event.text():
            return
        if not self.hotkeys.press(event, QApplication.focusWidget()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the rail where there is little room."""
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)
        self._show_small_picture()

    def _show_small_picture(self) -> None:
        has_picture = self._pages.currentWidget() in {self.page, self.check_page}
        self.shown.small_picture.setVisible(not has_picture and self.width() >= NARROW_BELOW)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the window manager's own way into full screen and out of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._show_parts()

    def _arrange(self) -> None:
        self._headers.setObjectName("toolbar")
        self._headers.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.status.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.page.extras.setSpacing(12)
        self.page.extras.addWidget(self.compared)
        self.page.extras.addWidget(self.record)
        self.add_page(self.page, self.tr("Live"), "live", header=self.toolbar)
        self.add_page(self.samples_page, self.tr("Samples"), "samples", header=self.samples_page.header)
        self.add_page(self.training_page, self.tr("Train"), "train")
        self.add_page(self.models_page, self.tr("Models"), "models")
        title = page_header(self.tr("How good is it for me?"))
        self.add_page(self.check_page, self.tr("Check"), "check", header=title)
        self.add_page(self.settings_page, self.tr("Settings"), "settings", below=True)
        self.add_page(self.help_page, self.tr("Help"), "about", below=True)
        self._welcome_header = page_header(self.tr("Gesture App"))
        self._headers.addWidget(self._welcome_header)
        self._pages.addWidget(self.welcome_page)
        self.rail.choose(0)
        self.rail.add_corner(self.shown.small_picture)
        self._message_room = QWidget()
        room = QVBoxLayout(self._message_room)
        room.setContentsMargins(12, 8, 12, 0)
        room.addWidget(self.messages)
        self.messages.shown.connect(self._message_room.setVisible)
        self._message_room.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._headers)
        right.addWidget(self._message_room)
        right.addWidget(self._pages, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(right, 1)
        ground = QWidget()
        ground.setObjectName("ground")
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(ground)
        self._show_privacy("")

    def _add_check(self, versions: ModelPresenter) -> None:
        self.check = CheckController(self._home, self.recording, self.models, self.bridge, self)
        self.check_page = CheckPage(self._theme)
        self.checked = CheckPresenter(self.check, self.check_page, self.live, self._preferences, self.jobs)
        self.check.scores.connect(versions.show_scores)
        self.check.said.connect(self.say)
        self.models_page.check.connect(lambda: self.show_page(self.check_page))
        self.checked.versions_wanted.connect(lambda: self.show_page(self.models_page))
        self.check_page.intent.connect(lambda _: self.open_page(0))

    def _add_comparison(self) -> None:
        self.compared = CompareCard(self._theme)
        self.comparing = CompareController(self.models, self.bridge, self.jobs, self)
        running = self.comparing, self.recording, self.live, self.bridge
        parts = CompareParts(self.compared, self.toolbar, self.page, *running, self._preferences)
        self.compare_shown = ComparePresenter(self, parts)

    def _connect(self) -> None:
        for teller in (
            self.shown,
            self.models,
            self.recording,
            self.samples,
            self.trained,
            self.video,
            self.compare_shown,
        ):
            teller.said.connect(self.say)
        self.jobs.failed.connect(lambda error: self.say(Message(str(error), "bad")))
        self._preferences.failed.connect(lambda error: self.say(Message(str(error), "bad")))
        self._preferences.changed.connect(self._show_settings)
        self.rail.chosen.connect(self.open_page)
        self.live.result.connect(self.welcome_page.show_result)
        self.live.status.connect(self.welcome_page.show_status)
        self.live.preparation.connect(self.welcome_page.show_preparation)
        self.welcome_page.finished.connect(self._end_welcome)
        self.welcome_page.choose_source.connect(self._choose_source)
        self.toolbar.full_screen.clicked.connect(self.toggle_full_screen)
        self.live.result.connect(self.recording.look_at)
        self.live.result.connect(self.video.look_at)
        self.video.seconds.connect(self.toolbar.show_video)
        self.toolbar.video.clicked.connect(self._toggle_video)
        self.shown.ready.connect(self.record.set_usable)
        self.bridge.model_loaded.connect(lambda classifier: self.record.show_known(classifier.labels))
        self.models.remote.connect(self._show_privacy)
        self._connect_pages()

    def _connect_pages(self) -> None:
        self.settings_page.changed.connect(lambda field, value: self._preferences.change(**{field: value}))
        self.settings_page.reset.connect(self._reset_settings)
        self.samples.connect_page(self.samples_page)
        self.recording.changed.connect(self.training.count_samples)
        self.samples_page.live_wanted.connect(lambda: self.open_page(0))
        self.help_page.examine.connect(self._examine)

    def _choose_source(self) -> None:
        self._end_welcome()
        self.toolbar.source.open_menu()

    def _reset_settings(self) -> None:
        before = self._preferences.settings
        self._preferences.set(Settings(source=before.source, model=before.model, welcomed=before.welcomed))
        self.say(Message(self.tr("All settings are as on a fresh start."), "good"))

    def _examine(self) -> None:
        from gesture_app.doctor import Finding, examine  # noqa: PLC0415 - the start does not wait for it

        def failed(error: Exception) -> None:
            self.help_page.show_findings([Finding(self.tr("Check"), "bad", str(error))])

        self.jobs.run(lambda: examine(self._home), self.help_page.show_findings, failed, name="doctor")

    def _show_privacy(self, remote: str) -> None:
        local = self.tr("Nothing leaves this computer")
        self.status.show_privacy(self.tr("Registry: {host}").format(host=remote) if remote else local)

    def _add_hotkeys(self) -> None:
        add = self.hotkeys.add
        add("Space", self.tr("Pause, go on, play again"), self._toggle_pause)
        add("M", self.tr("Mirror the picture"), self.shown.toggle_mirror)
        add("P", self.tr("Show or fold away the panel"), lambda: self.shown.open_side(not self.page.side_open))
        add("C", self.tr("Compare with a second model version"), self.comparing.toggle)
        add("R", self.tr("Start or end a take"), self.record.toggle)
        add("Ctrl+Z", self.tr("Undo the last take"), self.recording.undo)
        add("Ctrl+Y", self.tr("Bring the take back"), self.recording.redo)
        for place in range(9):
            text = self.tr("Gestures recorded last (1 to 9)") if place == 0 else ""
            add(str(place + 1), text, partial(self.record.choose_recent, place))
        add("[", self.tr("Newer model version"), lambda: self.models.step(-1))
        add("]", self.tr("Older model version"), lambda: self.models.step(1))
        add("Ctrl+S", self.tr("Save the picture as shown"), self.shown.save_snapshot)
        add("Ctrl+R", self.tr("Record what is seen as a video"), self._toggle_video)
        add("Ctrl+O", self.tr("Open a video, picture or recording"), self.shown.ask_for_source)
        add("F1", self.tr("Help and keys"), lambda: self.show_page(self.help_page))
        add("Ctrl+,", self.tr("Settings"), lambda: self.show_page(self.settings_page))
        add("F11", self.tr("Full screen"), self.toggle_full_screen)
        add("Esc", self.tr("Leave what one is in"), self._leave)
        self.help_page.show_keys([hotkey for hotkey in self.hotkeys.all if hotkey.text])

    def show_page(self, page: QWidget) -> None:
        """Open a page by its widget."""
        self.open_page(self._pages.indexOf(page))

    def _toggle_pause(self) -> None:
        if not self.checked.toggle_pause():
            self.live.toggle_pause()

    def _toggle_video(self) -> None:
        if self.video.running or self.page.picture.result is not None:
            self.video.toggle(mirrored=self._preferences.settings.mirror)

    def toggle_full_screen(self) -> None:
        """Let the picture fill the screen, or give the window back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

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

    def _show_parts(self) -> None:
        full = self.isFullScreen()
        for part in (self.rail, self._headers, self.status):
            part.setVisible(not full)
        self.toolbar.show_full_screen(full)
        if full:
            self.open_page(0)
        self.page.set_picture_only(full)
        self.shown.show_tools()

    def _show_settings(self) -> None:
        settings = self._preferences.settings
        if (settings.theme, settings.font_scale) != (self._theme.choice, self._theme.scale):
            self._theme.apply(settings.theme, settings.font_scale)
            self.rail.fit()
        self.settings_page.show_settings(settings)
        self.recording.keep_pictures(settings.keep_pictures)
        self.samples_page.grid.set_mirrored(settings.mirror)
