"""MediaPipe's hand landmarker behind one small class: pictures in, hands in pixels out, quiet, closed for certain."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import LANDMARK_COUNT, Hand, Handedness
from models.hand.messages import quiet_native_messages
from models.hand.opencv import cv2

Mode = Literal["IMAGE", "VIDEO"]
Picture = NDArray[np.uint8]


class DetectionError(GestureError):
    """The hand landmarker cannot be started or refused a picture."""


class _DrawingLater(importlib.abc.MetaPathFinder):
    """Puts off MediaPipe's drawing helpers, which import matplotlib, until somebody uses them (nobody here does)."""

    names = frozenset(f"mediapipe.tasks.python.vision.drawing_{part}" for part in ("styles", "utils"))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.names:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def import_mediapipe() -> Any:  # noqa: ANN401 - MediaPipe has no types
    """Import MediaPipe without matplotlib, which takes more than half of its import time."""
    later = _DrawingLater()
    sys.meta_path.insert(0, later)
    try:
        return importlib.import_module("mediapipe")
    finally:
        sys.meta_path.remove(later)


class MediaPipeHands:
    """One MediaPipe hand landmarker.

    Parameters
    ----------
    landmarker
        The landmarker file.
    hands
        Most hands that are looked for.
    mode
        ``"IMAGE"`` for unrelated pictures, ``"VIDEO"`` for frames that follow each other.
    threshold
        For detection, presence and tracking alike, 0 to 1; MediaPipe's own default is 0.5.

    Raises
    ------
    DetectionError
        When MediaPipe cannot use the file.
    """

    def __init__(self, landmarker: Path, hands: int, mode: Mode, threshold: float = 0.5) -> None:
        with quiet_native_messages():
            self._mediapipe = import_mediapipe()
            tasks = self._mediapipe.tasks
            options = tasks.vision.HandLandmarkerOptions(
                base_options=tasks.BaseOptions(model_asset_path=str(landmarker)),
                running_mode=tasks.vision.RunningMode[mode],
                num_hands=hands,
                min_hand_detection_confidence=threshold,
                min_hand_presence_confidence=threshold,
                min_tracking_confidence=threshold,
            )
            try:
                self._native = tasks.vision.HandLandmarker.create_from_options(options)
            except (OSError, RuntimeError, ValueError) as error:
                raise DetectionError(
                    f"MediaPipe could not start with the hand landmarker file {landmarker}: {error}"
                ) from error
        self._first = True

    def image(self, picture: Picture) -> Any:  # noqa: ANN401
        """Turn a BGR picture into MediaPipe's own."""
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        return self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, rgb)

    def detect(self, image: Any, size: tuple[int, int], time_ms: int | None = None) -> list[Hand]:  # noqa: ANN401
        """Find hands, in MediaPipe's order."""
        if self._first:
            self._first = False
            with quiet_native_messages():
                return self.detect(image, size, time_ms)
        try:
            if time_ms is None:
                return _to_hands(self._native.detect(image), size)
            return _to_hands(self._native.detect_for_video(image, time_ms), size)
        except (RuntimeError, ValueError) as error:
            raise DetectionError(f"MediaPipe refused a picture of {size[0]} x {size[1]} pixels: {error}") from error

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        self._native.close()


def _to_hands(result: Any, size: tuple[int, int]) -> list[Hand]:  # noqa: ANN401
    width, height = size
    scale = np.array([width, height, width], np.float64)
    hands = []
    for landmarks, sides in zip(result.hand_landmarks, result.handedness, strict=True):
        points = np.array([(mark.x, mark.y, mark.z) for mark in landmarks], np.float64).reshape(LANDMARK_COUNT, 3)
        side: Handedness = "Left" if sides[0].category_name == "Left" else "Right"
        hands.append(Hand((points * scale).astype(np.float32), side, float(sides[0].score), size))
    return hands
