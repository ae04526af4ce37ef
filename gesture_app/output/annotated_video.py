"""Results as a video with everything recognised drawn into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesture_app.capture.frame_reader import Medium
from gesture_app.capture.source import Picture
from gesture_app.live.cv2_painter import annotate
from gesture_app.live.result import FrameResult
from gesture_app.output.result_lines import OutputError
from models.hand.opencv import cv2

CODECS = {".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".avi": "MJPG", ".mkv": "mp4v"}
"""By the file's suffix. OpenCV's wheels bring no H.264 encoder."""

_LIVE_FPS = 30.0
_PICTURES_FPS = 1.0


class AnnotatedVideo:
    """Writes one video frame a result; of a live source, as many as keep its time.

    The first frame sets the size; later ones of another size are fitted into it.

    Parameters
    ----------
    path
        Where to; its suffix chooses the codec.
    mirrored
        True draws the mirror view.

    Raises
    ------
    OutputError
        When the suffix is none of :data:`CODECS` or, with the first frame, when the file cannot be written.
    """

    def __init__(self, path: Path, *, mirrored: bool = False) -> None:
        if path.suffix.lower() not in CODECS:
            raise OutputError(f"An annotated video must end in one of {', '.join(CODECS)}, but {path.name} came.")
        if not path.parent.is_dir():
            raise OutputError(f"There is no folder {path.parent} for the video {path.name}. Make it first.")
        self._path = path
        self._mirrored = mirrored
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._fps = 0.0
        self._live = False
        self._written = 0

    def begin(self, medium: Medium) -> None:
        """Take the rate of the source."""
        self._live = medium.live
        self._fps = _PICTURES_FPS if medium.still else medium.fps or _LIVE_FPS

    def write(self, result: FrameResult) -> None:
        """Write one result."""
        picture = annotate(result, mirrored=self._mirrored)
        if self._writer is None:
            self._writer = self._open(picture)
        fitted = _fitted(picture, self._size)
        # A live source delivers when it can, a video at a fixed rate: frames are repeated or left out to keep time.
        due = round(result.frame.time_s * self._fps) + 1 if self._live else self._written + 1
        for _ in range(due - self._written):
            self._writer.write(fitted)
            self._written += 1

    def close(self) -> None:
        """Finish the file, which can be played from then on."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def _open(self, picture: Picture) -> cv2.VideoWriter:
        height, width = picture.shape[:2]
        self._size = (width + width % 2, height + height % 2)
        codec = cv2.VideoWriter.fourcc(*CODECS[self._path.suffix.lower()])
        writer = cv2.VideoWriter(str(self._path), cv2.CAP_FFMPEG, codec, self._fps, self._size)
        if not writer.isOpened():
            writer.release()
            raise OutputError(f"The video {self._path} cannot be written. Check the folder's permissions and its name.")
        return writer


def _fitted(picture: Picture, size: tuple[int, int]) -> Picture:
    """Fit a picture into the size, in the middle of black; a missing last row or column is repeated."""
    width, height = size
    if picture.shape[:2] == (height, width):
        return picture
    high, wide = picture.shape[:2]
    if 0 <= height - high <= 1 and 0 <= width - wide <= 1:
        return np.asarray(cv2.copyMakeBorder(picture, 0, height - high, 0, width - wide, cv2.BORDER_REPLICATE))
    scale = min(width / wide, height / high)
    inner = cv2.resize(
        picture, (max(round(wide * scale), 1), max(round(high * scale), 1)), interpolation=cv2.INTER_AREA
    )
    canvas = np.zeros((height, width, 3), np.uint8)
    top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
    canvas[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return canvas
