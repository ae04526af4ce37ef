"""MediaPipe's hand landmarker and nothing else: what the whole pipeline is measured against."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.hand.mediapipe_hands import import_mediapipe, to_image
from models.hand.messages import quiet_detection, quiet_native_messages


@dataclass(frozen=True, slots=True)
class BareDetection:
    """How many hands one frame showed, and the milliseconds of turning its colours and of detection."""

    hands: int
    convert_ms: float
    detect_ms: float


class BareLandmarker:
    """One landmarker in VIDEO mode, as MediaPipe's own example uses it.

    Parameters
    ----------
    landmarker
        The hand landmarker file.
    hands
        Most hands that are looked for.
    """

    def __init__(self, landmarker: Path, hands: int) -> None:
        mediapipe = import_mediapipe()
        tasks = mediapipe.tasks
        options = tasks.vision.HandLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(landmarker)),
            running_mode=tasks.vision.RunningMode.VIDEO,
            num_hands=hands,
        )
        with quiet_native_messages():
            self._native = tasks.vision.HandLandmarker.create_from_options(options)
        self._detections = 0
        self._last_ms = -1

    def detect(self, picture: NDArray[np.uint8], time_s: float) -> BareDetection:
        """Find hands in the next frame, ``(height, width, 3)`` uint8 BGR, at this time in seconds."""
        self._last_ms = max(self._last_ms + 1, round(time_s * 1000))
        start = time.perf_counter()
        image = to_image(picture)
        converted = time.perf_counter()
        with quiet_detection(self._detections):
            found = self._native.detect_for_video(image.native, self._last_ms)
        done = time.perf_counter()
        self._detections += 1
        return BareDetection(len(found.hand_landmarks), (converted - start) * 1e3, (done - converted) * 1e3)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with quiet_native_messages():
            self._native.close()
