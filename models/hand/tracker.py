"""Live frames to hands: MediaPipe in VIDEO mode with timestamps of its own."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import MediaPipeHands


class HandTracker:
    """Finds and follows hands in frames that follow each other.

    Parameters
    ----------
    landmarker
        The hand landmarker file, from :func:`models.hand.landmarker.find_landmarker`.
    hands
        Most hands that are looked for, 1 to 4.
    """

    def __init__(self, landmarker: Path, hands: int = 2) -> None:
        self._landmarker = landmarker
        self._hands = hands
        self._last_ms = -1
        self._detector = MediaPipeHands(landmarker, hands, "VIDEO")

    def detect(self, picture: NDArray[np.uint8], time_s: float) -> list[Hand]:
        """Find the hands in the next frame, largest first.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8, BGR, unmirrored.
        time_s
            Seconds on the source's clock.
        """
        self._last_ms = max(self._last_ms + 1, round(time_s * 1000))
        height, width = picture.shape[:2]
        hands = self._detector.detect(self._detector.image(picture), (width, height), self._last_ms)
        return sorted(hands, key=_area, reverse=True)

    def restart(self) -> None:
        """Forget the hands followed so far: the frames that come now belong to another source."""
        self._detector.close()
        self._last_ms = -1
        self._detector = MediaPipeHands(self._landmarker, self._hands, "VIDEO")

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        self._detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _area(hand: Hand) -> float:
    x0, y0, x1, y1 = hand.box
    return (x1 - x0) * (y1 - y0)
