"""Broken files to be played: recorded landmarks, pictures and videos."""

from __future__ import annotations

import json
import struct
from typing import Any

from broken_files import Broken

HAND: dict[str, Any] = {"landmarks": [[20.0 * place, 10.0 * place, 0.0] for place in range(21)]}
LINE: dict[str, Any] = {"frame": 0, "time_ms": 0.0, "size": [640, 480], "hands": [HAND]}


def _line(**changed: Any) -> bytes:
    return json.dumps({**LINE, **changed}).encode() + b"\n"


def _hand(**changed: Any) -> bytes:
    return _line(hands=[{**HAND, **changed}])


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + bytes(4)


SOURCES: tuple[Broken, ...] = (
    Broken("nothing in it", "a.jsonl", b"", "holds no frame"),
    Broken("no JSON", "a.jsonl", b"hello\n", "cannot be played"),
    Broken("a list", "a.jsonl", b"[]\n", "cannot be played: it is no JSON object"),
    Broken("a line that breaks off", "a.jsonl", _line()[:-30] + b"\n", "cannot be played"),
    Broken("no frame", "a.jsonl", b"{}\n", "cannot be played: it has no 'size'"),
    Broken(
        "no size",
        "a.jsonl",
        _line(size=[0, 480]),
        "cannot be played: its size is no picture's (1 to 32768 pixels a side)",
    ),
    Broken("a size of words", "a.jsonl", _line(size="wide"), "cannot be played: its size is no whole number"),
    Broken("hands that are none", "a.jsonl", _line(hands=5), "cannot be played"),
    Broken(
        "too few landmarks",
        "a.jsonl",
        _hand(landmarks=[[1, 2, 3]]),
        "cannot be played: a hand has landmarks of shape (1, 3) where (21, 3) is expected",
    ),
    Broken("landmarks of words", "a.jsonl", _hand(landmarks=[["a", "b", "c"]] * 21), "cannot be played"),
    Broken(
        "a landmark without a number",
        "a.jsonl",
        _hand(landmarks=[[None, 1, 1]] * 21),
        "cannot be played: A hand needs finite x and y for all 21 landmarks",
    ),
    Broken("time of words", "a.jsonl", _line(time_ms="late"), "cannot be played"),
    Broken("time without end", "a.jsonl", _line(time_ms=float("inf")), "cannot be played: its time is not a number"),
    Broken("nested without end", "a.jsonl", b"[" * 5000 + b"\n", "cannot be played: it is nested too deeply"),
    Broken(
        "a picture cut off", "a.png", _png(640, 480), "is no picture that can be read: it is damaged or of another kind"
    ),
    Broken(
        "a picture of a trillion pixels",
        "a.png",
        _png(2**20, 2**20),
        "is no picture that can be read: it is damaged or of another kind",
    ),
    Broken(
        "the mark of a JPEG alone",
        "a.jpg",
        b"\xff\xd8\xff\xe0" + bytes(20),
        "is no picture that can be read: it is damaged or of another kind",
    ),
    Broken("a picture of nothing", "a.jpg", b"", "is no picture that can be read: it is damaged or of another kind"),
    Broken(
        "a video that is text", "a.mp4", b"this is no video\n" * 9, "is a text file, in which there is nothing to see"
    ),
    Broken(
        "a video of zeros",
        "a.mp4",
        bytes(4096),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
    Broken(
        "a video's mark alone",
        "a.mp4",
        b"\0\0\0\x18ftypmp42" + bytes(16),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
    Broken(
        "an AVI that breaks off",
        "a.avi",
        b"RIFF\xff\xff\0\0AVI LIST" + bytes(30),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
)
"""For the sources of the app."""
