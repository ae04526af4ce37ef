"""The program itself under Xvfb, used with xdotool's mouse: launch, record, switch."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageGrab

from gesture_app.exit_codes import CANCELLED
from gesture_app.settings import load_settings
from models.gesture.catalog import shipped_folder
from models.gesture.classifier import GestureClassifier
from models.gesture.store import find_store
from models.gesture.versions import MODEL_FILE, Version, keep_copy
from models.home import Home
from models.samples import SampleFilter, SampleStore

SUPPORT = Path(__file__).resolve().parents[1] / "support"
PATIENCE_S = 60.0
SOURCE, TYPED, NAME = "demo:new", "letter L", "letter_L"

pytestmark = [
    pytest.mark.screen,
    pytest.mark.skipif(
        sys.platform != "linux" or not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="needs Xvfb and xdotool, which .ci/run installs",
    ),
]


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"did not come: {what}"
        time.sleep(0.05)  # another process is waited for, which sends no signals


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """A display of the test's own, and the environment that names it."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answers:
            number = answers.readline().strip()
        dropped = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        yield kept | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        server.terminate()


class Mouse:
    """xdotool on one display."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def do(self, *words: str | int) -> str:
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=True, timeout=PATIENCE_S
        )
        return done.stdout.strip()

    def click(self, place: list[int]) -> None:
        self.do("mousemove", "--sync", place[0], place[1], "click", 1)

    def look(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self._environment["DISPLAY"])


def keep_version(home: Home) -> None:
    """Keep a second version in the home folder, as one that was used before: the shipped model under a number."""
    content = (shipped_folder() / MODEL_FILE).read_bytes()
    classes = ",".join(GestureClassifier.load(shipped_folder() / MODEL_FILE).labels)
    tags = {"sha256": hashlib.sha256(content).hexdigest(), "family": "mlp", "macro_f1": "0.97", "classes": classes}
    keep_copy(home, Version(1, ("champion",), tags, time.time()), content, find_store(home).registry)


def samples(home: Home) -> dict[str, int]:
    if not home.samples_database.exists():
        return {}
    with SampleStore(home.samples_database) as store:
        return dict(store.counts(SampleFilter()).gestures)


def test_launch_record_and_switch_with_the_mouse(
    equipped_home: Home, screen: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    keep_version(equipped_home)
    asked = [sys.executable, str(SUPPORT / "where_things_are.py"), SOURCE, TYPED]
    told = subprocess.run(asked, env=screen, capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout
    places = json.loads(told)
    mouse = Mouse(screen)
    program = Path(sys.executable).with_name("gesture-app")
    log = (tmp_path / "log").open("w")
    with log, subprocess.Popen([str(program), "--source", SOURCE], env=screen, stderr=log) as running:
        window = mouse.do("search", "--sync", "--onlyvisible", "--name", "Gesture App").split()[0]
        mouse.do("windowfocus", "--sync", window)
        left, top, width, height = places["picture"]

        def picture() -> np.ndarray:
            whole = np.asarray(mouse.look().convert("RGB"), np.int16)
            return whole[top : top + height, left : left + width]

        until(lambda: picture().std() > 25, "the hand in the picture")
        before = picture()
        until(lambda: bool(np.abs(picture() - before).mean() > 0.5), "another frame")

        mouse.click(places["name"])
        mouse.do("type", "--delay", 20, TYPED)
        mouse.click(places["picture"][:2])  # the field is left, and nothing else is done
        mouse.click(places["record"])
        until(lambda: samples(equipped_home) == {NAME: 20}, "20 samples on the disk")

        mouse.click(places["model"])

        def switched() -> bool:
            if load_settings(equipped_home.settings).settings.model == "1":
                return True
            mouse.click(places["version 0"])  # beside a list that is not open yet, it is the picture
            return False

        until(switched, "the other version in the settings")
        mouse.look().save(tmp_path / "seen.png")
        assert picture().std() > 25
        running.send_signal(signal.SIGINT)  # there is no window manager whose cross could be clicked
        assert running.wait(PATIENCE_S) == CANCELLED
    assert (tmp_path / "log").read_text("utf-8") == ""
