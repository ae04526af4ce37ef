"""A source whose frames are brought to one size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gesture_app.capture.source import Frame, Source
from models.hand.opencv import cv2


@dataclass(frozen=True, slots=True)
class ResizedSource:
    """Another source, its pictures stretched to a width and height."""

    source: Source
    size: tuple[int, int]

    @property
    def name(self) -> str:
        """The other source's name."""
        return self.source.name

    @property
    def live(self) -> bool:
        """As the other source says."""
        return self.source.live

    @property
    def still(self) -> bool:
        """As the other source says."""
        return self.source.still

    @property
    def fps(self) -> float | None:
        """As the other source says."""
        return self.source.fps

    @property
    def frame_count(self) -> int | None:
        """As the other source says."""
        return self.source.frame_count

    def open(self) -> None:
        """Open the other source."""
        self.source.open()

    def read(self) -> Frame | None:
        """Give the next frame in the new size."""
        frame = self.source.read()
        if frame is None or frame.picture is None or frame.size == self.size:
            return frame
        picture = np.asarray(cv2.resize(frame.picture, self.size, interpolation=cv2.INTER_AREA), np.uint8)
        return replace(frame, picture=picture, size=self.size)

    def close(self) -> None:
        """Close the other source."""
        self.source.close()
