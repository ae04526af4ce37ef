from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.hand.boxes import overlap
from models.hand.mediapipe_hands import DetectionError, MediaPipeHands, to_image
from models.hand.opencv import cv2
from models.hand.still import StillFinder, Window, grown, tiles

Picture = NDArray[np.uint8]

sides = st.integers(1, 3000)


@pytest.fixture(scope="module")
def finder(landmarker_file: Path):
    with StillFinder(landmarker_file) as finder:
        yield finder


@pytest.fixture(scope="module")
def plain(landmarker_file: Path):
    detector = MediaPipeHands(landmarker_file, 2, "IMAGE")
    yield detector
    detector.close()


@pytest.fixture(scope="module")
def hand_picture(hand_frames: list[Picture]) -> Picture:
    return hand_frames[0]


def far(picture: Picture, factor: float) -> Picture:
    """Show the picture small, low and right in one of the same size."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    left, top = round((width - small.shape[1]) * 0.8), round((height - small.shape[0]) * 0.7)
    beyond = (top, height - top - small.shape[0], left, width - left - small.shape[1])
    return np.asarray(cv2.copyMakeBorder(small, *beyond, cv2.BORDER_REPLICATE), np.uint8)


class TestFinding:
    def test_a_hand_in_plain_view_is_what_mediapipe_says(self, finder, plain, hand_picture) -> None:
        (hand,) = finder.find(hand_picture)
        (same,) = plain.detect(to_image(hand_picture))
        np.testing.assert_array_equal(hand.points, same.points)
        assert hand.handedness == "Right"

    def test_a_tight_crop(self, finder, plain, hand_picture) -> None:
        x0, y0, x1, y1 = (round(value) for value in finder.find(hand_picture)[0].box)
        crop = np.ascontiguousarray(hand_picture[y0 : y1 + 1, x0 : x1 + 1])
        (hand,) = finder.find(crop)
        assert hand.image_size == (crop.shape[1], crop.shape[0])
        assert overlap(hand.box, (0, 0, crop.shape[1], crop.shape[0])) > 0.6

    def test_a_hand_too_far_for_mediapipe_alone(self, finder, plain, hand_picture) -> None:
        picture = far(cv2.resize(hand_picture, None, fx=2, fy=2), 8)
        assert plain.detect(to_image(picture)) == []
        (hand,) = finder.find(picture)
        height, width = picture.shape[:2]
        assert overlap(hand.box, (width * 0.7, height * 0.6125, width * 0.825, height * 0.7375)) > 0.1
        assert hand.image_size == (width, height)
        assert hand.handedness == "Right"

    def test_the_found_hand_is_where_it_was_put(self, finder, hand_picture) -> None:
        (near,) = finder.find(hand_picture)
        for factor in (1.5, 3.0, 5.0):
            (hand,) = finder.find(far(hand_picture, factor))
            height, width = hand_picture.shape[:2]
            offset = np.array([(width - width / factor) * 0.8, (height - height / factor) * 0.7])
            wanted = near.points[:, :2] / factor + offset
            size = (near.box[3] - near.box[1]) / factor
            assert np.median(np.linalg.norm(hand.points[:, :2] - wanted, axis=1)) < 0.12 * size

    def test_both_hands(self, finder, two_hands_frames) -> None:
        hands = finder.find(two_hands_frames[0])
        assert sorted(hand.handedness for hand in hands) == ["Left", "Right"]

    def test_no_more_hands_than_asked_for(self, landmarker_file, two_hands_frames) -> None:
        with StillFinder(landmarker_file, hands=1) as one:
            assert len(one.find(two_hands_frames[0])) == 1


def shapes() -> Picture:
    picture = np.full((480, 640, 3), (60, 80, 90), np.uint8)
    cv2.circle(picture, (200, 200), 90, (150, 180, 220), -1)
    cv2.rectangle(picture, (350, 100), (420, 400), (140, 170, 210), -1)
    cv2.line(picture, (100, 420), (600, 300), (30, 200, 40), 20)
    return picture


class TestNothingThere:
    @pytest.mark.parametrize(
        "picture",
        [
            np.zeros((480, 640, 3), np.uint8),
            np.full((1, 1, 3), 200, np.uint8),
            np.full((2, 900, 3), 120, np.uint8),
            np.random.default_rng(1).integers(0, 255, (300, 200, 3), np.uint8),
            shapes(),
        ],
        ids=["black", "one pixel", "a stripe", "noise", "shapes"],
    )
    def test_nothing_is_found(self, finder: StillFinder, picture: Picture) -> None:
        assert finder.find(picture) == []

    def test_no_picture_at_all(self, finder: StillFinder) -> None:
        with pytest.raises(DetectionError, match="was expected, but"):
            finder.find(np.zeros((10, 10), np.uint8))

    def test_after_closing(self, landmarker_file: Path) -> None:
        finder = StillFinder(landmarker_file)
        finder.close()
        finder.close()
        with pytest.raises(DetectionError, match="closed"):
            finder.find(np.zeros((10, 10, 3), np.uint8))

    @pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="counts open files by /dev/fd")
    def test_closing_ends_threads_and_files(self, landmarker_file: Path) -> None:
        def use() -> tuple[int, int]:
            with StillFinder(landmarker_file) as finder:
                finder.find(np.zeros((60, 80, 3), np.uint8))
            return threading.active_count(), len(os.listdir("/dev/fd"))  # noqa: PTH208

        assert use() == use()


class TestWindows:
    @given(sides, sides, st.floats(0.05, 1.0), st.integers(1, 6))
    def test_tiles_lie_within_and_reach_every_corner(self, width: int, height: int, share: float, count: int) -> None:
        parts = tiles(width, height, share, count)
        assert len(parts) == count * count
        assert all(part.x >= 0 and part.x + part.width <= width for part in parts)
        assert all(part.y >= 0 and part.y + part.height <= height for part in parts)
        assert (parts[0].x, parts[0].y) == (0, 0)
        if count > 1:
            assert (parts[-1].x + parts[-1].width, parts[-1].y + parts[-1].height) == (width, height)

    @given(sides, sides, st.floats(1.0, 4.0))
    def test_a_border_is_the_same_on_all_sides(self, width: int, height: int, factor: float) -> None:
        window = grown(width, height, factor)
        right, bottom = window.width - width + window.x, window.height - height + window.y
        assert 0 <= -window.x <= right + 1
        assert abs(right + window.x) <= 1
        assert abs(bottom + window.y) <= 1

    @given(st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 80), st.integers(1, 80))
    def test_what_is_cut_agrees_with_the_picture_and_repeats_its_border(
        self, x: int, y: int, width: int, height: int
    ) -> None:
        picture = np.arange(30 * 20 * 3, dtype=np.uint16).astype(np.uint8).reshape(20, 30, 3)
        window = Window(x, y, width, height)
        if x >= 30 or y >= 20 or x + width <= 0 or y + height <= 0:
            return
        cut = window.cut(picture)
        rows = np.clip(np.arange(y, y + height), 0, 19)
        columns = np.clip(np.arange(x, x + width), 0, 29)
        np.testing.assert_array_equal(cut, picture[np.ix_(rows, columns)])
