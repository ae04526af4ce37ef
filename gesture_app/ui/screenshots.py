"""Makes pictures of every page and state of the window: ``python -m gesture_app.ui.screenshots FOLDER --docs docs``.

Real recognition of the demo hand, both themes, both sizes, at 100 % and 200 %; no screen is needed. With ``--docs`` a
chosen few are written small into the documentation, with a page that shows them, and the two pictures of the README.
"""

from __future__ import annotations

import argparse
import itertools
import operator
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QLabel

from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.ui.app import make_application
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.scenes.album import Shot, keep_chosen
from gesture_app.ui.scenes.made_up import calm, record_samples
from gesture_app.ui.scenes.scenes import SCENES
from gesture_app.ui.scenes.stage import Scene, Stage
from gesture_app.ui.scenes.waiting import settle, wait_until
from gesture_app.ui.theme import Theme, ThemeChoice
from models.home import Home, find_home

Figures = tuple[float, float, float, float, int | None]
"""As :attr:`LiveController.figures` gives them; the second is what a frame takes, in milliseconds."""

SIZES = ((1280, 800), (1920, 1080))
SCALES = (1, 2)
THEMES: tuple[ThemeChoice, ...] = ("light", "dark")
SHOWN = "peace"
SURE = 0.95
SETTLED, ENOUGH = 8, 16
"""Figures that are waited for: the first ones are still on their way from nothing to what they mean."""

KEPT_IN = "~/.local/share/gesture-app"


def photograph(folder: Path, home: Home, scenes: Sequence[Scene], images: Path | None = None) -> None:
    """Write all pictures for the scale that this process runs at.

    Parameters
    ----------
    folder
        Where they are written.
    home
        A home folder for this alone.
    scenes
        What is photographed.
    images
        Where the two pictures of the README go; None for nowhere.
    """
    application = make_application(sys.argv[:1])
    scale = round(application.devicePixelRatio())
    theme = Theme(application)
    theme.apply("light")
    preferences = Preferences(Settings(theme="light"), home.settings)
    record_samples(home)
    window = MainWindow(theme, preferences, home)
    window.show()
    figures: list[Figures] = []
    window.live.figures.connect(lambda *values: figures.append(values))
    window.begin("demo", "shipped", None)
    wait_until(lambda: _shows(window, SHOWN) and len(figures) >= ENOUGH)
    quickest = min(figures[SETTLED:], key=operator.itemgetter(1))  # when other programs wanted the processor least
    if images is not None:
        _photograph_for_readme(window, preferences, images, quickest)
        wait_until(lambda: _shows(window, SHOWN))
    result = window.page.picture.result
    if result is None:
        raise RuntimeError("The demo hand is not in view any more. Try again.")
    window.live.set_paused(paused=True)
    settle(200)
    stage = Stage(window, calm(result))
    for words in window.findChildren(QLabel):  # of nobody's computer
        words.setText(words.text().replace(str(home.root), KEPT_IN))
    for choice, size in itertools.product(THEMES, SIZES):
        preferences.change(theme=choice)
        wait_until(window.updatesEnabled)  # the look comes part by part
        window.resize(size[0] // scale, size[1] // scale)
        for scene in scenes:
            _begin(stage, quickest)
            scene.set_up(stage)
            settle(60)
            _taken(window).save(str(folder / Shot(scene.name, choice, size, scale).file))
            scene.tidy(stage)
    window.close()


def _photograph_for_readme(window: MainWindow, preferences: Preferences, images: Path, figures: Figures) -> None:
    for choice in THEMES:
        preferences.change(theme=choice)
        wait_until(window.updatesEnabled)
        window.resize(*SIZES[0])
        settle(1000)
        wait_until(lambda: _shows(window, SHOWN))
        result = window.page.picture.result
        if result is not None:
            window.page.show_result(calm(result))
        window.live.figures.emit(*figures)
        _hush(window)
        image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        image.save(str(images / f"live-{choice}.png"), quality=0)


def _shows(window: MainWindow, label: str) -> bool:
    result = window.page.picture.result
    hands = () if result is None else result.hands
    return bool(hands) and all(
        hand.label == hand.raw_label == label and min(hand.confidence, hand.raw_confidence) > SURE for hand in hands
    )


def _begin(stage: Stage, figures: Figures) -> None:
    """Show the live page as if it were running."""
    window = stage.window
    _hush(window)
    window.open_page(0)
    window.page.open_side(not window.page.narrow)
    window.bridge.status.emit(SessionStatus(SessionState.RUNNING, "demo"))
    window.live.result.emit(stage.result)
    window.live.figures.emit(*figures)
    settle(150)


def _hush(window: MainWindow) -> None:
    """Take back what the program said of the machine that it is photographed on."""
    while window.messages.message is not None:
        window.messages.dismiss()


def _taken(window: MainWindow) -> QPixmap:
    """Take a picture of the window and of what is open over it."""
    picture = window.grab()
    painter = QPainter(picture)
    for part in QApplication.topLevelWidgets():
        if part is not window and part.isVisible() and part.parent() is not None:
            place = part.pos() - window.pos()
            seen = QRegion(part.rect()) if part.mask().isEmpty() else part.mask()
            painter.setClipRegion(seen.translated(place))
            painter.drawPixmap(QPointF(place), part.grab())
    painter.end()
    return picture


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; each scale in a process of its own, since Qt takes it at its start."""
    parser = argparse.ArgumentParser(description="Makes pictures of every page and state of the window.")
    parser.add_argument("folder", type=Path, help="folder for the pictures")
    parser.add_argument("--docs", type=Path, help="documentation's folder, for the few that it shows")
    parser.add_argument("--scene", nargs="+", choices=[scene.name for scene in SCENES], help="only these")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    parsed.folder.mkdir(parents=True, exist_ok=True)
    scenes = [scene for scene in SCENES if not parsed.scene or scene.name in parsed.scene]
    if parsed.here:
        with tempfile.TemporaryDirectory() as place:
            home = Home(Path(place))
            kept = find_home().landmarker
            if kept.exists():
                home.landmarker.symlink_to(kept)
            photograph(parsed.folder, home, scenes, parsed.docs and parsed.docs / "images")
        return 0
    again = ["--scene", *parsed.scene] if parsed.scene else []
    for scale in SCALES:
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
        docs = ["--docs", str(parsed.docs)] if parsed.docs and scale == SCALES[0] else []
        command = [sys.executable, "-m", "gesture_app.ui.screenshots", str(parsed.folder), "--here", *again, *docs]
        subprocess.run(command, env=environment, check=True)
    if parsed.docs:
        every = itertools.product(scenes, THEMES, SIZES, SCALES)
        shots = [Shot(scene.name, theme, size, scale) for scene, theme, size, scale in every]
        keep_chosen(shots, parsed.folder, parsed.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
