"""The real window on real sources, with real MediaPipe and the shipped model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gesture_app.capture.demo import DemoSource
from gesture_app.live.status import SessionState
from gesture_app.settings import Settings, load_settings
from gesture_app.ui.main_window import MainWindow
from models.hand.opencv import cv2
from models.home import Home

PATIENCE_MS = 30_000


def demo_pictures(count: int) -> list:
    source = DemoSource(paced=False)
    source.open()
    frames = [source.read() for _ in range(count)]
    source.close()
    return [frame.picture for frame in frames if frame is not None and frame.picture is not None]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "hand.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (640, 480))
    for picture in demo_pictures(25):
        writer.write(picture)
    writer.release()
    return path


@pytest.fixture
def stream() -> Iterator[str]:
    contents = [cv2.imencode(".jpg", picture)[1].tobytes() for picture in demo_pictures(4)]
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                while True:
                    for content in contents:
                        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content)
                        self.wfile.write(head + content + b"\r\n")
                        if stopped.wait(0.04):
                            return
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/video"
    stopped.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


def saw_a_label(window: MainWindow) -> bool:
    return any("unknown" not in card.accessibleName() for card in window.page.hands.cards)


def test_sees_the_demo_hands_gesture_and_closes_without_a_trace(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    before = threading.active_count()
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: saw_a_label(window), timeout=PATIENCE_MS)
    result = window.page.picture.result
    assert result is not None
    assert result.model == "shipped"
    qtbot.waitUntil(lambda: "fps" in window.status.text(), timeout=PATIENCE_MS)
    assert "Shipped model" in window.status.text()
    assert window.toolbar.source.text() == "Demo hand"

    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.live.state is SessionState.PAUSED)
    assert window.toolbar.pause.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.live.state is SessionState.RUNNING)

    qtbot.keyClick(window, Qt.Key.Key_M)
    assert not window.page.picture.mirrored
    window.page.recognition.hands_changed.emit(1)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert list((equipped_home.root / "snapshots").glob("*.png"))

    window.close()
    assert threading.active_count() <= before + 1  # Qt's pool may keep a thread for a moment
    assert load_settings(equipped_home.settings).settings == replace(Settings(), mirror=False, hands=1)


def test_plays_a_video_to_its_end_and_again(
    make_window: Callable[..., MainWindow], equipped_home: Home, video: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin(str(video), "shipped", None)
    qtbot.waitUntil(lambda: window.live.state is SessionState.ENDED, timeout=PATIENCE_MS)
    assert saw_a_label(window)
    assert window.toolbar.source.text() == "hand.avi"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.live.state is SessionState.RUNNING, timeout=PATIENCE_MS)
    window.live.open("demo")  # while the video plays
    qtbot.waitUntil(
        lambda: window.toolbar.source.text() == "Demo hand" and window.page.picture.result is not None,
        timeout=PATIENCE_MS,
    )


def test_reads_a_network_stream(
    make_window: Callable[..., MainWindow], equipped_home: Home, stream: str, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin(stream, "shipped", None)
    qtbot.waitUntil(lambda: saw_a_label(window), timeout=PATIENCE_MS)


def test_a_source_that_is_not_there_is_told_in_the_pictures_place(
    make_window: Callable[..., MainWindow], equipped_home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin(str(tmp_path / "none.mp4"), "shipped", None)
    qtbot.waitUntil(lambda: window.live.state is SessionState.FAILED, timeout=PATIENCE_MS)
    state = window.page._card.state
    assert state is not None
    assert "none.mp4" in state.text
    assert window.messages.message is None  # said once


def test_a_model_that_is_not_there_falls_back_and_says_so(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin("demo", "v77", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None, timeout=PATIENCE_MS)
    assert window.messages.message is not None
    assert "v77" in window.messages.message.text
    assert window.messages.message.details


def test_a_landmarker_that_is_none_is_told(
    make_window: Callable[..., MainWindow], home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    wrong = tmp_path / "hand_landmarker.task"
    wrong.write_bytes(b"<html>")
    window = make_window(landmarker=wrong)
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.live.state is SessionState.FAILED, timeout=PATIENCE_MS)
    assert window.page._card.state is not None
    assert "hand_landmarker.task" in window.page._card.state.text


def test_closing_while_opening_leaves_nothing(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.live.spec == "demo", timeout=PATIENCE_MS)
    window.close()


def test_full_screen_shows_only_the_picture(make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot) -> None:
    window = make_window()
    window.show()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert not window.rail.isVisible()
    assert not window.page.side_open
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.rail.isVisible()
    assert window.page.side_open


def test_below_900_pixels_the_rail_shows_icons_only(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window()
    window.show()
    window.resize(800, 600)
    assert window.rail.width() < 80
    assert not window.page.side_open
    window.resize(1280, 800)
    assert window.rail.width() > 120
    assert window.page.side_open
