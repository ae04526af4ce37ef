"""A real MJPEG server on 127.0.0.1 that can be told to misbehave, stopped and started again."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

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
    size
        Of the pictures; may change in the middle.
    garbage
        Bytes that are sent before every other picture.
    picture
        JPEG that is sent in place of the numbered ones, where it is set.

    Parameters
    ----------
    port
        Where it listens; any by default.
    """

    def __init__(self, port: int = 0) -> None:
        self.size = (96, 64)
        self.garbage = b""
        self.picture = b""
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

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

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
                content = self.picture or cv2.imencode(".jpg", numbered(index, self.size))[1].tobytes()
                head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content)
                before = self.garbage if index % 2 else b""
                request.wfile.write(before + head + content + b"\r\n")
                index += 1
        except OSError:
            return
