"""Makes pictures of every page and state of the window: ``python -m gesture_app.ui.screenshots OUT_DIR``.

Real recognition of the demo hand, both themes, both sizes, at 100 % and 200 %; no screen is needed. With ``--readme``
only the two pictures of the README: the live page, light and dark.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QItemSelectionModel, QTimer
from PySide6.QtGui import QImage

from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.ui.app import make_application
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme, ThemeChoice
from gesture_app.ui.widgets.message_bar import Message
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows
from models.hand.opencv import cv2
from models.home import Home, find_home
from models.samples import NewSample, Opinion, SampleStore

SIZES = ((1280, 800), (1920, 1080))
SCALES = (1, 2)
THEMES: tuple[ThemeChoice, ...] = ("light", "dark")
PATIENCE_S = 60.0
SHOWN = "peace"
SURE = 0.95
CHOSEN = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@dataclass(frozen=True, slots=True)
class Scene:
    """A state of the window and how to bring it about."""

    name: str
    set_up: Callable[[MainWindow], None]


SetUp = Callable[[MainWindow], None]


def _say(state: SessionState, message: str = "", kind: str = "", name: str = "HD Webcam") -> SetUp:
    return lambda window: window.live.status.emit(SessionStatus(state, name, message, kind))


def _prepare(window: MainWindow) -> None:
    window.live.status.emit(SessionStatus(SessionState.OPENING, "demo"))
    window.live.preparation.emit(Preparation("Fetching the hand landmarker from the package index: 21 of 35 MB.", 0.6))


def _welcome(window: MainWindow) -> None:
    result = window.page.picture.result
    window.welcome()
    window.live.result.emit(result)


def _show_samples(window: MainWindow, *, table: bool) -> None:
    page = window.samples_page
    window.show_page(page)
    (page.header.table if table else page.header.grid).click()
    wait_until(lambda: bool(page.balance.counts) and window.samples.model.sample(0) is not None)
    page.view.clearSelection()
    for row in range(2, 5):
        page.view.selectionModel().select(window.samples.model.index(row, 0), CHOSEN)
    settle(400)  # hands are drawn within some frames


def record_samples(home: Home) -> None:
    """Fill the store with takes of drawn hands, some gestures more often than others."""
    rng = np.random.default_rng(7)
    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for number, name in enumerate(("fist", "ok", "call", "peace", "palm", "rock", "like", "stop", "ok", "like")):
            hands = gesture_rows(name, 44 - 4 * number, rng).reshape(-1, 21, 3)
            opinions = rng.uniform(0.8, 1.0, len(hands))
            take = store.start_take(session, name)
            store.add(
                take,
                [
                    NewSample(
                        Hand(points, "Left" if opinion < 0.88 else "Right", 0.97, (640, 480)),
                        1.79e9 + 90 * number,
                        Opinion(name, float(opinion), "shipped"),
                    )
                    for points, opinion in zip(hands, opinions, strict=True)
                ],
            )


def _message(message: Message) -> SetUp:
    return lambda window: window.say(message)


SCENES: tuple[Scene, ...] = (
    Scene("live", lambda _: None),
    Scene("welcome", _welcome),
    Scene("models", lambda window: window.show_page(window.models_page)),
    Scene("check", lambda window: window.show_page(window.check_page)),
    Scene("samples", lambda window: _show_samples(window, table=False)),
    Scene("samples-table", lambda window: _show_samples(window, table=True)),
    Scene("train", lambda window: window.show_page(window.training_page)),
    Scene("settings", lambda window: window.show_page(window.settings_page)),
    Scene("help", lambda window: window.show_page(window.help_page)),
    Scene("panel-folded", lambda window: window.page.open_side(shown=False)),
    Scene("message", _message(Message("No camera is connected: showing the demo hand."))),
    Scene("paused", _say(SessionState.PAUSED)),
    Scene("ended", _say(SessionState.ENDED, name="counting hands.mp4")),
    Scene("lost", _say(SessionState.RECONNECTING, "HD Webcam gives no more pictures. Trying again …", "lost")),
    Scene("opening", _say(SessionState.OPENING)),
    Scene("fetching", _prepare),
    Scene(
        "busy",
        _say(
            SessionState.FAILED,
            "HD Webcam is held by another program. Close that program, then try again, or choose another camera.",
            "busy",
        ),
    ),
    Scene(
        "error",
        _message(
            Message(
                "The model v12 cannot be used; the shipped model is used instead.", "warning", "Its file is damaged."
            )
        ),
    ),
)


def wait_until(holds: Callable[[], bool]) -> None:
    """Let the window live until something holds.

    Raises
    ------
    TimeoutError
        When it does not within a minute.
    """
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("The window did not come to the state that was to be photographed.")
        settle(30)


def settle(milliseconds: int) -> None:
    """Let the window live for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _shows(window: MainWindow, label: str) -> bool:
    result = window.page.picture.result
    hands = () if result is None else result.hands
    return bool(hands) and all(hand.label == label and hand.confidence > SURE for hand in hands)


