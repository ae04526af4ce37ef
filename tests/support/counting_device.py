"""A device for tests whose pictures say their number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_app.capture.source import SourceError


@dataclass
class Counting:
    """A device whose pictures say their number, as fast as they are read."""

    name: str = "counting camera"
    patience_s: float = 0.05
    opened: int = 0
    released: int = 0

    def open(self) -> Counting:
        self.opened += 1
        self.index = 0
        return self

    def read(self) -> tuple[bool, np.ndarray]:
        self.index += 1
        return True, np.full((64, 96, 3), self.index % 200, np.uint8)

    def get(self, property_id: int, /) -> float:
        return 30.0

    def release(self) -> None:
        self.released += 1

    def no_picture(self) -> SourceError:
        return SourceError(f"{self.name} gives no picture.")
