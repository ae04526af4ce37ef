"""Whether anything stirred in a picture beside what is known to be there."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]

ACROSS = 48
"""Places that are looked at across the shorter side."""

CHANGED = 20
"""Levels of green by which a place must have changed: more than a camera's noise."""

ENOUGH_PLACES = 6
"""So many must have changed: of 1080 pixels a hand of 60 covers more."""

ROUND_HANDS = 0.5
"""Room round each known hand that does not count, in its own widths and heights: it moves."""


class Stirring:
    """Compares pictures with one that was kept, at a few thousand places: a tenth of a millisecond."""

    def __init__(self) -> None:
        self._kept: NDArray[np.int16] | None = None
        self._shape: tuple[int, ...] = ()

    def keep(self, picture: NDArray[np.uint8]) -> None:
        """Keep a picture, ``(height, width, 3)`` uint8, to compare with."""
        self._kept, self._shape = _places(picture), picture.shape

    def stirred(self, picture: NDArray[np.uint8], known: Iterable[Box]) -> bool:
        """Compare a picture with the one that was kept.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8.
        known
            Boxes ``(x0, y0, x1, y1)`` in pixels of what may move without being told.

        Returns
        -------
        bool
            True where something changed outside the boxes, or nothing can be compared with.
        """
        if self._kept is None or self._shape != picture.shape:
            return True
        changed = np.abs(_places(picture) - self._kept) > CHANGED
        step = _step(picture)
        for x0, y0, x1, y1 in known:
            wide, high = ROUND_HANDS * (x1 - x0), ROUND_HANDS * (y1 - y0)
            top, bottom = max(int((y0 - high) / step), 0), max(int((y1 + high) / step) + 1, 0)
            left, right = max(int((x0 - wide) / step), 0), max(int((x1 + wide) / step) + 1, 0)
            changed[top:bottom, left:right] = False
        return int(np.count_nonzero(changed)) >= ENOUGH_PLACES


def _step(picture: NDArray[np.uint8]) -> int:
    step: int = max(min(picture.shape[:2]) // ACROSS, 1)
    return step


def _places(picture: NDArray[np.uint8]) -> NDArray[np.int16]:
    step = _step(picture)
    places: NDArray[np.int16] = picture[step // 2 :: step, step // 2 :: step, 1].astype(np.int16)
    return places
