"""Pictures of streams and films that claim to be larger than any that is looked at."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mjpeg_server import MjpegServer, number_in, numbered

from gesture_app.capture.mjpeg import MjpegCapture, jpeg_size
from gesture_app.capture.source import SourceError
from gesture_app.capture.stream import Stream
from models.hand.opencv import cv2

LARGE = (16_384, 8_300)
MOST_KB = 60_000
OPENED = """
import resource, sys
from gesture_app.capture.choose import make_source
from gesture_app.capture.source import SourceError
source = make_source(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    source.open()
    print("opened")
except SourceError as error:
    print(error)
source.close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def jpeg(picture: np.ndarray, *settings: int) -> bytes:
    return cv2.imencode(".jpg", picture, settings)[1].tobytes()


def claiming(size: tuple[int, int]) -> bytes:
    """A sound JPEG of a few hundred bytes but for the size in its header."""
    content = bytearray(jpeg(numbered(3)))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = size[1].to_bytes(2, "big") + size[0].to_bytes(2, "big")
    return bytes(content)


def large_film(path: Path) -> Path:
    """A small film whose headers say that its pictures are large, as those of a film of one colour may well be."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), 30, (96, 64))
    for index in range(3):
        writer.write(numbered(index))
    writer.release()
    content = path.read_bytes()
    assert struct.pack("<II", 96, 64) in content
    path.write_bytes(content.replace(struct.pack("<II", 96, 64), struct.pack("<II", *LARGE)))
    return path


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    made = MjpegServer()
    yield made
    made.close()


@pytest.mark.parametrize("settings", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_RST_INTERVAL, 2)])
@pytest.mark.parametrize("shape", [(1, 1), (64, 1000, 3), (33, 17, 3)])
def test_the_size_of_a_jpeg_is_in_its_header(settings: tuple[int, ...], shape: tuple[int, ...]) -> None:
    content = jpeg(np.zeros(shape, np.uint8), *settings)
    assert jpeg_size(content) == (shape[1], shape[0])
    note = b"\xff\xe1\x00\x20" + content[:30]  # EXIF data may hold a picture of its own
    assert jpeg_size(content[:2] + note + b"\xff\xff\xff\xff\x01" + content[2:]) == (shape[1], shape[0])


def test_what_is_cut_or_no_jpeg_has_no_size() -> None:
    content = jpeg(numbered(0))
    header = content.index(b"\xff\xc0") + 9
    assert [jpeg_size(content[:end]) for end in range(header)] == [None] * header
    assert jpeg_size(b"\xff\xd8\xff\xe0\x00\x00" * 50) is None
    assert jpeg_size(b"no picture at all") is None


@pytest.mark.parametrize("kind", ["film", "stream"])
def test_what_claims_to_be_too_large_is_refused_on_opening_undecoded(
    kind: str, tmp_path: Path, server: MjpegServer
) -> None:
    server.picture = jpeg(np.zeros(LARGE[::-1], np.uint8))
    spec = str(large_film(tmp_path / "large.avi")) if kind == "film" else server.address
    done = subprocess.run([sys.executable, "-c", OPENED, spec], capture_output=True, text=True, timeout=60, check=True)
    sentence, grown_kb = done.stdout.splitlines()
    assert "A frame of 16384 x 8300 pixels came, and no more than 134,217,728 pixels are looked at" in sentence
    assert int(grown_kb) < MOST_KB  # decoded it takes 400,000


def test_a_stream_whose_pictures_become_too_large_ends_with_a_sentence(server: MjpegServer) -> None:
    capture = Stream(server.address).open()
    assert isinstance(capture, MjpegCapture)
    try:
        assert capture.read()[0]
        server.picture = claiming(LARGE)
        with pytest.raises(SourceError, match="16384 x 8300 pixels"):
            deque(iter(capture.read, (False, None)), maxlen=0)  # those that were sent before come first
    finally:
        capture.release()


def test_a_stream_gives_its_pictures_in_order(server: MjpegServer) -> None:
    capture = Stream(server.address).open()
    try:
        numbers = []
        for _ in range(6):
            good, picture = capture.read()
            assert good
            assert picture is not None
            assert picture.shape == (64, 96, 3)
            numbers.append(number_in(picture))
        assert numbers == list(range(6))
    finally:
        capture.release()


class Packets:
    """Undecoded pictures from a list."""

    def __init__(self, *contents: bytes) -> None:
        self.left = list(contents)

    def read(self) -> tuple[bool, np.ndarray | None]:
        return (True, np.frombuffer(self.left.pop(0), np.uint8)) if self.left else (False, None)

    def get(self, property_id: int, /) -> float:
        return float(property_id)

    def release(self) -> None:
        self.left = []


def test_nonsense_between_pictures_is_passed_over() -> None:
    whole = jpeg(numbered(7))
    capture = MjpegCapture(Packets(b"nonsense", b"\xff\xd8\xff", b"\r\n" + whole, whole[:200], whole), patience_s=60)
    for _ in range(2):
        good, picture = capture.read()
        assert good
        assert picture is not None
        assert number_in(picture) == 7
    assert capture.read() == (False, None)
    assert not MjpegCapture(Packets(whole), patience_s=-1).read()[0]
