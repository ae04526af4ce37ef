"""Hands of a frame: brought along, tracked from the frame before, or found in a picture that stands alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesture_app.capture.source import Frame, Picture
from gesture_app.live.options import RecogniserOptions
from models.errors import GestureError
from models.hand.landmarks import Hand
from models.hand.still import StillFinder
from models.hand.tracker import HandTracker


class PictureError(GestureError):
    """A picture of another shape or type than recognition works with."""


class FrameDetector:
    """Finds the hands of frames; MediaPipe is started when the first picture needs it.

    Parameters
    ----------
    landmarker
        MediaPipe's hand landmarker file.
    options
        How many hands, whether sparingly, and whether with another file.
    """

    def __init__(self, landmarker: Path, options: RecogniserOptions) -> None:
        self._own = landmarker
        self._options = options
        self._tracker: HandTracker | None = None
        self._finder: StillFinder | None = None
        self._conversion_ms = 0.0

    @property
    def conversion_ms(self) -> float:
        """Milliseconds of the last :meth:`find` that went into turning the picture's colours."""
        return self._conversion_ms

    def warm_up(self, *, still: bool) -> None:
        """Start MediaPipe now."""
        if still:
            self._ready_finder()
        else:
            self._ready_tracker()

    def find(self, frame: Frame, *, still: bool) -> list[Hand]:
        """Give the hands of a frame, largest first where they are detected.

        Raises
        ------
        PictureError
            When the frame's picture is none, or it has neither picture nor hands.
        """
        self._conversion_ms = 0.0
        if frame.hands is not None:
            return list(frame.hands)
        if frame.picture is None:
            raise PictureError("A frame needs a picture or its hands, but this one has neither.")
        check_picture(frame.picture)
        if still:
            return self._ready_finder().find(frame.picture)
        tracker = self._ready_tracker()
        hands = tracker.detect(frame.picture, frame.time_s)
        self._conversion_ms = tracker.conversion_ms
        return hands

    def configure(self, options: RecogniserOptions) -> None:
        """Look as these options say from the next frame on."""
        if _looking(options) != _looking(self._options):
            self.close()
        self._options = options

    def restart(self) -> None:
        """Forget the hands that were tracked."""
        if self._tracker is not None:
            self._tracker.restart()

    def close(self) -> None:
        """End MediaPipe; the next picture would start it again."""
        for detector in (self._tracker, self._finder):
            if detector is not None:
                detector.close()
        self._tracker = self._finder = None

    def _ready_tracker(self) -> HandTracker:
        if self._tracker is None:
            self._tracker = HandTracker(self._landmarker, self._options.hands, sparing=self._options.sparing)
        return self._tracker

    def _ready_finder(self) -> StillFinder:
        if self._finder is None:
            self._finder = StillFinder(self._landmarker, self._options.hands)
        return self._finder

    @property
    def _landmarker(self) -> Path:
        return self._options.landmarker or self._own


def _looking(options: RecogniserOptions) -> tuple[int, bool, Path | None]:
    """Give the options that need another tracker."""
    return options.hands, options.sparing, options.landmarker


def check_picture(picture: Picture) -> None:
    """Refuse what is no picture.

    Raises
    ------
    PictureError
        For another shape than ``(height, width, 3)``, another type than uint8, or an empty array.
    """
    if not isinstance(picture, np.ndarray):
        raise PictureError(f"A picture must be a numpy array, but a {type(picture).__name__} came.")
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise PictureError(
            "A picture must have the shape (height, width, 3) and type uint8 (blue, green, red), but"
            f" {picture.shape} of type {picture.dtype} came."
        )
