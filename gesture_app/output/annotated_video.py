"""Results as a video with everything recognised drawn into it."""

from __future__ import annotations

import shutil
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

LEAST_FREE_BYTES = 16 << 20
_FRAMES_PER_LOOK = 15
_LEAST_SHARE = 0.95  # containers round their frame counts
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
        When the suffix is none of :data:`CODECS`, with the first frame when the file cannot be written, and later when
        the disk is nearly full: what was written can be played once it is closed.
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
            self._check_room()  # before a file that is there is replaced
            self._writer = self._open(picture)
        fitted = _fitted(picture, self._size)
        # A live source delivers when it can, a video at a fixed rate: frames are repeated or left out to keep time.
        due = round(result.frame.time_s * self._fps) + 1 if self._live else self._written + 1
        for _ in range(due - self._written):
            if self._written % _FRAMES_PER_LOOK == 0:
                self._check_room()
            self._writer.write(fitted)
            self._written += 1

    def close(self) -> None:
        """Finish the file, which can be played from then on.

        Raises
        ------
        OutputError
            When it cannot be played: FFmpeg does not say what it could not write.
        """
        if self._writer is None:
            return
        self._writer.release()
        self._writer = None
        found = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        frames = found.get(cv2.CAP_PROP_FRAME_COUNT) if found.isOpened() else 0
        found.release()
        if frames < max(self._written * _LEAST_SHARE - 1, min(self._written, 1)):
            raise OutputError(
                f"The video {self._path} is not whole: {frames:.0f} of {self._written} frames can be played. Check the"
                " free space and the folder."
            )

    def _check_room(self) -> None:
        # The end of a file, without which no frame can be played, is written when it is finished.
        try:
            free = shutil.disk_usage(self._path.parent).free
        except OSError:
            return
        if free < LEAST_FREE_BYTES:
            kept = f"; {self._written} frames are in it, which can be played" if self._written else ""
            raise OutputError(
                f"The disk of {self._path} has less than {LEAST_FREE_BYTES >> 20} MB left, so the video was"
                f" ended{kept}. Make room and begin another."
            )

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
