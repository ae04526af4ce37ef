"""Hands in real photos: how many are found, and of which side. Opt-in: ``uv run pytest tests/benchmarks -s``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.gesture.gestures import NO_GESTURE
from models.hand.landmarks import Hand, HandLandmark
from models.hand.mediapipe_hands import MediaPipeHands, to_image
from models.hand.opencv import cv2
from models.hand.still import StillFinder

# HaGRID defines these by which side of an upright hand the camera sees, so the thumb's side tells left from right.
PALM_SHOWN = ("four", "palm", "peace", "stop", "three", "three2", "two_up")
BACK_SHOWN = ("peace_inverted", "stop_inverted", "two_up_inverted")


@dataclass(frozen=True)
class Photo:
    label: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class Looked:
    photo: Photo
    hands: list[Hand]


@pytest.fixture(scope="module")
def photos(shared_data: Path) -> list[Photo]:
    def read() -> Iterator[Photo]:
        for path in sorted((shared_data / "photos").glob("*/*.jpg")):
            picture = cv2.imread(str(path))
            assert picture is not None
            yield Photo(path.parent.name, np.asarray(picture, np.uint8))

    return list(read())


@pytest.fixture(scope="module")
def looked(photos: list[Photo], landmarker_file: Path) -> list[Looked]:
    with StillFinder(landmarker_file) as finder:
        return [Looked(photo, finder.find(photo.picture)) for photo in photos]


def share(flags: list[bool]) -> str:
    return f"{sum(flags)} of {len(flags)} ({sum(flags) / len(flags):.3f})"


def side_by_thumb(hand: Hand, *, palm: bool) -> str:
    """Tell the side from the landmarks alone: a palm with its index finger left of the little one is a left hand."""
    wrist, index, little = (
        hand.points[place, :2] for place in (HandLandmark.WRIST, HandLandmark.INDEX_MCP, HandLandmark.LITTLE_MCP)
    )
    (ax, ay), (bx, by) = index - wrist, little - wrist
    return "Left" if (ax * by - ay * bx > 0) == palm else "Right"


def test_hands_are_found(looked: list[Looked], photos: list[Photo], landmarker_file: Path) -> None:
    plain = MediaPipeHands(landmarker_file, 2, "IMAGE")
    alone = [bool(plain.detect(to_image(photo.picture))) for photo in photos if photo.label != NO_GESTURE]
    plain.close()
    found = [bool(each.hands) for each in looked if each.photo.label != NO_GESTURE]
    print(f"\na hand found in {share(found)} of the gesture photos, by MediaPipe alone in {share(alone)}")
    assert np.mean(found) >= 0.94


@pytest.mark.parametrize("factor", [2, 3])
def test_hands_farther_away_are_found(photos: list[Photo], landmarker_file: Path, factor: int) -> None:
    """The same photos with a border, so that every hand is this much smaller in its picture."""
    with StillFinder(landmarker_file) as finder:
        found = []
        for photo in photos:
            if photo.label != NO_GESTURE:
                height, width = (round(side * (factor - 1) / 2) for side in photo.picture.shape[:2])
                smaller = cv2.copyMakeBorder(photo.picture, height, height, width, width, cv2.BORDER_REPLICATE)
                found.append(bool(finder.find(np.asarray(smaller, np.uint8))))
    print(f"\n{factor} times farther away: a hand found in {share(found)}")
    assert np.mean(found) >= 0.90


def test_handedness_is_the_subjects_own(looked: list[Looked]) -> None:
    for name, labels, palm in (("palms", PALM_SHOWN, True), ("backs", BACK_SHOWN, False)):
        right = [
            each.hands[0].handedness == side_by_thumb(each.hands[0], palm=palm)
            for each in looked
            if each.photo.label in labels and each.hands
        ]
        print(f"\nside right for {share(right)} {name}")
        assert np.mean(right) >= 0.90
