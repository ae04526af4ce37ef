"""Results as lines of JSON, exact enough to be played back to the same answers."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from gesture_app.capture.frame_reader import Medium
from gesture_app.live.result import FrameResult, HandResult
from models.errors import GestureError

STDOUT = "-"


class OutputError(GestureError):
    """A file that results cannot be written to."""


def result_line(result: FrameResult) -> dict[str, Any]:
    """Give what is written of one frame.

    Landmarks are pixels of the unmirrored frame with the nine digits that float32 needs to come back unchanged; an
    unknown z is null. Times are as :func:`milliseconds` gives them.
    """
    frame = result.frame
    return {
        "frame": frame.index,
        "time_ms": milliseconds(frame.time_s),
        "file": frame.file,
        "size": list(frame.size),
        "model": result.model,
        "truth": frame.truth,
        "hands": [_hand_entry(hand) for hand in result.hands],
    }


def milliseconds(time_s: float) -> float:
    """Give the milliseconds which, divided by 1000, are these very seconds; where there are none, the nearest.

    Seconds that are a quotient of milliseconds by 1000 always have them.
    """
    value = time_s * 1000
    near = (round(value, 6), value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
    return next((candidate for candidate in near if candidate / 1000 == time_s), value)


class ResultLines:
    """Writes one line a frame; every line is whole and on its way before the next frame is looked at.

    Parameters
    ----------
    output
        A path, or ``-`` for standard output. A file that is there is replaced with the first frame, not before.

    Raises
    ------
    OutputError
        When there is no such folder, or the file cannot be written in :meth:`begin` or :meth:`write`.
    """

    def __init__(self, output: str) -> None:
        self._path = None if output == STDOUT else Path(output)
        self._name = "Standard output" if output == STDOUT else output
        self._file: TextIO | None = None
        if self._path is not None and not self._path.parent.is_dir():
            raise OutputError(f"There is no folder {self._path.parent} for {self._path.name}. Make it first.")

    def begin(self, medium: Medium) -> None:  # noqa: ARG002 - others who take results need it
        """Open the file."""
        try:
            self._file = sys.stdout if self._path is None else self._path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise self._failure(error) from error

    def write(self, result: FrameResult) -> None:
        """Write one frame."""
        if self._file is None:
            raise OutputError(f"{self._name} is closed: begin again to write more.")
        line = json.dumps(result_line(result), allow_nan=False)
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except BrokenPipeError:
            _forget_stdout()
            raise
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None and self._path is not None:
            with contextlib.suppress(OSError):  # a full disk was told by write already
                self._file.close()
        self._file = None

    def _failure(self, error: OSError) -> OutputError:
        return OutputError(f"{self._name} cannot be written: {error.strerror or error}. Choose another output.")


def _forget_stdout() -> None:
    # Whoever read standard output is gone; without this, Python complains of it once more when it exits.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _hand_entry(result: HandResult) -> dict[str, Any]:
    hand = result.hand
    return {
        "handedness": hand.handedness,
        "score": hand.score,
        "label": result.label,
        "confidence": round(result.confidence, 6),
        "raw_label": result.raw_label,
        "raw_confidence": round(result.raw_confidence, 6),
        "box": [_single(value) for value in hand.box],
        "landmarks": [[_single(value) for value in point] for point in hand.points.tolist()],
    }


def _single(value: float) -> float | None:
    return float(f"{value:.9g}") if math.isfinite(value) else None
