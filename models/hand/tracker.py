"""Live frames to hands: MediaPipe in VIDEO mode with timestamps of its own, and little work while one hand is seen."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import MediaPipeHands, to_image

MOST_HANDS = 4
# How long a second hand may wait until it is looked for, and how long it may be gone before one is followed alone.
SEARCH_EVERY_S = 0.13
KEEP_LOOKING_S = 0.25


class TrackerError(GestureError):
    """The tracker was asked for something that it cannot do."""


class HandTracker:
    """Finds and follows hands in frames that follow each other; one thread at a time may use it.

    A landmarker that looks for several hands runs its palm detector on every frame until it sees all of them, which
    takes half of its time. So a second landmarker, for one hand, does most of the work while exactly one is in view;
    the first looks for more every ``SEARCH_EVERY_S`` and takes over while it sees them, or when the hand is lost.

    Parameters
    ----------
    landmarker
        The hand landmarker file, from :func:`models.hand.landmarker.find_landmarker`.
    hands
        Most hands that are looked for, 1 to 4.

    Raises
    ------
    TrackerError
        For another number of hands.
    models.hand.mediapipe_hands.DetectionError
        When MediaPipe cannot use the file or the system lacks one of its libraries.
    """

    def __init__(self, landmarker: Path, hands: int = 2) -> None:
        if not 1 <= hands <= MOST_HANDS:
            raise TrackerError(f"One to {MOST_HANDS} hands can be followed at once, but {hands} were asked for.")
        self._landmarker = landmarker
        self._hands = hands
        self._conversion_ms = 0.0
        self._start()

    def _start(self) -> None:
        self._all: MediaPipeHands | None = MediaPipeHands(self._landmarker, self._hands, "VIDEO")
        self._one: MediaPipeHands | None = None
        self._last_ms = -1
        self._seen = 0
        self._searched_s = self._several_s = float("-inf")

    def detect(self, picture: NDArray[np.uint8], time_s: float) -> list[Hand]:
        """Find the hands in the next frame, largest first.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8, BGR, unmirrored: handedness is the subject's own only then.
        time_s
            Seconds on the source's clock. A step back or a standstill does no harm.

        Raises
        ------
        TrackerError
            After :meth:`close`.
        models.hand.mediapipe_hands.DetectionError
            When MediaPipe refuses the picture.
        """
        if self._all is None:
            raise TrackerError("The hand tracker is closed: make another to go on.")
        self._last_ms = max(self._last_ms + 1, round(time_s * 1000))
        start = time.perf_counter()
        image = to_image(picture)
        self._conversion_ms = (time.perf_counter() - start) * 1e3
        hands: list[Hand] = []
        if self._one_is_enough(time_s):
            if self._one is None:
                self._one = MediaPipeHands(self._landmarker, 1, "VIDEO")
            hands = self._one.detect(image, self._last_ms)
        if not hands:
            hands = self._all.detect(image, self._last_ms)
            self._searched_s = time_s
        if len(hands) > 1:
            self._several_s = time_s
        self._seen = len(hands)
        return sorted(hands, key=_area, reverse=True)

    @property
    def conversion_ms(self) -> float:
        """Milliseconds of the last :meth:`detect` that went into turning the picture's colours, before any search."""
        return self._conversion_ms

    def _one_is_enough(self, time_s: float) -> bool:
        # Distances, not differences: after a step back in time the next search is not far off either.
        return (
            self._hands > 1
            and self._seen == 1
            and abs(time_s - self._searched_s) < SEARCH_EVERY_S
            and abs(time_s - self._several_s) > KEEP_LOOKING_S
        )

    def restart(self) -> None:
        """Forget the hands followed so far: the frames that come now belong to another source."""
        self.close()
        self._start()

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        for detector in (self._all, self._one):
            if detector is not None:
                detector.close()
        self._all = self._one = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _area(hand: Hand) -> float:
    x0, y0, x1, y1 = hand.box
    return (x1 - x0) * (y1 - y0)
