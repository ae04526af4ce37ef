"""Hands in one picture that stands alone."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import MediaPipeHands, to_image


class StillFinder:
    """Finds hands in single pictures."""

    def __init__(self, landmarker: Path, hands: int = 2) -> None:
        self._detector = MediaPipeHands(landmarker, hands, "IMAGE")

    def find(self, picture: NDArray[np.uint8]) -> list[Hand]:
        """Find the hands of one BGR picture."""
        return self._detector.detect(to_image(picture))

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        self._detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
