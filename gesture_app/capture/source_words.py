"""The words that name a source, and those that cannot mean one; nothing heavy is imported to tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from gesture_app.capture.source import SourceError
from models.errors import UsageError

DEMO = "demo"
DEMO_HANDS = {DEMO: 1, "demo:1": 1, "demo:2": 2, "demo:new": 1}
SCHEMES = ("http", "https", "rtsp", "rtsps")
DEVICE = re.compile(r"(?:camera:|/dev/video)(\d{1,3})")
EXPECTED = (
    "Expected camera:N, demo, demo:2 or demo:new, a video, a picture, a folder of pictures, recorded landmarks"
    " (.jsonl), or an http:// or rtsp:// stream."
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


class SourceWordsError(SourceError, UsageError):
    """Words that cannot mean any source."""


def scheme_of(spec: str) -> str | None:
    """Give the scheme of an address in small letters; None of what is no address."""
    scheme = _SCHEME.match(spec)
    return scheme[1].lower() if scheme else None


def kind_of(spec: str) -> Literal["demo", "camera", "stream", "file"]:
    """Tell what kind of source is named; what is nothing else is the name of a file or folder."""
    if spec in DEMO_HANDS:
        return "demo"
    if DEVICE.fullmatch(spec):
        return "camera"
    return "file" if scheme_of(spec) is None else "stream"


def check_words(spec: str) -> None:
    """Refuse words that cannot mean a source, whatever cameras and files there are.

    Raises
    ------
    SourceWordsError
        When nothing is named, the form is wrong, or it is neither a word that is known nor anything like a path.
    """
    if not spec.strip():
        raise SourceWordsError(f"No source was named. {EXPECTED}")
    if spec.startswith("demo:") and spec not in DEMO_HANDS:
        raise SourceWordsError(
            f"The demo shows one hand, two, or a new gesture: expected demo, demo:2 or demo:new, but {spec!r} came."
        )
    if spec in DEMO_HANDS or DEVICE.fullmatch(spec) or _is_there(spec):
        return
    if spec.startswith("camera"):
        raise SourceWordsError(f"{spec!r} is no camera: expected camera:N with a number, such as camera:0.")
    scheme = scheme_of(spec)
    if scheme is not None and scheme not in SCHEMES:
        raise SourceWordsError(f"Streams from {scheme}:// addresses are not read. {EXPECTED}")
    if scheme is None and Path(spec).name == spec and not Path(spec).suffix:
        raise SourceWordsError(f"{spec[:80]!r} is neither a source nor a file that is there. {EXPECTED}")


def _is_there(spec: str) -> bool:
    try:
        return Path(spec).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
