"""Recorded landmarks as a source: the lines that a run without a window wrote, played back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO, Literal

import numpy as np

from gesture_app.capture.paths import checked_file
from gesture_app.capture.source import Frame, SourceError
from models.errors import GestureError
from models.hand.landmarks import LANDMARK_COUNT, Hand, Handedness

_LONGEST_LINE = 4_000_000
_LOOKED_AT = 32
_LARGEST_SIDE = 32768


class ReplaySource:
    """A ``.jsonl`` file of a headless run: hands without pictures, at their own times.

    The file is read as it is played, so its length does not matter.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._frames: Iterator[Frame] | None = None
        self._ahead: list[Frame] = []
        self._broken: SourceError | None = None
        self._fps: float | None = None
        self._still = False

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    @property
    def live(self) -> bool:
        """False: every frame can be had."""
        return False

    @property
    def still(self) -> bool:
        """True when the run was over pictures; known once open."""
        return self._still

    @property
    def fps(self) -> float | None:
        """Frames per second by the times of the first frames; None for pictures, one frame, and when closed."""
        return self._fps

    @property
    def frame_count(self) -> int | None:
        """None: the file is not read to its end beforehand."""
        return None

    def open(self) -> None:
        """Open the file and read its first lines.

        Raises
        ------
        SourceError
            When there is no such file, or its first lines are not what a run without a window writes.
        """
        self.close()
        checked_file(self._path)
        with self._lock:
            self._file = self._path.open("rb")
            self._frames = self._parsed(self._file)
            try:
                self._look_ahead()
            except SourceError:
                self._close()
                raise

    def read(self) -> Frame | None:
        """Give the next frame, or None at the end.

        Raises
        ------
        SourceError
            When a line is broken; its number is told.
        """
        with self._lock:
            if self._frames is None:
                return None
            if self._ahead:
                return self._ahead.pop(0)
            if self._broken is not None:
                raise self._broken
            return next(self._frames, None)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._frames = self._fps = self._broken = None
        self._ahead = []

    def _look_ahead(self) -> None:
        first = next(self._frames, None) if self._frames else None
        if first is None:
            raise SourceError(f"{self._path} holds no frame. Expected one line of JSON a frame.")
        self._ahead = [first]
        self._still = first.file is not None
        if self._still:
            return
        for _ in range(_LOOKED_AT):
            try:
                frame = next(self._frames, None) if self._frames else None
            except SourceError as error:
                # What stands before a broken line is still played; the sentence comes when its turn comes.
                self._broken = error
                break
            if frame is None:
                break
            self._ahead.append(frame)
        steps = [later.time_s - earlier.time_s for earlier, later in pairwise(self._ahead)]
        step = median(steps) if steps else 0.0
        self._fps = 1 / step if step > 0 else None

    def _parsed(self, file: BinaryIO) -> Iterator[Frame]:
        last_s, number = 0.0, 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if not line.strip():
                continue
            try:
                frame = parse_frame(json.loads(line), number - 1, last_s)
            except (ValueError, TypeError, KeyError, OverflowError, GestureError, RecursionError) as error:
                raise SourceError(
                    f"Line {number} of {self._path} cannot be played: {_reason(error)}. Expected the lines that"
                    " gesture-app --headless writes."
                ) from error
            last_s = frame.time_s
            yield frame


def parse_frame(line: Any, index: int, last_s: float = 0.0) -> Frame:  # noqa: ANN401 - anything may stand in a file
    """Turn one line of a headless run back into a frame without a picture.

    Parameters
    ----------
    line
        What the JSON says.
    index
        Number of the frame where the line has none.
    last_s
        Time of the frame before; time never decreases.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError, GestureError
        When something is missing or of the wrong kind.
    """
    if not isinstance(line, dict):
        raise TypeError("it is no JSON object")
    width, height = (_whole(value, "size") for value in line["size"])
    if not (1 <= width <= _LARGEST_SIDE and 1 <= height <= _LARGEST_SIDE):
        raise ValueError(f"its size is no picture's (1 to {_LARGEST_SIDE} pixels a side)")
    time_ms = float(line["time_ms"])
    if not np.isfinite(time_ms):
        raise ValueError("its time is not a number")
    hands = tuple(_hand(entry, (width, height)) for entry in line["hands"])
    return Frame(
        picture=None,
        size=(width, height),
        index=_whole(line.get("frame", index), "frame"),
        time_s=max(last_s, time_ms / 1000),
        file=_text(line.get("file"), "file"),
        truth=_text(line.get("truth"), "truth"),
        hands=hands,
    )


def _hand(entry: dict[str, Any], size: tuple[int, int]) -> Hand:
    points = np.array(
        [[np.nan if value is None else value for value in point] for point in entry["landmarks"]], np.float32
    )
    if points.shape != (LANDMARK_COUNT, 3):
        raise ValueError(f"a hand has landmarks of shape {points.shape} where (21, 3) is expected")
    return Hand(points, _side(entry.get("handedness")), float(entry.get("score", 1.0)), size)


def _side(value: object) -> Handedness | None:
    sides: dict[object, Literal["Left", "Right"] | None] = {"Left": "Left", "Right": "Right", None: None}
    if value not in sides:
        raise ValueError(f"the handedness {value!r} is neither Left nor Right")
    return sides[value]


def _text(value: object, key: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"its {key} is no text")
    return value


def _whole(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"its {key} is no whole number")
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
