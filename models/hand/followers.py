"""Hands that are apart, each followed by a landmarker of its own, all at the same time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.hand.boxes import Box, overlap, widened
from models.hand.cores import kept_to, own_cores
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import Image, MediaPipeHands, to_image

# Hands are given a landmarker each when their boxes, widened by this share of the longer side, do not touch: a follower
# is shown its hand by blackening the others so far, which must leave that hand whole.
ROOM = 0.15
# Beyond this overlap two followers may have got hold of the same hand, and one landmarker has to tell hands apart.
SAME_HAND_OVERLAP = 0.3
# The cores are dealt out to so many followers at most, the most hands that are looked for.
SHARES = 4


class Followers:
    """Landmarkers for one hand each; one thread at a time may use them.

    MediaPipe's landmarker for several hands looks at one after the other. Landmarkers for one hand, in a thread each,
    look at them at the same time: two hands take little longer than one where two cores are free. None of them
    searches while it follows its hand. On Linux the cores are dealt out among them: left to itself, the system puts
    both threads of every sixth frame on the same core, and that frame takes as long as without any of this.

    Parameters
    ----------
    landmarker
        The hand landmarker file.
    threads
        Most hands that are looked at at the same time; by default as many as there are cores.
    """

    def __init__(self, landmarker: Path, threads: int | None = None) -> None:
        self._landmarker = landmarker
        self._threads = threads or len(own_cores())
        self._followers: list[MediaPipeHands] = []
        self._following = 0
        self._pool: ThreadPoolExecutor | None = None

    def ready_for(self, hands: Sequence[Hand]) -> bool:
        """Whether these hands, of the frame before, can be given a landmarker each, and that saves time.

        Making a landmarker takes some 30 ms, so no more than one is made at a time, and the hands wait for the last.
        """
        count = len(hands)
        if count == 0 or (count > 1 and self._threads < 2):
            return False
        if _too_close(hands) if count == self._following else _touching(hands):
            return False
        if len(self._followers) < count:
            self._followers.append(_made(self._landmarker, len(self._followers)))
        return len(self._followers) >= count

    def follow(
        self, picture: NDArray[np.uint8], image: Image, shrunk: int, known: Sequence[Hand], time_ms: int
    ) -> list[Hand]:
        """Find the known hands again, in no order.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8, BGR.
        image
            The same in MediaPipe's form, smaller by the factor ``shrunk``.
        known
            The hands of the frame before, for which :meth:`ready_for` holds.
        time_ms
            At least two more than the last time: a picture may be looked at twice.

        Returns
        -------
        list of Hand
            One for each that is known; fewer where one was lost, and then all are shown to the followers anew.
        """
        count = len(known)
        if count == self._following:
            found = self._look([image] * count, time_ms, looks=1)
        else:
            images = [_alone(picture, image, shrunk, number, known) for number in range(count)]
            found = self._look(images, time_ms, looks=2)
        self._following = count if len(found) == count and not _too_close(found) else 0
        return found if self._following else []

    def _look(self, images: Sequence[Image], time_ms: int, looks: int) -> list[Hand]:
        """Let each follower find one hand in its picture."""
        pairs = list(zip(self._followers, images, strict=False))
        if len(pairs) == 1:
            return _find(pairs, time_ms, looks)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads - 1, thread_name_prefix="follower")
        shares = [pairs[first :: self._threads] for first in range(min(self._threads, len(pairs)))]
        others = [self._pool.submit(_find, share, time_ms, looks) for share in shares[1:]]
        try:
            found = _find(shares[0], time_ms, looks)
        finally:
            wait(others)
        return found + [hand for other in others for hand in other.result()]

    def close(self) -> None:
        """End the threads, MediaPipe's as well; harmless when closed already."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        self._pool = None
        for follower in self._followers:
            follower.close()
        self._followers = []
        self._following = 0


def _made(landmarker: Path, number: int) -> MediaPipeHands:
    cores = own_cores()
    shares = min(SHARES, len(cores))
    with kept_to(cores[number % shares :: shares]):
        return MediaPipeHands(landmarker, 1, "VIDEO")


def _find(pairs: Iterable[tuple[MediaPipeHands, Image]], time_ms: int, looks: int) -> list[Hand]:
    """Look up to so many times each: a follower that had a hand looks where that was first, and searches then."""
    found = []
    for follower, image in pairs:
        for look in range(looks):
            if hands := follower.detect(image, time_ms + look):
                found += hands
                break
    return found


def _too_close(hands: Sequence[Hand]) -> bool:
    return any(overlap(one.box, other.box) > SAME_HAND_OVERLAP for one, other in itertools.combinations(hands, 2))


def _touching(hands: Sequence[Hand]) -> bool:
    boxes = [widened(hand.box, ROOM) for hand in hands]
    return any(overlap(one, other) > 0 for one, other in itertools.combinations(boxes, 2))


def _alone(picture: NDArray[np.uint8], image: Image, shrunk: int, number: int, hands: Sequence[Hand]) -> Image:
    """Give the picture with all hands but one blackened."""
    others = [hand.box for place, hand in enumerate(hands) if place != number]
    if not others:
        return image
    shown = picture.copy()
    for box in others:
        _blacken(shown, widened(box, ROOM))
    return to_image(shown, shrunk)


def _blacken(picture: NDArray[np.uint8], box: Box) -> None:
    x0, y0, x1, y1 = (max(0, round(place)) for place in box)
    picture[y0:y1, x0:x1] = 0
