"""MediaPipe's hand landmarker behind one small class: pictures in, hands in pixels out, quiet, closed for certain."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import LANDMARK_COUNT, Hand, Handedness
from models.hand.messages import quiet_detection, quiet_native_messages
from models.hand.opencv import cv2

Mode = Literal["IMAGE", "VIDEO"]


class DetectionError(GestureError):
    """The hand landmarker cannot be started or refused a picture."""


class MissingLibraryError(DetectionError):
    """The system lacks a library that MediaPipe is linked to.

    Attributes
    ----------
    library
        Its file name where the loader said it, such as ``libGLESv2.so.2``; else empty.
    """

    def __init__(self, message: str, library: str) -> None:
        super().__init__(message)
        self.library = library


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture in MediaPipe's own form, which several landmarkers can share.

    Attributes
    ----------
    native
        A ``mediapipe.Image``.
    size
        ``(width, height)`` of the picture in pixels, which ``native`` may be a smaller copy of.
    """

    native: Any
    size: tuple[int, int]


class _OthersLater(importlib.abc.MetaPathFinder):
    """Puts off what MediaPipe imports beside hands, until somebody uses it (nobody here does).

    Its drawing helpers bring matplotlib; its audio tasks bring sounddevice, which starts the sound system.
    """

    names = frozenset(
        f"mediapipe.tasks.python.{part}" for part in ("audio", "text", "vision.drawing_styles", "vision.drawing_utils")
    )

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.names:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def import_mediapipe() -> Any:  # noqa: ANN401 - MediaPipe comes without types
    """Import MediaPipe without what takes most of its import time and has nothing to do with hands."""
    if "mediapipe" in sys.modules:
        return importlib.import_module("mediapipe")
    later = _OthersLater()
    sys.meta_path.insert(0, later)
    try:
        return importlib.import_module("mediapipe")
    finally:
        sys.meta_path.remove(later)


def to_image(picture: NDArray[np.uint8], shrunk: int = 1) -> Image:
    """Turn a picture, ``(height, width, 3)`` uint8 BGR, into MediaPipe's own form.

    Parameters
    ----------
    picture
        The picture.
    shrunk
        MediaPipe sees it smaller by this factor; hands are found in pixels of the picture all the same.

    Raises
    ------
    DetectionError
        When the array is no such picture.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise DetectionError(
            f"A picture of shape (height, width, 3) and type uint8 was expected, but {picture.shape} of type"
            f" {picture.dtype} came."
        )
    mediapipe = import_mediapipe()
    height, width = picture.shape[:2]
    shown = picture
    if shrunk > 1:
        smaller = (max(width // shrunk, 1), max(height // shrunk, 1))
        shown = np.asarray(cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    rgb = cv2.cvtColor(shown, cv2.COLOR_BGR2RGB)
    return Image(mediapipe.Image(mediapipe.ImageFormat.SRGB, rgb), (width, height))


def load_libraries() -> None:
    """Load OpenCV and MediaPipe now: it takes 0.2 s, in which no other thread of the program goes on.

    Raises
    ------
    ImportError, OSError
        When a library of the system is missing; the first landmarker says which.
    """
    to_image(np.zeros((1, 1, 3), np.uint8))


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
    MissingLibraryError
        When the system lacks a library that MediaPipe needs.
    DetectionError
        When MediaPipe cannot use the file.
    """

    def __init__(self, landmarker: Path, hands: int, mode: Mode, threshold: float = 0.5) -> None:
        with quiet_native_messages():
            self._native = _create(landmarker, hands, mode, threshold)
        self._detections = 0
        self._release = weakref.finalize(self, _close, self._native)

    def detect(self, image: Image, time_ms: int | None = None) -> list[Hand]:
        """Find hands, in MediaPipe's order.

        Parameters
        ----------
        image
            From :func:`to_image`.
        time_ms
            In VIDEO mode, larger from call to call.

        Raises
        ------
        DetectionError
            When MediaPipe refuses the picture, or after :meth:`close`.
        """
        if not self._release.alive:
            raise DetectionError("The hand landmarker is closed: make another to go on.")
        quiet = quiet_detection(self._detections)
        self._detections += 1
        try:
            with quiet:
                if time_ms is None:
                    result = self._native.detect(image.native)
                else:
                    result = self._native.detect_for_video(image.native, time_ms)
        except (RuntimeError, ValueError) as error:
            width, height = image.size
            raise DetectionError(f"MediaPipe refused a picture of {width} x {height} pixels: {error}") from error
        return _to_hands(result, image.size)

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        self._release()


def _create(landmarker: Path, hands: int, mode: Mode, threshold: float) -> Any:  # noqa: ANN401
    try:
        tasks = import_mediapipe().tasks
        # MediaPipe opens only paths of plain letters everywhere, so it gets the content of others.
        path = str(landmarker)
        asset = {"model_asset_path": path} if path.isascii() else {"model_asset_buffer": landmarker.read_bytes()}
        options = tasks.vision.HandLandmarkerOptions(
            base_options=tasks.BaseOptions(**asset),
            running_mode=tasks.vision.RunningMode[mode],
            num_hands=hands,
            min_hand_detection_confidence=threshold,
            min_hand_presence_confidence=threshold,
            min_tracking_confidence=threshold,
        )
        return tasks.vision.HandLandmarker.create_from_options(options)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        library, _, problem = str(error).partition(": ")
        if "cannot open shared object" in problem:
            raise MissingLibraryError(
                f"MediaPipe needs the system library {library}, which is not installed here.", library
            ) from error
        raise DetectionError(
            f"MediaPipe could not start with the hand landmarker file {landmarker}: {error}"
        ) from error


def _close(native: Any) -> None:  # noqa: ANN401
    try:
        with quiet_native_messages():
            native.close()
    except RuntimeError:
        # The interpreter is ending and took MediaPipe's threads along: without its handle nothing is left to close,
        # and MediaPipe's own destructor does not complain on the terminal.
        native._handle = None  # noqa: SLF001


def _to_hands(result: Any, size: tuple[int, int]) -> list[Hand]:  # noqa: ANN401
    """Scale MediaPipe's landmarks, x/width, y/height and z/width, to pixels."""
    width, height = size
    scale = np.array([width, height, width], np.float64)
    hands = []
    for landmarks, sides in zip(result.hand_landmarks, result.handedness, strict=True):
        numbers = [number for mark in landmarks for number in (mark.x, mark.y, mark.z)]
        points = np.array(numbers, np.float64).reshape(LANDMARK_COUNT, 3)
        side: Handedness = "Left" if sides[0].category_name == "Left" else "Right"
        hands.append(Hand((points * scale).astype(np.float32), side, float(sides[0].score), size))
    return hands
