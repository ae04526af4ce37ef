from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gesture_app.live.recogniser import RecogniserOptions
from gesture_app.live.status import SessionState
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.main_window import MainWindow
from models.gesture.catalog import load_model, shipped_folder
from models.gesture.classifier import GestureClassifier
from models.home import Home

PATIENCE_MS = 30_000
SIZE = (640, 480)


@pytest.fixture
def bridge(home: Home, qapp: Any) -> Iterator[SessionBridge]:
    made = SessionBridge(home, None)
    yield made
    made.close()


def other() -> GestureClassifier:
    return GestureClassifier.load(shipped_folder() / "classifier.onnx", "other")


def models_of(bridge: SessionBridge) -> tuple[list[str], list[str]]:
    loaded: list[str] = []
    seen: list[str] = []
    bridge.model_loaded.connect(lambda classifier: loaded.append(classifier.name))
    bridge.result.connect(lambda result: seen.append(result.model))
    return loaded, seen


def test_a_model_chosen_while_the_first_is_loaded_is_the_one_in_use(
    bridge: SessionBridge, equipped_home: Home, qtbot: QtBot
) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def load(name: str) -> GestureClassifier:
        loading.set()
        assert go_on.wait(10)
        return load_model(name, equipped_home)

    bridge.load_model = load
    loaded, seen = models_of(bridge)
    bridge.start("demo", "shipped", RecogniserOptions(), SIZE)
    assert loading.wait(10)
    bridge.use(other())
    go_on.set()
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert set(loaded) == {"other"}
    assert set(seen) == {"other"}


def test_a_model_chosen_before_the_start_is_not_loaded_again(
    bridge: SessionBridge, equipped_home: Home, qtbot: QtBot
) -> None:
    asked: list[str] = []

    def load(name: str) -> GestureClassifier:
        asked.append(name)
        return load_model(name, equipped_home)

    bridge.load_model = load
    loaded, seen = models_of(bridge)
    bridge.use(other())
    bridge.start("demo", "shipped", RecogniserOptions(), SIZE)
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert not asked
    assert set(loaded) == {"other"}
    assert set(seen) == {"other"}


def test_closing_gives_up_the_first_download(
    bridge: SessionBridge, home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("UV_", "PIP_", "HTTP_", "HTTPS_", "ALL_")):
            monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
            monkeypatch.setenv(name, url)
        monkeypatch.setenv("UV_CACHE_DIR", str(home.root.parent / "uv"))
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        told: list[str] = []
        bridge.preparing.connect(lambda what: told.append("" if what is None else what.message))
        bridge.start("demo", "shipped", RecogniserOptions(), SIZE)
        qtbot.waitUntil(lambda: any("Fetching" in message for message in told), timeout=PATIENCE_MS)
        began = time.monotonic()
        bridge.close()
        assert time.monotonic() - began < 4  # it is left alone after 5
    assert not [thread for thread in threading.enumerate() if thread.name == "gesture-recognition"]
    assert not list(home.root.iterdir())


def test_no_source_goes_on_behind_one_that_cannot_be_made(
    make_window: Callable[..., MainWindow], equipped_home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None, timeout=PATIENCE_MS)
    heard: list[SessionState] = []
    window.bridge.status.connect(lambda status: heard.append(status.state))
    window.live.open(str(tmp_path / "none.mp4"))
    assert window.live.state is SessionState.FAILED
    qtbot.waitUntil(lambda: SessionState.IDLE in heard, timeout=PATIENCE_MS)
    assert window.live.state is SessionState.FAILED
    window.live.open("demo")
    qtbot.waitUntil(lambda: window.live.state is SessionState.RUNNING, timeout=PATIENCE_MS)
