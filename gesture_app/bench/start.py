"""How long a fresh process takes to its first recognised frame, beside a script that only detects."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gesture_app.capture.source import Picture, Source, SourceError
from models.errors import GestureError
from models.hand.opencv import cv2

_PROCESS_S = 60.0
_BARE = """
import sys
import cv2
import mediapipe as mp

capture = cv2.VideoCapture(sys.argv[1])
picture = capture.read()[1]
vision = mp.tasks.vision
options = vision.HandLandmarkerOptions(
    base_options=mp.tasks.BaseOptions(model_asset_path=sys.argv[2]),
    running_mode=vision.RunningMode.VIDEO,
    num_hands=int(sys.argv[3]),
)
landmarker = vision.HandLandmarker.create_from_options(options)
image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
landmarker.detect_for_video(image, 0)
print("done", flush=True)
landmarker.close()
"""


class StartError(GestureError):
    """A process that ended or hung before its first frame."""


@dataclass(frozen=True, slots=True)
class StartTimes:
    """Seconds from the start of a process to its first line, medians of several starts in turns."""

    first_frame: float
    bare: float


def measure_start(make: Callable[[], Source], landmarker: Path, hands: int, model: str, starts: int = 3) -> StartTimes:
    """Start both programs in turns on a short clip of the source's first frame.

    Parameters
    ----------
    make
        Makes the source.
    landmarker
        The hand landmarker file.
    hands
        Most hands that are looked for.
    model
        As ``--model`` takes it.
    starts
        How often each is started.

    Raises
    ------
    StartError
        When one of the programs gives no line.
    SourceError
        When the source gives no picture.
    """
    with tempfile.TemporaryDirectory(prefix="gesture-bench-") as folder:
        clip = str(_clip(make(), Path(folder)))
        bare = [sys.executable, "-c", _BARE, clip, str(landmarker), str(hands)]
        options = ["--model", model, "--landmarker", str(landmarker), "--hands", str(hands)]
        ours = [sys.executable, "-m", "gesture_app.cli", "--headless", "--quiet", "--output", "-", "--source", clip]
        times: dict[str, list[float]] = {"bare": [], "ours": []}
        for _ in range(starts):
            times["bare"].append(_first_line_s(bare))
            times["ours"].append(_first_line_s(ours + options))
    return StartTimes(statistics.median(times["ours"]), statistics.median(times["bare"]))


def _clip(source: Source, folder: Path) -> Path:
    picture = _first_picture(source)
    height, width = picture.shape[:2]
    path = folder / "first.avi"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (width, height))
    for _ in range(3):
        writer.write(picture)
    writer.release()
    return path


def _first_picture(source: Source) -> Picture:
    source.open()
    try:
        frame = source.read()
    finally:
        source.close()
    if frame is None or frame.picture is None:
        raise SourceError(f"{source.name} gives no picture, so no start can be measured. Name another source.")
    return frame.picture


def _first_line_s(command: Sequence[str]) -> float:
    environment = {**os.environ, "OPENCV_LOG_LEVEL": "SILENT"}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=environment
        ) as process:
            # A process that hangs is ended, which ends the wait for its line too.
            limit = threading.Timer(_PROCESS_S, process.kill)
            limit.start()
            try:
                line = process.stdout.readline() if process.stdout else b""
                seconds = time.perf_counter() - start
                process.communicate()
            finally:
                limit.cancel()
        if line:
            return seconds
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise StartError(f"A program started for the measurement gave no result: {said[-1]}.")
