"""Starts the window: the application, the look, and where errors go that nobody caught."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from gesture_app.exit_codes import CANCELLED, DONE
from gesture_app.live.process_memory import settle_memory
from gesture_app.live.short_turns import take_short_turns
from gesture_app.settings import load_settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from gesture_app.ui.translation import install_translation
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.window.placement import Placement
from models.home import Home

NAME = "gesture-app"
AWAKE_MS = 200
LOADING_ERRORS = (ImportError, OSError, RuntimeError, ValueError, TypeError, AttributeError)
"""What libraries fail with that are not there, or not of the versions that go together."""
STARTED_MS = 3000

_log = logging.getLogger(__name__)


class _Faults(QObject):
    """Carries errors that nobody caught to the window's thread."""

    happened = Signal(str, str)

    def tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("A fault of the program:\n%s", details)
        self.happened.emit(f"{kind.__name__}: {error}", details)


def make_application(arguments: list[str]) -> QApplication:
    """Make the application with the look that every system shares; the theme gives its colours."""
    application = QApplication(arguments)
    application.setApplicationName(NAME)
    application.setApplicationDisplayName("Gesture App")
    application.setDesktopFileName(NAME)
    application.setStyle("Fusion")
    return application


def run_window(source: str | None, model: str, hands: int | None, landmarker: Path | None, home: Home) -> int:
    """Show the window until it is closed and give the exit code.

    Parameters
    ----------
    source
        What to look at, None to choose: the camera used last, the first, or the demo hand.
    model
        ``shipped``, a version, an alias or a folder.
    hands
        Most hands looked for; None takes the setting.
    landmarker
        A landmarker file of the user's own.
    home
        The home folder.
    """
    settle_memory()
    application = make_application(sys.argv[:1])
    loaded = load_settings(home.settings)
    install_translation(application, loaded.settings.language)
    theme = Theme(application)
    theme.apply(loaded.settings.theme, loaded.settings.font_scale)
    preferences = Preferences(loaded.settings, home.settings)
    window = MainWindow(theme, preferences, home, landmarker)
    for note in loaded.notes:
        window.say(Message(note, "warning"))
    with _faults_shown(window), _interruptible(window) as interrupted:
        Placement(window, preferences)
        if source is None and not loaded.settings.welcomed:
            window.welcome()
        window.show()
        # After the first paint: what recognition needs takes longer to load than the window to show. And before the
        # window goes on: it would stand still just as long, but amid whatever is done with it by then.
        application.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        load_recognition()
        settle(window)
        if window.isVisible():  # closed already, it would have ended a loop that had not begun
            QTimer.singleShot(0, lambda: window.begin(source, model, hands))
            application.exec()
    return CANCELLED if interrupted else DONE


def load_recognition() -> None:
    """Load the libraries that every source and every recognition needs."""
    try:
        import models.gesture.catalog  # noqa: F401, PLC0415 - after the first paint
        from models.hand.mediapipe_hands import load_libraries  # noqa: PLC0415

        load_libraries()
    except LOADING_ERRORS:
        _log.info("A library is missing or does not fit; recognition says which when it starts.", exc_info=True)


def settle(window: QObject) -> None:
    """Keep other threads and Python's own tidying from holding the window up.

    A full collection over all that was imported takes 50 to 100 ms, in whichever thread it falls due, and the window
    waits for it. What is there now, and once all has started, stays to the end: it is not looked through again.
    """
    take_short_turns()
    gc.freeze()
    QTimer.singleShot(STARTED_MS, window, gc.freeze)


@contextmanager
def _faults_shown(window: MainWindow) -> Iterator[None]:
    faults = _Faults(window)
    faults.happened.connect(
        lambda text, details: window.say(
            Message(window.tr("A fault of the program: {text}. It goes on.").format(text=text), "bad", details)
        )
    )
    before = sys.excepthook, threading.excepthook
    sys.excepthook = faults.tell
    threading.excepthook = lambda about: faults.tell(
        about.exc_type, about.exc_value or about.exc_type(), about.exc_traceback
    )
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before


@contextmanager
def _interruptible(window: MainWindow) -> Iterator[list[int]]:
    """Close the window in good order at Ctrl-C; Python sees signals only when some of its code runs."""
    interrupted: list[int] = []

    def interrupt(number: int, _: object) -> None:
        interrupted.append(number)
        window.trained.agree_to_close()  # nobody may be there to answer
        QTimer.singleShot(0, window.close)  # not amid a paint

    awake = QTimer(window)
    awake.timeout.connect(lambda: None)
    awake.start(AWAKE_MS)
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        awake.stop()
        signal.signal(signal.SIGINT, before)
