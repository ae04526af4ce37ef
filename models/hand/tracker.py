"""Live frames to hands: MediaPipe in VIDEO mode with timestamps of its own, and no search in most frames."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.boxes import area
from models.hand.followers import Followers
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import Image, MediaPipeHands, to_image
from models.hand.stirring import Stirring

MOST_HANDS = 4
# Another hand is looked for no more often than this while something stirs in the picture, and no more seldom than that
# where nothing seems to; one that was there may be gone for so long before the others are followed alone. All in time
# of the source: at 30 frames a second every fourth frame is searched while something stirs.
SEARCH_EVERY_S = 0.13
SEARCH_ANYWAY_S = 0.9
KEEP_LOOKING_S = 0.25
# After several hands were lost or came together one landmarker follows them for so long before they get one each again.
TOGETHER_S = 0.5
# A sparing tracker that saw no hand for the first time looks again after the second: a hand is seen at most so late.
REST_AFTER_S = 1.0
REST_S = 0.1
# Frames whose longer side stays at least so long are halved, or quartered: MediaPipe works on 192 and 224 pixels. On
# photos with hands of some 90 pixels halving cost no right answer (tests/benchmarks/test_sizes.py).
ENOUGH_PIXELS = 900


class TrackerError(GestureError):
    """The tracker was asked for something that it cannot do."""


class HandTracker:
    """Finds and follows hands in frames that follow each other; one thread at a time may use it.

    A landmarker that looks for more hands than are in view runs its palm detector on every frame, which takes half of
    its time, and looks at one hand after the other. So hands in view are followed by landmarkers for one hand each, at
    the same time where several are apart. One landmarker for all looks for more when something stirs beside those
    hands, and takes over while it sees them, where hands come together, or when a hand is lost.

    Parameters
    ----------
    landmarker
        The hand landmarker file, from :func:`models.hand.landmarker.find_landmarker`.
    hands
        Most hands that are looked for, 1 to 4.
    sparing
        True lets it rest between looks while no hand is in view, as a program may that runs all day.

    Raises
    ------
    TrackerError
        For another number of hands.
    models.hand.mediapipe_hands.DetectionError
        When MediaPipe cannot use the file or the system lacks one of its libraries.
    """

    def __init__(self, landmarker: Path, hands: int = 2, *, sparing: bool = False) -> None:
        if not 1 <= hands <= MOST_HANDS:
            raise TrackerError(f"One to {MOST_HANDS} hands can be followed at once, but {hands} were asked for.")
        self._landmarker = landmarker
        self._hands = hands
        self._sparing = sparing
        self._conversion_ms = 0.0
        self._start()

    def _start(self) -> None:
        self._all: MediaPipeHands | None = MediaPipeHands(self._landmarker, self._hands, "VIDEO")
        self._followers = Followers(self._landmarker)
        self._last_ms = -2
        self._hands_before: list[Hand] = []
        self._stirring = Stirring()
        self._all_before = 0
        self._searched_s = self._more_s = self._hand_s = self._together_s = float("-inf")

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
        if self._may_rest(time_s):
            self._conversion_ms = 0.0
            return []
        self._last_ms = max(self._last_ms + 2, round(time_s * 1000))  # a frame may be looked at twice
        start = time.perf_counter()
        shrunk = _shrinking(*picture.shape[:2])
        image = to_image(picture, shrunk)
        self._conversion_ms = (time.perf_counter() - start) * 1e3
        hands, before = [], len(self._hands_before)
        if self._may_be_followed(picture, time_s):
            hands = self._followers.follow(picture, image, shrunk, self._hands_before, self._last_ms)
            if not hands:
                self._together_s = time_s
        if not hands:
            hands = self._search(self._all, image, before)
            self._searched_s = time_s
            if 0 < len(hands) < self._hands:
                self._stirring.keep(picture)
        if len(hands) < before:
            self._more_s = time_s
        if hands or self._hand_s == float("-inf"):
            self._hand_s = time_s
        self._hands_before = sorted(hands, key=_size, reverse=True) if len(hands) > 1 else hands
        return list(self._hands_before)

    @property
    def conversion_ms(self) -> float:
        """Milliseconds of the last :meth:`detect` that went into turning the picture's colours, before any search."""
        return self._conversion_ms

    def _may_rest(self, time_s: float) -> bool:
        # Distances, not differences, here and below: after a step back in time the next look is not far off either.
        return (
            self._sparing
            and not self._hands_before
            and abs(time_s - self._hand_s) > REST_AFTER_S
            and abs(time_s - self._searched_s) < REST_S
        )

    def _may_be_followed(self, picture: NDArray[np.uint8], time_s: float) -> bool:
        """Whether followers do for this frame: nothing else is to be looked for, and the hands are apart."""
        known = len(self._hands_before)
        if self._hands == 1 or (known > 1 and abs(time_s - self._together_s) <= TOGETHER_S):
            return False
        if not self._followers.ready_for(self._hands_before):
            return False
        if known == self._hands:
            return True
        since_s = abs(time_s - self._searched_s)
        if abs(time_s - self._more_s) <= KEEP_LOOKING_S or since_s >= SEARCH_ANYWAY_S:
            return False
        boxes = (hand.box for hand in self._hands_before)
        return since_s < SEARCH_EVERY_S or not self._stirring.stirred(picture, boxes)

    def _search(self, landmarker: MediaPipeHands, image: Image, expected: int) -> list[Hand]:
        """Look for all hands, twice where the first look went to places that are long out of date."""
        hands = landmarker.detect(image, self._last_ms)
        if len(hands) < expected and self._all_before == self._hands:
            # MediaPipe does not search while it holds as many hands as it may: it looked where it had last seen them.
            hands = landmarker.detect(image, self._last_ms + 1)
        self._all_before = len(hands)
        return hands

    def restart(self) -> None:
        """Forget the hands followed so far: the frames that come now belong to another source."""
        self.close()
        self._start()

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        self._followers.close()
        if self._all is not None:
            self._all.close()
        self._all = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _shrinking(height: int, width: int) -> int:
    return next((factor for factor in (4, 2) if max(height, width) >= factor * ENOUGH_PIXELS), 1)


def _size(hand: Hand) -> float:
    return area(hand.box)
