"""Real media for the contract suites, and a real MJPEG server that can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.hand.opencv import cv2

STEP = 8
"""Grey levels between two frames: far more than any codec blurs."""


def numbered(index: int, size: tuple[int, int] = (96, 64)) -> np.ndarray:
    """A picture whose grey level says its number."""
    return np.full((size[1], size[0], 3), 8 + STEP * (index % 30), np.uint8)


def number_in(picture: np.ndarray) -> int:
    """The number that :func:`numbered` wrote into a picture."""
    return round((float(picture.mean()) - 8) / STEP)


class MjpegServer:
    """Serves numbered pictures over http at 127.0.0.1 until it is told otherwise.

    Attributes
    ----------
    frames_left
        Counts down; at 0 the connection ends. None never ends.
    stall
        While set, connections stay open and nothing is sent.
    status
        HTTP status of the answer.
    """

    def __init__(self) -> None:
        self.frames_left: int | None = None
        self.stall = threading.Event()
        self.status = 200
        self.interval_s = 0.02
        self._stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                server._answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/video.mjpg"

    def close(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(self.status)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        request.end_headers()
        index = 0
        try:
            while self.status == 200 and not self._stopped.wait(self.interval_s):
                if self.stall.is_set():
                    continue
                if self.frames_left is not None:
                    if self.frames_left == 0:
                        return
                    self.frames_left -= 1
                _, content = cv2.imencode(".jpg", numbered(index))
                head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content)
                request.wfile.write(head + content.tobytes() + b"\r\n")
                index += 1
        except OSError:
            return


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
