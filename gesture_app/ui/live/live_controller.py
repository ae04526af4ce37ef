"""What happens when the user chooses a source, pauses, or changes how frames are recognised."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gesture_app.capture.source_words import kind_of
from gesture_app.live.keeping_up import KeepingUp
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.widgets.source_button import CameraChoice
from gesture_app.ui.wording import decimal, tr
from models.errors import GestureError, without_secrets
from models.home import expanded

if TYPE_CHECKING:
    from gesture_app.live.recogniser import RecogniserOptions

FIGURES_MS = 400
CALM = 0.15


class LiveController(QObject):
    """Runs the session for the window; has no widget of its own.

    Parameters
    ----------
    bridge
        The session.
    preferences
        The user's settings; changes of them take effect at once.
    jobs
        For what the window must not wait for.
    parent
        Its owner.
    """

    result = Signal(object)
    status = Signal(object)
    preparation = Signal(object)
    source = Signal(str)
    """The words of the source that is opened."""

    cameras = Signal(object)
    """A tuple of :class:`CameraChoice`."""

    figures = Signal(float, float, float, float, object)
    """Results a second, latency, detection and the rest in ms, dropped frames or None."""

    said = Signal(object)
    """A :class:`Message` for the message bar."""

    over = Signal(str)
    """The text of a message that no longer holds."""

    def __init__(
        self, bridge: SessionBridge, preferences: Preferences, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._preferences = preferences
        self._jobs = jobs
        self._spec = ""
        self._model = "shipped"
        self._hands: int | None = None
        self._status = SessionStatus(SessionState.IDLE)
        self._refused = False
        self._detect_ms = self._latency_ms = self._busy_ms = 0.0
        self._keeping_up = KeepingUp()
        self._slow = ""
        self.strained: Callable[[], bool] = lambda: False
        """Whether the program itself gives the computer other work, so that a slow picture says nothing."""
        self._light = preferences.settings.light
        self._landmarker: Path | None = None
        bridge.light = self._light
        self._live = True
        self.paint_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FIGURES_MS)
        self._timer.timeout.connect(self._tell_figures)
        bridge.result.connect(self._take_result)
        bridge.status.connect(self._hear_status)
        bridge.preparing.connect(self.preparation.emit)
        preferences.changed.connect(self._configure)
        self._configured: tuple[object, ...] = ()
        self._camera_size = preferences.settings.camera_size

    @property
    def spec(self) -> str:
        """The words of the source."""
        return self._spec

    @property
    def state(self) -> SessionState:
        """Where the session is."""
        return self._status.state

    def begin(self, source: str | None, model: str, hands: int | None) -> None:
        """Open the first source; what is loaded for it is loaded off the window's thread.

        Parameters
        ----------
        source
            As the user named it; None to choose one.
        model
            The model to begin with.
        hands
            Most hands for this run; None takes the setting.
        """
        self._model, self._hands = model, hands
        last = self._preferences.settings.source

        def choose() -> tuple[str, str]:
            # Loaded here, so that the window is painted meanwhile.
            import gesture_app.live.session  # noqa: F401, PLC0415
            from gesture_app.capture.choose import default_source, make_source  # noqa: PLC0415

            spec, reason = (source, "") if source is not None else default_source(last or None)
            with suppress(GestureError):  # told when it is opened; here it only loads what its kind needs
                make_source(spec)
            return spec, reason

        def chosen(answer: tuple[str, str]) -> None:
            spec, reason = answer
            if reason and spec == "demo":
                self.said.emit(Message(reason))
            self.open(spec)
            self.look_for_cameras()

        self._take_status(SessionStatus(SessionState.OPENING))
        self._jobs.run(choose, chosen, self._could_not_open, name="source")

    def open(self, spec: str) -> None:
        """Change to a source."""
        self._spec = spec = _anywhere(spec)
        self._refused = False
        self._keeping_up.restart()
        self.source.emit(spec)
        settings = self._preferences.settings
        try:
            self._bridge.start(spec, self._model, self._options(settings), settings.camera_size)
        except GestureError as error:
            # The source before must not go on behind the words that say why there is none.
            self._refused = True
            self._bridge.stop()
            self._could_not_open(error)
            return
        if spec.startswith("camera:"):
            self._preferences.change(source=spec)

    def again(self) -> None:
        """Open the same source anew."""
        if self._spec:
            self.open(self._spec)

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Hold the picture, or let it run."""
        self._bridge.pause(paused)

    def toggle_pause(self) -> None:
        """Hold the picture, or let it run again; after the end: play again."""
        if self.state is SessionState.ENDED:
            self.again()
        elif self.state in {SessionState.RUNNING, SessionState.PAUSED}:
            self.set_paused(self.state is SessionState.RUNNING)

    def set_hands(self, hands: int) -> None:
        """Look for up to this many hands, from now on."""
        self._hands = None
        self._preferences.change(hands=hands)
        self._configure(self._preferences.settings)

    @property
    def hands(self) -> int:
        """How many hands are looked for."""
        return self._hands or self._preferences.settings.hands

    def look_for_cameras(self) -> None:
        """Find the cameras that are connected now."""

        def look() -> tuple[CameraChoice, ...]:
            from gesture_app.capture.camera_list import list_cameras  # noqa: PLC0415

            return tuple(CameraChoice(camera.spec, camera.name) for camera in list_cameras())

        self._jobs.run(look, self.cameras.emit, name="cameras")

    def problem_with(self, address: str) -> str:
        """Say in a sentence what is wrong with an address; empty for nothing."""
        from gesture_app.capture.choose import make_source  # noqa: PLC0415

        if "://" not in address:
            return tr("An address begins with http://, https:// or rtsp://.")
        try:
            make_source(address)
        except GestureError as error:
            return str(error)
        return ""

    def _options(self, settings: Settings) -> RecogniserOptions:
        from gesture_app.live.recogniser import RecogniserOptions  # noqa: PLC0415

        return RecogniserOptions(
            hands=self.hands,
            threshold=settings.threshold,
            smoothing=settings.smoothing,
            sparing=True,
            landmarker=self._landmarker,
        )

    def _configure(self, settings: Settings) -> None:
        if settings.camera_size != self._camera_size:
            self._camera_size = settings.camera_size
            if self._spec.startswith("camera:"):
                self.again()
        if settings.light != self._light:
            self._light = self._bridge.light = settings.light
            self._take_slow_back()  # what it advises is being done
            if self._spec:  # else it is found when recognition begins
                self._change_landmarker(settings.light)
        wanted = (self.hands, settings.threshold, settings.smoothing)
        if self._spec and wanted != self._configured:
            self._configured = wanted
            self._bridge.configure(self._options(settings))

    def _change_landmarker(self, light: bool) -> None:  # noqa: FBT001 - the setting itself
        """Find the hand model of the setting, fetch it where it is missing, and go on with it."""

        def found(path: Path) -> None:
            self.preparation.emit(None)
            self._landmarker = path
            self._bridge.configure(self._options(self._preferences.settings))

        def failed(error: Exception) -> None:
            self.preparation.emit(None)
            self.said.emit(Message(str(error), "bad"))
            # The one in use goes on; it is not looked for, since it may be missing, too, which would begin it all anew.
            self._light = self._bridge.light = not light
            self._preferences.change(light=not light)

        self._jobs.run(lambda: self._bridge.find_landmarker(light=light), found, failed, name="landmarker")

    def _could_not_open(self, error: Exception) -> None:
        self._take_status(SessionStatus(SessionState.FAILED, without_secrets(self._spec), str(error)))

    def _hear_status(self, status: SessionStatus) -> None:
        if not self._refused:  # else it is of the source before, which is being let go
            self._take_status(status)

    def _take_status(self, status: SessionStatus) -> None:
        self._status = status
        if status.state is SessionState.RUNNING:
            self._timer.start()
            self._remember()
        else:
            self._timer.stop()
        self.status.emit(status)

    def _remember(self) -> None:
        """Offer what was opened again another day; cameras and the demo hand are offered always."""
        spec, kind = self._spec, kind_of(self._spec)
        secret = kind == "stream" and "@" in spec  # an address may hold a password, which is not written down
        if kind in {"file", "stream"} and not secret:
            self._preferences.set(self._preferences.settings.with_recent(spec))

    def _take_result(self, result: FrameResult) -> None:
        self._detect_ms += CALM * (result.times.detect - self._detect_ms)
        times = result.times
        busy_ms = times.read + times.detect + times.classify + times.smooth
        self._busy_ms += CALM * (busy_ms - self._busy_ms)
        self._live = kind_of(self._spec) != "file"
        self.result.emit(result)

    def _tell_figures(self) -> None:
        counters = self._bridge.counters
        if counters is None or counters.fps <= 0:
            return
        latency = counters.latency_ms + self.paint_ms
        self._latency_ms += (latency - self._latency_ms) * (CALM * 3)
        detect = min(self._detect_ms, self._latency_ms)
        dropped = counters.dropped if self._live else None
        self.figures.emit(counters.fps, self._latency_ms, detect, self._latency_ms - detect, dropped)
        if self.strained():
            self._keeping_up.restart()
            self._take_slow_back()
            return
        now = time.monotonic()
        if self._live and self._keeping_up.update(now, counters.fps, self._busy_ms) and not self._light:
            text = tr("Only {fps} frames a second on this computer: the light hand model, in the settings, is faster.")
            self._slow = text.format(fps=decimal(counters.fps))
            self.said.emit(Message(self._slow))
        if self._keeping_up.caught_up(now, counters.fps):
            self._take_slow_back()

    def _take_slow_back(self) -> None:
        slow, self._slow = self._slow, ""
        if slow:
            self.over.emit(slow)

    def close(self) -> None:
        """End the session."""
        self._timer.stop()
        self._bridge.close()


def _anywhere(spec: str) -> str:
    """Name a file or folder that is there so that it is found from another working folder on another day, too."""
    if kind_of(spec) != "file" or not spec.strip():
        return spec
    path = expanded(spec.strip())
    try:
        return str(path.absolute()) if path.exists() else spec
    except (OSError, ValueError):
        return spec