def photograph(out: Path, home: Home, *, readme: bool = False) -> None:
    """Write all pictures for the scale that this process runs at.

    Parameters
    ----------
    out
        Where they are written.
    home
        A home folder for this alone.
    readme
        True for the two pictures of the README.
    """
    application = make_application(sys.argv[:1])
    scale = round(application.devicePixelRatio())
    theme = Theme(application)
    theme.apply("light")
    preferences = Preferences(Settings(theme="light"), home.settings)
    record_samples(home)
    window = MainWindow(theme, preferences, home)
    window.show()
    figures: list[tuple[object, ...]] = []
    window.live.figures.connect(lambda *values: figures.append(values))
    window.begin("demo", "shipped", None)
    wait_until(lambda: _shows(window, SHOWN) and bool(figures))
    if readme:
        _photograph_for_readme(window, preferences, out)
        window.close()
        return
    window.live.set_paused(paused=True)
    settle(200)
    kept: list[FrameResult] = []
    for choice, size in itertools.product(THEMES, SIZES):
        preferences.change(theme=choice)
        window.resize(size[0] // scale, size[1] // scale)
        for scene in SCENES:
            _run_again(window, figures[-1], kept)
            scene.set_up(window)
            settle(60)
            window.grab().save(str(out / f"{scene.name}-{choice}-{size[0]}x{size[1]}-{scale}00.png"))
            window.messages.dismiss()
    window.close()


def _photograph_for_readme(window: MainWindow, preferences: Preferences, out: Path) -> None:
    """Photograph the running window, the picture's noise smoothed away: it would be two thirds of the file."""
    for choice in THEMES:
        preferences.change(theme=choice)
        window.resize(*SIZES[0])
        settle(1000)
        wait_until(lambda: _shows(window, SHOWN))
        result = window.page.picture.result
        if result is not None and result.frame.picture is not None:
            calm = cv2.bilateralFilter(cv2.medianBlur(result.frame.picture, 3), 9, 24.0, 5.0)
            window.page.show_result(replace(result, frame=replace(result.frame, picture=np.ascontiguousarray(calm))))
        image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        image.save(str(out / f"live-{choice}.png"), quality=0)


def _run_again(window: MainWindow, figures: tuple[object, ...], kept: list[FrameResult]) -> None:
    """Show what was seen as if it were running."""
    result = window.page.picture.result or kept[-1]
    kept.append(result)
    window.open_page(0)
    window.page.open_side(not window.page.narrow)
    window.live.status.emit(SessionStatus(SessionState.RUNNING, "demo"))
    window.live.result.emit(result)
    window.live.figures.emit(*figures)
    settle(200)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; each scale in a process of its own, since Qt takes it at its start."""
    parser = argparse.ArgumentParser(description="Makes pictures of every page and state of the window.")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--readme", action="store_true", help="only the two pictures of the README")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    parsed.out.mkdir(parents=True, exist_ok=True)
    if parsed.here:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder))
            kept = find_home().landmarker
            if kept.exists():
                home.landmarker.symlink_to(kept)
            photograph(parsed.out, home, readme=parsed.readme)
        return 0
    for scale in SCALES[:1] if parsed.readme else SCALES:
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
        command = [sys.executable, "-m", "gesture_app.ui.screenshots", str(parsed.out), "--here"]
        command += ["--readme"] if parsed.readme else []
        subprocess.run(command, env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
