"""Pictures of an MJPEG stream, whose sizes are known before any memory is taken for them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.grabber import Capture
from gesture_app.capture.pixels import check_size
from models.hand.opencv import cv2, stated_size

_MJPG = int.from_bytes(b"MJPG", "little")
_START = b"\xff\xd8\xff"
_AS_SENT = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
# Every start of a frame; C4, C8 and CC between them say something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))


class MjpegCapture:
    """The JPEGs of a capture, decoded here: FFmpeg would make room for whatever size each of them claims.

    Parameters
    ----------
    packets
        A capture that gives JPEGs undecoded, each as bytes.
    patience_s
        For how long nonsense between the pictures is passed over in one :meth:`read`.
    """

    def __init__(self, packets: Capture, patience_s: float) -> None:
        self._packets = packets
        self._patience_s = patience_s

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """Give the next picture, or False when there is none.

        Raises
        ------
        SourceError
            When it claims to be larger than any picture that is looked at; it was not decoded.
        """
        began = time.monotonic()
        while time.monotonic() - began <= self._patience_s:
            good, packet = self._packets.read()
            if not good or packet is None:
                break
            picture = _decoded(packet)
            if picture is not None:
                return True, picture
        return False, None

    def get(self, property_id: int, /) -> float:
        """Give a property, 0 where it is not known."""
        return self._packets.get(property_id)

    def release(self) -> None:
        """Let go of the stream."""
        self._packets.release()


def checked_capture(capture: cv2.VideoCapture, patience_s: float) -> Capture:
    """Refuse what is too large to be decoded by what it says on opening; give MJPEG so that each picture is looked at.

    Parameters
    ----------
    capture
        Open, and nothing was read of it.
    patience_s
        As for :class:`MjpegCapture`.

    Raises
    ------
    SourceError
        When its pictures are larger than any that is looked at. The capture is still open.
    """
    check_size(*stated_size(capture))
    if int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPG and capture.set(cv2.CAP_PROP_FORMAT, -1):
        return MjpegCapture(capture, patience_s)
    return capture


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Give width and height of a JPEG by its header; None when it has none.

    Parameters
    ----------
    content
        What begins with a JPEG.
    """
    at = 2
    while at >= 0 and at + 9 <= len(content):
        if content[at] != 0xFF:  # nor what stands between segments
            at = content.find(b"\xff", at)
            continue
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[at + place : at + place + 2], "big") for place in (5, 7))
            return width, height
        if marker == 0xFF:  # fill bytes may stand before any marker
            at += 1
        elif marker in _WITHOUT_LENGTH or marker == 0x00:  # no marker at all, which decoders pass over
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _decoded(packet: NDArray[Any]) -> NDArray[Any] | None:
    content = packet.tobytes()
    start = content.find(_START)
    if start < 0:
        return None
    size = jpeg_size(content[start:])
    if size is None:
        return None
    check_size(*size)
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8, offset=start), _AS_SENT)
    except cv2.error:
        return None
