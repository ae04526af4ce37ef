"""From a frame's arrival to its painted result, beside detection alone. Opt-in: ``uv run pytest <this file> -s``.

``GESTURE_LATENCY_S=600`` makes the part with the fast source last ten minutes.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from clip_camera import ClipAsCamera, read_clip
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from two_hands_clip import side_by_side

from gesture_app.live import Recogniser, RecogniserOptions
from gesture_app.live.session import LiveSession
from gesture_app.ui.offscreen import OffscreenPicture
from models.gesture.catalog import load_model
from models.hand.bare import BareLandmarker
from models.home import find_home

SECONDS = float(os.environ.get("GESTURE_LATENCY_S", "20"))
FRAMES = 300


class Doorbell(QObject):
    rung = Signal()


@pytest.fixture(scope="module")
def pictures(shared_data: Path) -> list[NDArray[np.uint8]]:
    return read_clip(shared_data / "videos" / "counting_hand.mp4", FRAMES)


@dataclass
class Watched:
    latency_ms: list[float] = field(default_factory=list)
    paint_ms: list[float] = field(default_factory=list)
    after_ms: list[float] = field(default_factory=list)
    dropped: int = 0
    indices: list[int] = field(default_factory=list)


def watch(qtbot: QtBot, camera: ClipAsCamera, landmarker: Path, seconds: float) -> Watched:
    """Run the whole of the live path as the window does, and note when each result is on the screen."""
    painter, bell, seen = OffscreenPicture((1280, 720)), Doorbell(), Watched()
    model = load_model("shipped", find_home())
    options = RecogniserOptions(hands=2, sparing=True)
    session = LiveSession(
        lambda: Recogniser(model, landmarker=landmarker, options=options), bell.rung.emit, lambda _: None
    )

    def paint() -> None:
        result = session.take()
        if result is not None:
            begun = time.perf_counter()
            painter.paint(result)
            ended = time.perf_counter()
            seen.latency_ms.append((ended - camera.arrived[result.frame.index]) * 1e3)
            seen.paint_ms.append((ended - begun) * 1e3)
            if result.hands:
                seen.after_ms.append(result.times.classify + result.times.smooth)
            seen.indices.append(result.frame.index)
            seen.dropped = result.dropped

    bell.rung.connect(paint)
    session.start(camera)
    qtbot.waitUntil(lambda: len(seen.latency_ms) > 30, timeout=60_000)
    for times in (seen.latency_ms, seen.paint_ms, seen.after_ms):
        times.clear()
    qtbot.wait(round(seconds * 1000))
    session.close()
    painter.close()
    return seen


def alone(pictures: list[NDArray[np.uint8]], landmarker: Path) -> list[float]:
    """Give the milliseconds of detection in a plain loop over the same frames, one every 1/30 s as they come."""
    times = []
    with BareLandmarker(landmarker, 2) as bare:
        for index, picture in enumerate(pictures):
            found = bare.detect(picture, index / 30)
            times.append(found.convert_ms + found.detect_ms)
    return times[10:]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("hands", [1, 2])
def test_a_result_is_painted_soon_after_its_frame_arrives(
    qtbot: QtBot, qapp: QApplication, pictures: list[NDArray[np.uint8]], landmarker_file: Path, hands: int
) -> None:
    shown = pictures if hands == 1 else side_by_side(pictures)
    ours: list[float] = []
    painting: list[float] = []
    after: list[float] = []
    theirs: list[float] = []
    for _ in range(3):  # in turns, so that other work on the machine meets both
        theirs += alone(shown[:150], landmarker_file)
        seen = watch(qtbot, ClipAsCamera(shown, 30.0), landmarker_file, 5.0)
        ours += seen.latency_ms
        painting += seen.paint_ms
        after += seen.after_ms
    (own_50, own_95), (bare_50, bare_95) = np.percentile(ours, [50, 95]), np.percentile(theirs, [50, 95])
    print(
        f"\nat 30 frames a second, {hands} in view, {len(ours)} results:"
        f" arrival to painted {own_50:.1f} ms, 95 % within {own_95:.1f};"
        f" two-hand detection alone {bare_50:.1f} ms, 95 % within {bare_95:.1f}; ratio {own_95 / bare_95:.2f};"
        f" painting {_middle_and_most(painting)}; after detection {_middle_and_most(after)}"
    )
    assert own_95 <= 1.3 * bare_95


@pytest.mark.timeout(1200)
def test_a_source_faster_than_the_machine_does_not_delay_results(
    qtbot: QtBot, qapp: QApplication, pictures: list[NDArray[np.uint8]], landmarker_file: Path
) -> None:
    seen = watch(qtbot, ClipAsCamera(pictures, 300.0), landmarker_file, SECONDS)
    parts = np.array_split(np.array(seen.latency_ms), 4)
    medians = [float(np.median(part)) for part in parts]
    passed = seen.indices[-1] - seen.indices[0] - len(seen.indices) + 1
    print(
        f"\nat 300 frames a second for {SECONDS:.0f} s: {len(seen.latency_ms)} results, latency by quarter of the time"
        f" {', '.join(f'{median:.1f}' for median in medians)} ms; {seen.dropped} frames dropped and counted"
    )
    # What nobody took for painting is newest-wins, too, but was recognised: it is not dropped.
    assert 0 < seen.dropped <= passed + seen.indices[0]
    assert seen.dropped >= 0.8 * passed
    assert medians[-1] <= 1.5 * medians[0]


def _middle_and_most(times_ms: list[float]) -> str:
    middle, most = np.percentile(times_ms, [50, 95])
    return f"{middle:.2f} ms, 95 % within {most:.2f}"
