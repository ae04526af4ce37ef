"""Real media for the contract suites, and a real MJPEG server that can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mjpeg_server import MjpegServer, number_in, numbered
from source_user import PATIENCE_S

from models.hand.opencv import cv2


@pytest.fixture
def mjpeg_server() -> Iterator[MjpegServer]:
    server = MjpegServer()
    yield server
    server.close()


@pytest.fixture
def write_video(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str = "clip.mp4", frames: int = 12, fps: float = 25.0) -> Path:
        path = tmp_path / name
        kind = "MJPG" if path.suffix == ".avi" else "mp4v"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*kind), fps, (96, 64))
        assert writer.isOpened()
        for index in range(frames):
            writer.write(numbered(index))
        writer.release()
        return path

    return write


@pytest.fixture
def write_pictures(tmp_path: Path) -> Callable[..., Path]:
    def write(count: int = 12) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for index in range(count):
            # Names whose order by letters is not their order by number.
            assert cv2.imwrite(str(folder / f"IMG {index + 1}.png"), numbered(index))
        return folder

    return write


@pytest.fixture
def read_number() -> Callable[[np.ndarray], int]:
    return number_in


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def no_thread_is_left() -> Any:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), f"{thread.name} still runs"
