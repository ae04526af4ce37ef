"""Hands in one picture that stands alone: looked for harder than in a live frame, and looked at twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.hand.boxes import Box, area, overlap
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import DetectionError, MediaPipeHands, to_image
from models.hand.opencv import cv2

Picture = NDArray[np.uint8]

SURE, UNSURE = 0.5, 0.2
# Width and height to which MediaPipe's palm detector scales what it gets; smaller parts of a picture show it no more.
DETECTOR_PIXELS = 192
# A second look shows the hand with this much round it, as a multiple of its box, and must find about the same box.
CLOSE_UP = 2.5
SAME_HAND_OVERLAP = 0.4


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in pixels; it may reach beyond the picture, whose border pixels are repeated there."""

    x: int
    y: int
    width: int
    height: int

    def cut(self, picture: Picture) -> Picture:
        """Give the window's own picture, contiguous."""
        height, width = picture.shape[:2]
        right, bottom = self.x + self.width, self.y + self.height
        inside = picture[max(0, self.y) : min(height, bottom), max(0, self.x) : min(width, right)]
        beyond = (max(0, -self.y), max(0, bottom - height), max(0, -self.x), max(0, right - width))
        if not any(beyond):
            return np.ascontiguousarray(inside)
        return np.asarray(cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_REPLICATE), np.uint8)


class StillFinder:
    """Finds hands in single pictures; one thread at a time may use it.

    MediaPipe scales whatever it gets to 192 pixels, expects a palm of middling size in it, and overlooks hands that
    fill the picture, are cut by its border, or are far away. So when a picture shows no hand at once, it is shown
    again with a wider border and in overlapping parts, at the usual threshold and then at a low one. A hand that only
    these find must be found again in a close-up of its own at the usual threshold: faces and sleeves, which low
    thresholds take for hands, are not. The first way that gives a hand ends the search.

    Parameters
    ----------
    landmarker
        The hand landmarker file, from :func:`models.hand.landmarker.find_landmarker`.
    hands
        Most hands that are looked for.

    Raises
    ------
    models.hand.mediapipe_hands.DetectionError
        When MediaPipe cannot use the file or the system lacks one of its libraries.
    """

    def __init__(self, landmarker: Path, hands: int = 2) -> None:
        self._landmarker = landmarker
        self._hands = hands
        self._detectors: dict[float, MediaPipeHands] = {}
        self._detector(SURE)
        self._closed = False

    def find(self, picture: Picture) -> list[Hand]:
        """Find the hands of one picture, largest first.

        Parameters
        ----------
        picture
            ``(height, width, 3)`` uint8, BGR, unmirrored.

        Raises
        ------
        models.hand.mediapipe_hands.DetectionError
            When the array is no picture, or after :meth:`close`.
        """
        if self._closed:
            raise DetectionError("The finder of hands is closed: make another to go on.")
        found = self._detector(SURE).detect(to_image(picture))
        if not found:
            height, width = picture.shape[:2]
            for attempt in _harder(width, height):
                found = self._in_windows(picture, attempt.windows, attempt.threshold)
                if attempt.close_up:
                    found = self._confirmed(picture, found)
                if found:
                    break
        return sorted(found, key=lambda hand: area(hand.box), reverse=True)[: self._hands]

    def _in_windows(self, picture: Picture, windows: Iterable[Window], threshold: float) -> list[Hand]:
        hands: list[Hand] = []
        for window in windows:
            for hand in self._in_window(picture, window, threshold):
                if all(overlap(hand.box, other.box) < SAME_HAND_OVERLAP for other in hands):
                    hands.append(hand)
        return hands

    def _in_window(self, picture: Picture, window: Window, threshold: float) -> list[Hand]:
        shift = np.array([window.x, window.y, 0], np.float32)
        size = (picture.shape[1], picture.shape[0])
        return [
            replace(hand, points=hand.points + shift, image_size=size)
            for hand in self._detector(threshold).detect(to_image(window.cut(picture)))
        ]

    def _confirmed(self, picture: Picture, candidates: Iterable[Hand]) -> list[Hand]:
        hands: list[Hand] = []
        for candidate in candidates:
            for hand in self._in_window(picture, _close_up(candidate.box), SURE):
                known = any(overlap(hand.box, other.box) >= SAME_HAND_OVERLAP for other in hands)
                if not known and overlap(hand.box, candidate.box) >= SAME_HAND_OVERLAP:
                    hands.append(hand)
        return hands

    def _detector(self, threshold: float) -> MediaPipeHands:
        if threshold not in self._detectors:
            self._detectors[threshold] = MediaPipeHands(self._landmarker, self._hands, "IMAGE", threshold)
        return self._detectors[threshold]

    def close(self) -> None:
        """End MediaPipe's threads; harmless when closed already."""
        for detector in self._detectors.values():
            detector.close()
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to look again; what it finds counts at once or only after a close-up."""

    threshold: float
    windows: list[Window]
    close_up: bool = True


def _harder(width: int, height: int) -> Iterator[_Attempt]:
    """Give what is tried in turn; order and sizes were chosen on real photos."""
    whole, bordered, small = grown(width, height, 1.0), grown(width, height, 1.5), grown(width, height, 2.0)
    parts = tiles(width, height, 0.7, 3)
    yield _Attempt(SURE, [bordered], close_up=False)
    yield _Attempt(SURE, [small])
    yield _Attempt(SURE, parts)
    if min(width, height) * 0.45 >= DETECTOR_PIXELS:
        yield _Attempt(SURE, tiles(width, height, 0.45, 4))
    for windows in ([whole], [bordered], [small], parts):
        yield _Attempt(UNSURE, windows)


def grown(width: int, height: int, factor: float) -> Window:
    """Give the whole picture with a border, ``factor`` times as wide and high."""
    wider, higher = round(width * factor), round(height * factor)
    return Window(-((wider - width) // 2), -((higher - height) // 2), wider, higher)


def tiles(width: int, height: int, share: float, count: int) -> list[Window]:
    """Give ``count`` by ``count`` parts that overlap, each this share of the picture's width and height."""
    wide, high = max(1, round(width * share)), max(1, round(height * share))
    lefts = np.linspace(0, width - wide, count).round().astype(int).tolist()
    tops = np.linspace(0, height - high, count).round().astype(int).tolist()
    return [Window(left, top, wide, high) for top in tops for left in lefts]


def _close_up(box: Box) -> Window:
    side = max(8, round(CLOSE_UP * max(box[2] - box[0], box[3] - box[1])))
    return Window(round((box[0] + box[2] - side) / 2), round((box[1] + box[3] - side) / 2), side, side)
