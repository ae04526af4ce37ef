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
    unknown z is null. Times are milliseconds that divide back to the same seconds.
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
    """Give the milliseconds which, divided by 1000, are these very seconds."""
    value = time_s * 1000
    near = (round(value, 6), value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
    return next((candidate for candidate in near if candidate / 1000 == time_s), value)


class ResultLines:
    """Writes one line a frame; every line is whole and on its way before the next frame is looked at.

    Parameters
    ----------
    output
        A path, or ``-`` for standard output.

    Raises
    ------
    OutputError
        When the file cannot be written, here or in :meth:`write`.
    """

    def __init__(self, output: str) -> None:
        self._name = "standard output" if output == STDOUT else output
        self._own = output != STDOUT
        self._file: TextIO
        if self._own:
            try:
                self._file = Path(output).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed by close
            except OSError as error:
                raise self._failure(error) from error
        else:
            self._file = sys.stdout

    def begin(self, medium: Medium) -> None:
        """Nothing to prepare: every line stands for itself."""

    def write(self, result: FrameResult) -> None:
        """Write one frame."""
        line = json.dumps(result_line(result), ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
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
        if self._own:
            with contextlib.suppress(OSError):  # a full disk was told by write already
                self._file.close()

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
