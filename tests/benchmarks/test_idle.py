"""What recognition costs while there is nothing to recognise, and how soon it is back.

Opt-in: ``uv run pytest tests/benchmarks/test_idle.py -s``. It is this process's time: other programs matter little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from clip_camera import ClipAsCamera, read_clip
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gesture_app.live import Recogniser, RecogniserOptions
from gesture_app.live.result import FrameResult
from gesture_app.live.session import LiveSession
from gesture_app.ui.offscreen import OffscreenPicture
from models.gesture.catalog import load_model
from models.home import find_home

Pictures = list[NDArray[np.uint8]]
FPS = 30.0
EMPTY = 75
SECONDS = 5.0
LATER_S = 0.15
PATIENCE_MS = 30_000

pytestmark = pytest.mark.timeout(300)


class Doorbell(QObject):
    rung = Signal()


@dataclass
class Live:
    """A session at work; with a window, painted, unless it is minimised."""

    session: LiveSession
    painter: OffscreenPicture | None
    results: list[FrameResult] = field(default_factory=list)

    def take(self) -> None:
        result = self.session.take()
        if result is not None:
            self.results.append(result)
            if self.painter is not None:
                self.painter.paint(result)


Start = Callable[..., Live]


@pytest.fixture
def start(qapp: QApplication, landmarker_file: Path) -> Iterator[Start]:
    model, running = load_model("shipped", find_home()), []

    def make(pictures: Pictures, *, sparing: bool, minimised: bool = False) -> Live:
        bell, options = Doorbell(), RecogniserOptions(hands=2, sparing=sparing)
        session = LiveSession(
            lambda: Recogniser(model, landmarker=landmarker_file, options=options), bell.rung.emit, lambda _: None
        )
        live = Live(session, None if minimised else OffscreenPicture((1280, 720)))
        bell.rung.connect(live.take)
        session.rest(minimised)
        running.append((live, bell))
        session.start(ClipAsCamera(pictures, FPS))
        return live

    yield make
    for live, _ in running:
        live.session.close()


@pytest.fixture(scope="module")
def hand(shared_data: Path) -> Pictures:
    return read_clip(shared_data / "videos" / "counting_hand.mp4", 90)


def empty_like(hand: Pictures) -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    return np.clip(rng.normal(110, 3, hand[0].shape), 0, 255).astype(np.uint8)


def test_what_it_costs(start: Start, hand: Pictures, qtbot: QtBot) -> None:
    nothing = [empty_like(hand)] * 2
    ways = {
        "a hand in view": (hand, True, False),
        "no hand, looking at every frame": (nothing, False, False),
        "no hand, sparing": (nothing, True, False),
        "a hand, window minimised": (hand, True, True),
        "no hand, window minimised": (nothing, True, True),
    }
    cost = {}
    for name, (pictures, sparing, minimised) in ways.items():
        live = start(pictures, sparing=sparing, minimised=minimised)
        qtbot.waitUntil(lambda live=live: len(live.results) > (10 if live.painter is None else 45), timeout=PATIENCE_MS)
        worked, begun = time.process_time(), time.perf_counter()
        qtbot.wait(round(SECONDS * 1000))
        cost[name] = (time.process_time() - worked) / (time.perf_counter() - begun)
        live.session.close()
    print("\nshare of a core at 30 frames a second:")
    print("\n".join(f"  {name:34} {share:.2f}" for name, share in cost.items()))
    assert cost["no hand, sparing"] < 0.7 * cost["no hand, looking at every frame"]
    assert cost["a hand, window minimised"] < 0.6 * cost["a hand in view"]


@pytest.mark.parametrize("minimised", [False, True])
def test_the_first_gesture_is_not_late(start: Start, hand: Pictures, qtbot: QtBot, minimised: bool) -> None:
    pictures = [empty_like(hand)] * EMPTY + hand[40:60] + [hand[60]] * 60
    seen = {}
    for name, sparing, resting in (("every frame", False, False), ("resting", True, minimised)):
        live = start(pictures, sparing=sparing, minimised=resting)
        qtbot.waitUntil(
            lambda live=live: any(hand.label for result in live.results for hand in result.hands), timeout=PATIENCE_MS
        )
        live.session.close()
        first = next(result for result in live.results if result.hands)
        labelled = next(result for result in live.results if any(hand.label for hand in result.hands))
        seen[name] = ((first.frame.index - EMPTY) / FPS, (labelled.frame.index - EMPTY) / FPS)
    print(f"\nseconds of the source from the first frame with a hand, minimised {minimised}:")
    print("\n".join(f"  {name:12} a hand {first:.3f}, its label {label:.3f}" for name, (first, label) in seen.items()))
    assert seen["resting"][1] - seen["every frame"][1] <= LATER_S
