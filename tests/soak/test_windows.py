"""The program itself with the network denied, and two of its windows on one home folder."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gesture_app.settings import load_settings
from models.home import Home
from models.samples import SampleStore

# The window as it is, told what to do by timers; whatever asks for the network is written down.
WINDOW = """
import json, sys
asked = []
def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        asked.append(f"{event} {arguments[1:]}")
sys.addaudithook(hear)
from PySide6.QtCore import QTimer
from gesture_app.live.recording import Plan
from gesture_app.ui import app
from gesture_app.ui.main_window import MainWindow
from models.home import find_home
said, kept, frames = [], [], []

def later(window):
    window.recording.said.connect(lambda message: said.append([message.severity, message.text]))
    window.recording.ended.connect(lambda burst: (kept.append(burst.kept), again(window)))
    window.bridge.result.connect(lambda result: frames.append(1)) if hasattr(window, "bridge") else None
    again(window)
    QTimer.singleShot(int(sys.argv[1]), window.close)

def again(window):
    window.recording.start(Plan(sys.argv[2], 5, rate=30.0, countdown_s=0.2))

made = MainWindow.begin
def begin(self, *arguments):
    made(self, *arguments)
    QTimer.singleShot(1500, lambda: later(self))
MainWindow.begin = begin
code = app.run_window("demo", "shipped", 1, None, find_home())
print(json.dumps({"code": code, "asked": asked, "said": said, "kept": sum(kept)}))
"""


def window(home: Home, seconds: float, gesture: str, *before: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "GESTURE_HOME": str(home.root), "QT_QPA_PLATFORM": "offscreen"}
    command = [*before, sys.executable, "-c", WINDOW, str(int(seconds * 1000)), gesture]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err[-3000:]
    assert "Traceback" not in err, err[-3000:]
    content: dict[str, object] = json.loads(out.splitlines()[-1])
    return content


def without_network() -> list[str]:
    """Give the words that start a program where there is no network."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-n", "true"], check=False, capture_output=True).returncode:
        pytest.skip("taking the network away needs Linux's unshare and the right to use it")
    return [unshare, "-n"]


@pytest.mark.timeout(300)
def test_the_window_needs_no_network_and_asks_for_none(equipped_home: Home) -> None:
    found = answer(window(equipped_home, 5, "fist", *without_network()))
    assert found["asked"] == []
    assert isinstance(found["kept"], int)
    assert found["kept"] > 0
    print(f"{found['kept']} samples recorded without a network, nothing asked of it")


@pytest.mark.timeout(300)
def test_the_command_line_needs_no_network(equipped_home: Home, tmp_path: Path) -> None:
    words = ["--headless", "--source", "demo", "--duration", "3", "--output", str(tmp_path / "out.jsonl"), "--quiet"]
    command = [*without_network(), sys.executable, "-m", "gesture_app.cli", *words]
    environment = {**os.environ, "GESTURE_HOME": str(equipped_home.root)}
    subprocess.run(command, env=environment, check=True, timeout=120)
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) >= 1


@pytest.mark.timeout(300)
def test_two_windows_on_one_home_do_no_harm(equipped_home: Home) -> None:
    both = [window(equipped_home, 8, gesture) for gesture in ("fist", "palm")]
    found = [answer(process) for process in both]
    bad = [text for one in found for severity, text in one["said"] if severity == "bad"]  # type: ignore[attr-defined]
    assert bad == []
    with SampleStore(equipped_home.samples_database) as store:
        counts = store.counts()
        assert counts.gestures["fist"] >= found[0]["kept"] > 0  # type: ignore[operator]
        assert counts.gestures["palm"] >= found[1]["kept"] > 0  # type: ignore[operator]
        assert all(take.count <= 5 for take in store.takes())
        store.look_inside()
    with closing(sqlite3.connect(equipped_home.samples_database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert load_settings(equipped_home.settings).notes == ()
    print(f"two windows recorded {found[0]['kept']} and {found[1]['kept']} samples, all there")
