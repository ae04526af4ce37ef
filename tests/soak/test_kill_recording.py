"""``kill -9`` at random moments of recording: what the counter had shown is there, whole. SOAK=full kills 200 times."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from models.samples import SampleStore
from models.samples.schema import MIGRATIONS

# The window's own recorder in a process of its own: bursts one after the other, undo, bin and pictures now and then.
RECORDER = """
import sys
import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer
from gesture_app.capture.source import Frame
from gesture_app.live.recording import Plan
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.ui.recording.recording_controller import RecordingController
from models.hand.landmarks import Hand
from models.home import find_home

application = QCoreApplication([])
controller = RecordingController(find_home())
controller.keep_pictures(True)
controller.said.connect(lambda message: message.severity == "bad" and print("BAD", message.text, flush=True))
rng = np.random.default_rng(int(sys.argv[1]))
picture = rng.integers(0, 255, (48, 64, 3), np.uint8)
shown = 0

def look():
    seed = rng.integers(1 << 30)
    points = np.random.default_rng(seed).uniform(50, 400, (21, 3)).astype(np.float32)
    points[0] = seed % 65536, seed >> 16, 7
    points[0, :2] = 100, 100
    points[:, 2] = points[:, 0] + points[:, 1]
    hand = Hand(points, "Right", 0.9, (640, 480))
    answer = np.array([0.9, 0.1], np.float32)
    one = HandResult(hand, hand.plane, 1, "fist", 0.9, "fist", 0.9, answer)
    frame = Frame(picture, (64, 48), 0, 0.0)
    controller.look_at(FrameResult(frame, (one,), "shipped", ("fist", "no_gesture"), StageTimes()))

def begin(*_):
    controller.start(Plan("fist", 12, rate=1e6, countdown_s=0.0))

total = 0
def progress(burst, _):
    global shown
    if burst.kept > shown:
        print(total + burst.kept, flush=True)
        shown = burst.kept

def ended(burst):
    global total, shown
    if burst.kept > shown:
        print(total + burst.kept, flush=True)
    total, shown = total + burst.kept, 0
    begin()

controller.progress.connect(progress)
controller.ended.connect(ended)
timer = QTimer()
timer.setInterval(1)
timer.timeout.connect(look)
timer.start()
print("ready", flush=True)
begin()
application.exec()
"""


def recorded(home: Path, seed: int, after_s: float) -> int:
    """Record, kill it after so many seconds of recording, and give the counter's last number."""
    environment = {**os.environ, "GESTURE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(seed)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after_s)  # the moment is what is tested
        process.kill()
        lines = process.stdout.read().splitlines()
    assert not [line for line in lines if line.startswith("BAD")], lines
    numbers = [int(line) for line in lines if re.fullmatch(r"\d+", line)]
    return numbers[-1] if numbers else 0


def checked(path: Path) -> int:
    """Open the store as the program does, look at all of it, and give the number of samples."""
    SampleStore(path).close()  # makes what the killed one had not come to
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    with SampleStore(path) as store:
        store.look_inside()
        for block in store.columns():
            points = block.hands.points
            np.testing.assert_array_equal(points[:, :, 2], points[:, :, 0] + points[:, :, 1])  # each as it was made
            assert all((path.parent / name).stat().st_size for name in block.pictures)
        assert sum(take.count for take in store.takes()) == store.count()
        return store.count()


@pytest.fixture
def moments(full: bool) -> Iterator[float]:
    rng = random.Random(1)
    return (rng.uniform(0.0, 0.6) for _ in range(200 if full else 6))


@pytest.mark.timeout(1800)
def test_what_the_counter_had_shown_is_there_after_a_kill(tmp_path: Path, moments: Iterator[float]) -> None:
    home, before, kills, all_shown = tmp_path / "home", 0, 0, 0
    for number, moment in enumerate(moments):
        shown = recorded(home, number, moment)
        if not (home / "samples.db").exists():
            assert shown == 0
            continue
        found = checked(home / "samples.db")
        assert found >= before + shown, (number, moment)
        before, kills, all_shown = found, kills + 1, all_shown + shown
    print(f"{kills} kills, {all_shown} samples shown by the counter, {before} found, 0 lost")
    assert kills
