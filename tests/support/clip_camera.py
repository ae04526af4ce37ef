"""Frames of a clip as a camera of any speed would give them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Frame
from models.hand.opencv import cv2

REMEMBERED = 3000
"""Frames whose arrival is known: what were to grow with every frame would look as if the program grew."""


def read_clip(path: Path, most: int) -> list[NDArray[np.uint8]]:
    """Read the first frames of a video."""
    video = cv2.VideoCapture(str(path))
    frames: list[NDArray[np.uint8]] = []
    while len(frames) < most and (read := video.read())[0]:
        frames.append(np.asarray(read[1], np.uint8))
    video.release()
    return frames


@dataclass
class ClipAsCamera:
    """Frames of a clip, there and back, as a camera of some speed would give them; knows when the last ones came."""

    pictures: list[NDArray[np.uint8]]
    fps: float
    arrived: dict[int, float] = field(default_factory=dict)
    name: str = "clip as camera"
    live: bool = True
    still: bool = False
    frame_count: None = None

    def open(self) -> None:
        self._began = time.perf_counter()
        self._index = 0
        self._closed = threading.Event()

    def read(self) -> Frame | None:
        if self._closed.wait(max(self._began + self._index / self.fps - time.perf_counter(), 0.0)):
            return None
        # What could not be read in time is gone, as with a camera.
        self._index = max(self._index, int((time.perf_counter() - self._began) * self.fps))
        place = self._index % (2 * len(self.pictures) - 2)
        place = place if place < len(self.pictures) else 2 * len(self.pictures) - 2 - place
        picture = self.pictures[place].copy()
        frame = Frame(picture, (picture.shape[1], picture.shape[0]), self._index, self._index / self.fps)
        self.arrived[self._index] = time.perf_counter()
        if len(self.arrived) > REMEMBERED:
            del self.arrived[next(iter(self.arrived))]
        self._index += 1
        return frame

    def close(self) -> None:
        self._closed.set()
