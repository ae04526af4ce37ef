from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gesture_app.ui.live.video_controller import VideoController
from gesture_app.ui.main_window import MainWindow
from models.hand.opencv import cv2
from models.home import Home


def frames_in(path: Path) -> list[np.ndarray]:
    reader = cv2.VideoCapture(str(path))
    found = []
    while True:
        more, picture = reader.read()
        if not more:
            reader.release()
            return found
        found.append(picture)


def test_writes_what_is_seen(tmp_path: Path, make_result, make_hand, qtbot: QtBot) -> None:
    video = VideoController(tmp_path / "videos")
    told: list = []
    video.said.connect(told.append)
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, :320] = 255
    video.toggle(mirrored=True)
    for _ in range(5):
        video.look_at(make_result(make_hand(), picture=picture, time_s=900.0))
    video.toggle(mirrored=True)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].severity == "good"
    (path,) = (tmp_path / "videos").glob("*.mp4")
    frames = frames_in(path)
    assert 1 <= len(frames) < 60  # the source's own clock does not count
    assert frames[0][240, 600].mean() > 200  # mirrored, as seen
    assert frames[0][240, 40].mean() < 60


def test_says_when_nothing_came_and_when_it_cannot_be_written(tmp_path: Path, qtbot: QtBot) -> None:
    told: list = []
    video = VideoController(tmp_path)
    video.said.connect(told.append)
    video.toggle(mirrored=False)
    video.toggle(mirrored=False)
    qtbot.waitUntil(lambda: bool(told))
    assert "nothing was saved" in told[0].text
    (tmp_path / "file").write_text("")
    blocked = VideoController(tmp_path / "file")
    blocked.said.connect(told.append)
    blocked.toggle(mirrored=False)
    assert told[-1].severity == "bad"
    assert not blocked.running


def test_closing_the_window_finishes_the_video(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None, timeout=30_000)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.video.running
    assert window.toolbar.video.text() == "0:00"
    count = window.page.picture.result.frame.index
    qtbot.waitUntil(lambda: window.page.picture.result.frame.index > count + 3, timeout=30_000)
    window.close()
    (path,) = (equipped_home.root / "videos").glob("*.mp4")
    assert frames_in(path)
