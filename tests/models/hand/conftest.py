"""A package index on this machine alone, and pictures of hands that nobody had to pose for."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gesture_app.capture.demo import DemoSource
from models.hand import landmarker_fetch
from models.hand.landmarker_fetch import ModelFiles

PAGE = b"<!DOCTYPE html><html><body><h1>Please sign in to the proxy</h1></body></html>"
RELEASE = f"mediapipe-{landmarker_fetch.VERSION}"
WHEEL = f"{RELEASE}-cp312-cp312-manylinux_2_28_x86_64.whl"


def make_wheel(models: ModelFiles) -> bytes:
    files = {
        landmarker_fetch.DETECTOR: models.detector,
        landmarker_fetch.LANDMARKS: models.landmarks,
        f"{RELEASE}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: mediapipe\nVersion: {landmarker_fetch.VERSION}\n".encode()
        ),
        f"{RELEASE}.dist-info/WHEEL": (
            b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: cp312-cp312-manylinux_2_28_x86_64\n"
        ),
    }
    record = "".join(f"{name},,\n" for name in files) + f"{RELEASE}.dist-info/RECORD,,\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(f"{RELEASE}.dist-info/RECORD", record)
    return packed.getvalue()


@dataclass
class Index:
    """Where the index is, and an event that tells that it was asked."""

    url: str
    asked: threading.Event = field(default_factory=threading.Event)

    def environment(self, folder: Path) -> dict[str, str]:
        """What makes both installers use this index and nothing of the machine's own."""
        folder.mkdir(exist_ok=True)
        foreign = ("UV_", "PIP_", "HTTP_", "HTTPS_", "ALL_")
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
        return kept | {
            "UV_DEFAULT_INDEX": self.url,
            "UV_CACHE_DIR": str(folder / "uv"),
            "UV_NO_CONFIG": "1",
            "PIP_INDEX_URL": self.url,
            "PIP_CONFIG_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }


Serve = Callable[[str, bytes], AbstractContextManager[Index]]


@contextmanager
def _serve(behaviour: str, wheel: bytes) -> Iterator[Index]:
    closing = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.set()
            if behaviour == "silent":
                closing.wait(30)
                return
            body = self.body()
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if body.startswith(b"<") else "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self) -> bytes:
            if behaviour == "page instead of index":
                return PAGE
            if self.path.endswith(".whl"):
                return PAGE if behaviour == "page instead of wheel" else wheel
            return f'<!DOCTYPE html><html><body><a href="/files/{WHEEL}">{WHEEL}</a></body></html>'.encode()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    index = Index(f"http://127.0.0.1:{server.server_address[1]}/simple")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield index
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="session")
def serve() -> Serve:
    return _serve


@pytest.fixture(scope="session")
def models(landmarker_file: Path) -> ModelFiles:
    with zipfile.ZipFile(landmarker_file) as archive:
        return ModelFiles(archive.read("hand_detector.tflite"), archive.read("hand_landmarks_detector.tflite"))


@pytest.fixture(scope="session")
def good_wheel(models: ModelFiles) -> bytes:
    return make_wheel(models)


@pytest.fixture(scope="session")
def other_wheel() -> bytes:
    return make_wheel(ModelFiles(b"\0\0\0\0TFL3 some other model", b"\0\0\0\0TFL3 and another"))


@pytest.fixture(scope="session")
def hand_frames() -> list[NDArray[np.uint8]]:
    """Two seconds of one right hand, 640 x 480, 30 frames a second."""
    return _frames(1)


@pytest.fixture(scope="session")
def two_hands_frames() -> list[NDArray[np.uint8]]:
    """The same of two hands, one of each side."""
    return _frames(2)


def _frames(hands: int) -> list[NDArray[np.uint8]]:
    source = DemoSource(hands, paced=False)
    source.open()
    frames = [source.read() for _ in range(60)]
    source.close()
    return [frame.picture for frame in frames if frame is not None and frame.picture is not None]
