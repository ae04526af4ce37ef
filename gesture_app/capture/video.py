"""Video files: every frame, in order, at its own time."""

from __future__ import annotations

import threading
from pathlib import Path

from gesture_app.capture.grabber import Capture
from gesture_app.capture.paths import checked_file, is_text
from gesture_app.capture.pixels import as_picture, check_size
from gesture_app.capture.source import Frame, Picture, SourceError, SourceLostError
from gesture_app.capture.source_words import EXPECTED
from models.hand.opencv import cv2, stated_size

_MOST_FPS = 1000.0
_USUAL_FPS = 30.0
# Containers round their frame counts: only a file that ends clearly too early counts as broken off.
_MISSING_SHARE = 0.05
_MISSING_FRAMES = 2


class VideoSource:
    """A video file.

    Parameters
    ----------
    path
        Any file that FFmpeg reads; turned upright as the file says.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._capture: Capture | None = None
        self._pending: tuple[Picture, float] | None = None
        self._fps: float | None = None
        self._count: int | None = None
        self._given = 0
        self._first_s = 0.0
        self._last_s = 0.0

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
        """False: frames follow each other."""
        return False

    @property
    def fps(self) -> float | None:
        """Frames per second as the file says; None when closed."""
        return self._fps

    @property
    def frame_count(self) -> int | None:
        """Frames in all as the file says, which is an estimate for some containers; None when closed."""
        return self._count

    def open(self) -> None:
        """Open the file and decode its first frame.

        Raises
        ------
        SourceError
            When there is no such file, it may not be read, it is no video, or its pictures are too large to be
            decoded.
        """
        self.close()
        checked_file(self._path)
        if is_text(self._path):  # FFmpeg would show some as the picture of a terminal
            raise SourceError(f"{self._path} is a text file, in which there is nothing to see. {EXPECTED}")
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        try:
            check_size(*stated_size(capture))
        except SourceError:
            capture.release()
            raise
        with self._lock:
            self._capture = capture
            self._given, self._last_s = 0, 0.0
            fps, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
            self._fps = fps if 0 < fps <= _MOST_FPS else None
            self._count = int(count) if 0 < count < 1e9 else None
            self._pending = self._decode()
            self._first_s = self._pending[1] if self._pending else 0.0
        if self._pending is None:
            self.close()
            raise SourceError(
                f"{self._path} is no video that can be read: it may be damaged, cut off or of another kind. Expected a"
                " video such as an .mp4, .mov, .avi, .mkv or .webm file."
            )

    def read(self) -> Frame | None:
        """Give the next frame, or None at the end.

        Raises
        ------
        SourceLostError
            When the file breaks off well before the end that it announced.
        """
        with self._lock:
            if self._capture is None:
                return None
            decoded = self._pending or self._decode()
            self._pending = None
            if decoded is None:
                self._check_end()
                return None
            picture, at_s = decoded
            index, self._given = self._given, self._given + 1
            self._last_s = self._time(index, at_s - self._first_s)
            return Frame(picture, (picture.shape[1], picture.shape[0]), index, self._last_s)

    def close(self) -> None:
        """Close the file; waits for a frame that is being decoded in another thread."""
        with self._lock:
            capture, self._capture = self._capture, None
            self._pending = self._fps = self._count = None
        if capture is not None:
            capture.release()

    def _decode(self) -> tuple[Picture, float] | None:
        if self._capture is None:
            return None
        try:
            good, image = self._capture.read()
        except cv2.error:
            return None
        if not good or image is None:
            return None
        return as_picture(image), self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1e3

    def _time(self, index: int, at_s: float) -> float:
        # Some files lack times or repeat one: the rate takes their place.
        if index == 0 or at_s > self._last_s:
            return at_s
        return self._last_s + 1 / (self._fps or _USUAL_FPS)

    def _check_end(self) -> None:
        if self._count is None:
            return
        missing = self._count - self._given
        if missing > max(_MISSING_FRAMES, self._count * _MISSING_SHARE):
            raise SourceLostError(
                f"{self._path.name} breaks off after {self._given} of {self._count} frames: the rest of the file is"
                " missing or damaged. What came before is complete."
            )
