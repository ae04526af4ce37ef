"""How soon there is something to see. Opt-in, on a machine that does nothing else: ``uv run pytest <this file> -s``."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gesture_app.bench.start import measure_start
from gesture_app.capture.choose import make_source
from models.home import Home

TURNS = 5
WINDOW = """
import json, sys, time
begun = float(sys.argv[1])
moments, heavy = {}, {"mlflow", "sklearn", "pandas", "scipy", "matplotlib", "onnx"}
from pathlib import Path
from gesture_app.ui import app
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.widgets.picture_view import PictureView
from models.home import find_home
from PySide6.QtCore import QTimer
def note(what):
    moments.setdefault(what, time.time() - begun)
painted = MainWindow.paintEvent
def paint(self, event):
    note("window painted")
    painted(self, event)
MainWindow.paintEvent = paint
shown = PictureView.paintEvent
def show(self, event):
    shown(self, event)
    result = self.result
    if result is not None:
        note("first frame painted")
        if result.hands and "first hand painted" not in moments:
            note("first hand painted")
            QTimer.singleShot(0, self.window().close)
PictureView.paintEvent = show
from gesture_app.ui.live.session_bridge import SessionBridge
ready = SessionBridge._tell_model
def tell(self, loaded):
    note("model ready")
    ready(self, loaded)
SessionBridge._tell_model = tell
app.run_window("demo", "shipped", None, None, find_home())
print(json.dumps({"moments": moments, "loaded": sorted(heavy & set(sys.modules))}))
"""


def test_the_first_frame_comes_no_later_than_a_bare_scripts(equipped_home: Home, shared_data: Path) -> None:
    video = shared_data / "videos" / "counting_hand.mp4"
    start = measure_start(lambda: make_source(str(video)), equipped_home.landmarker, 2, "shipped", TURNS)
    print(
        f"\nfirst frame recognised and written {start.first_frame:.2f} s after the start,"
        f" a script that only detects {start.bare:.2f} s (medians of {TURNS} in turns)"
    )
    assert start.first_frame <= start.bare


def test_the_version_is_said_at_once(equipped_home: Home) -> None:
    times = []
    for _ in range(2 * TURNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "gesture_app.cli", "--version"], check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    print(f"\n--version: {statistics.median(times):.3f} s (best {min(times):.3f})")
    assert statistics.median(times) < 0.2


@pytest.mark.timeout(300)
def test_the_window_is_there_before_recognition_is(equipped_home: Home) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    found = []
    for _ in range(3):
        command = [sys.executable, "-c", WINDOW, str(time.time())]
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True, timeout=60)
        found.append(json.loads(answer.stdout.splitlines()[-1]))
    print("\nseconds after the start of the process, medians of three:")
    for name in found[0]["moments"]:
        print(f"  {name:20} {statistics.median(one['moments'][name] for one in found):.2f}")
    for one in found:
        assert one["moments"]["window painted"] < one["moments"]["model ready"] < one["moments"]["first hand painted"]
        assert one["loaded"] == []
