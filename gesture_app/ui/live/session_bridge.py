"""Brings a live session to Qt: whatever its threads say arrives in the window's thread, the newest result only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gesture_app.ui.wording import tr
from models.errors import GestureError
from models.home import Home

if TYPE_CHECKING:  # these load OpenCV and the model's runtime, which the window does not wait for
    from gesture_app.live.recogniser import Recogniser, RecogniserOptions
    from gesture_app.live.session import LiveSession
    from gesture_app.live.status import SessionCounters
    from models.gesture.classifier import GestureClassifier

SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is being made ready before anything can be recognised.

    Attributes
    ----------
    message
        In words.
    share
        0 to 1, None where it is not known.
    """

    message: str
    share: float | None = None


def tried_out(classifier: GestureClassifier) -> GestureClassifier:
    """Let a model answer a hand and give it back; not in the window's thread, which would wait for the answer.

    Raises
    ------
    GestureError
        When its answer cannot be right.
    """
    from gesture_app.live.recogniser import try_out  # noqa: PLC0415 - loads what the window does not wait for

    try_out(classifier)
    return classifier


class PreparationCancelledError(GestureError):
    """What was being made ready is not wanted any more."""


class SessionBridge(QObject):
    """Owns the live session; all its signals come in the window's thread.

    Parameters
    ----------
    home
        The home folder.
    landmarker
        A landmarker file of the user's own.
    parent
        Its owner.
    """

    result = Signal(object)
    """The newest :class:`~gesture_app.live.result.FrameResult`."""

    status = Signal(object)
    """A new :class:`~gesture_app.live.status.SessionStatus`."""

    preparing = Signal(object)
    """A :class:`Preparation`; None when all is ready."""

    model_loaded = Signal(object)
    """The :class:`~models.gesture.classifier.GestureClassifier` in use."""

    model_refused = Signal(str, str)
    """Name of the model that could not be used at the start, and why; the shipped one is used instead."""

    _arrived = Signal()
    _equipped = Signal(object)

    def __init__(self, home: Home, landmarker: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._landmarker = landmarker
        self._session: LiveSession | None = None
        self._model = SHIPPED
        self._used: GestureClassifier | None = None
        self._other: GestureClassifier | None = None
        self._closing = threading.Event()
        self._options: RecogniserOptions | None = None
        self._resting = False
        self.light = False
        self.load_model: Callable[[str], GestureClassifier] = self._load_by_name
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._equipped.connect(self._tell_model, Qt.ConnectionType.QueuedConnection)

    @property
    def counters(self) -> SessionCounters | None:
        """How the session keeps up; None before the first start."""
        return None if self._session is None else self._session.counters

    def start(self, spec: str, model: str, options: RecogniserOptions, camera_size: tuple[int, int]) -> None:
        """Change to a source.

        Parameters
        ----------
        spec
            As :func:`gesture_app.capture.choose.make_source` takes it.
        model
            Loaded when nothing is loaded yet.
        options
            How frames are recognised.
        camera_size
            Width and height asked of a webcam.

        Raises
        ------
        SourceError
            When the words cannot be a source.
        """
        from gesture_app.capture.choose import make_source  # noqa: PLC0415
        from gesture_app.live.session import LiveSession  # noqa: PLC0415

        source = make_source(spec, camera_size=camera_size)
        if self._session is None:
            self._model = model
            self._closing = threading.Event()
            make = partial(self._make_recogniser, self._closing)
            self._session = LiveSession(make, self._arrived.emit, self.status.emit)
            self._session.compare_with(self._other)
            self._session.rest(self._resting)
        self._options = options
        self._session.configure(options)
        self._session.start(source)

    def stop(self) -> None:
        """Let go of the source; what was loaded stays ready."""
        if self._session is not None:
            self._session.stop()

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the state itself
        """Hold the frames back, or let them come again."""
        if self._session is not None:
            self._session.pause(paused)

    def rest(self, resting: bool) -> None:  # noqa: FBT001 - the state itself
        """Recognise only now and then while nobody looks, or every frame again."""
        self._resting = resting
        if self._session is not None:
            self._session.rest(resting)

    def find_landmarker(self, *, light: bool) -> Path:
        """Give the hand landmarker file, fetched where it is missing; waits for it.

        Raises
        ------
        GestureError
            When it cannot be had.
        """
        from models.hand.landmarker import find_landmarker  # noqa: PLC0415

        return find_landmarker(self._home, self._landmarker, self._tell_preparation(self._closing), light=light)

    def configure(self, options: RecogniserOptions) -> None:
        """Change how frames are recognised, between two frames."""
        self._options = options
        if self._session is not None:
            self._session.configure(options)

    def use(self, classifier: GestureClassifier) -> None:
        """Change the model, between two frames, to one that :func:`tried_out` gave back."""
        if self._session is not None:
            self._session.use(classifier, tried=True)
        self._used = classifier
        self.model_loaded.emit(classifier)

    def compare_with(self, classifier: GestureClassifier | None) -> None:
        """Let a second model label the same frames, which :func:`tried_out` gave back, or none any more."""
        if self._session is not None:
            self._session.compare_with(classifier, tried=True)
        self._other = classifier

    def close(self) -> None:
        """End the session's threads and release the source; a download in the making is given up."""
        self._closing.set()
        if self._session is not None:
            self._session.close()
            self._session = None

    @Slot()
    def _deliver(self) -> None:
        newest = self._session.take() if self._session is not None else None
        if newest is not None:
            self.result.emit(newest)

    def _load_by_name(self, name: str) -> GestureClassifier:
        from models.gesture.catalog import load_model  # noqa: PLC0415

        return load_model(name, self._home)

    @Slot(object)
    def _tell_model(self, loaded: GestureClassifier) -> None:
        # In the window's thread, as `use`: a model that was chosen while another was loaded is the one in use.
        self.model_loaded.emit(self._used or loaded)

    def _make_recogniser(self, closing: threading.Event) -> Recogniser:
        """Load what recognition needs; called in the recognition thread."""
        from gesture_app.live.recogniser import Recogniser  # noqa: PLC0415
        from models.hand.landmarker import find_landmarker  # noqa: PLC0415

        self.preparing.emit(Preparation(tr("Starting hand recognition")))

        tell = self._tell_preparation(closing)
        path = find_landmarker(self._home, self._landmarker, tell, light=self.light)
        classifier = self._used or self._load_model()
        self.preparing.emit(Preparation(tr("Starting hand recognition")))
        recogniser = Recogniser(classifier, landmarker=path, options=self._options)
        self._equipped.emit(classifier)
        self.preparing.emit(None)
        return recogniser

    def _tell_preparation(self, closing: threading.Event) -> Callable[[str, float | None], None]:
        def tell(message: str, share: float | None) -> None:
            if closing.is_set():
                # Raised into the download, which ends its installer and leaves nothing behind.
                raise PreparationCancelledError("The program is closing. Start it again to fetch what is missing.")
            self.preparing.emit(Preparation(message, share))

        return tell

    def _load_model(self) -> GestureClassifier:
        try:
            return self.load_model(self._model)
        except GestureError as error:
            if self._model == SHIPPED:
                raise
            self.model_refused.emit(self._model, str(error))
            return self.load_model(SHIPPED)
