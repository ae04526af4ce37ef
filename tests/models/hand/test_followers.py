"""Hands that are apart and followed at the same time, by the followers alone and by the tracker that uses them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.hand.followers import Followers
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import DetectionError, MediaPipeHands, to_image
from models.hand.opencv import cv2
from models.hand.tracker import TOGETHER_S, HandTracker

Frame = NDArray[np.uint8]
FPS = 30.0


@pytest.fixture
def followers(landmarker_file: Path) -> Iterator[Followers]:
    followers = Followers(landmarker_file, threads=2)
    yield followers
    followers.close()


def found_by_one(landmarker_file: Path, frame: Frame) -> list[Hand]:
    detector = MediaPipeHands(landmarker_file, 4, "IMAGE")
    hands = detector.detect(to_image(frame))
    detector.close()
    return sorted(hands, key=lambda hand: hand.box[0])


def follow(followers: Followers, frame: Frame, known: list[Hand], time_ms: int) -> list[Hand]:
    found = followers.follow(frame, to_image(frame), 1, known, time_ms)
    return sorted(found, key=lambda hand: hand.box[0])


def made_ready(followers: Followers, hands: list[Hand]) -> bool:
    return any(followers.ready_for(hands) for _ in range(len(hands)))


def without(frame: Frame, hand: Hand) -> Frame:
    x0, y0, x1, y1 = (round(place) for place in hand.box)
    emptied = frame.copy()
    emptied[max(0, y0 - 40) : y1 + 200, max(0, x0 - 40) : x1 + 40] = frame[0, 0]
    return emptied


def wide(frame: Frame) -> Frame:
    """Give the picture twice beside itself, 1280 x 960: four hands."""
    row = np.hstack([frame, frame])
    tall = np.empty((960, *row.shape[1:]), np.uint8)
    tall[:] = frame[0, 0]
    tall[240:720] = row
    return tall


def moved_together(frame: Frame, apart: int) -> Frame:
    """Bring the halves of the picture, one hand in each, nearer to each other."""
    middle = frame.shape[1] // 2
    shown = np.empty_like(frame)
    shown[:] = frame[0, 0]
    left, right = frame[:, :middle], frame[:, middle:]
    shown[:, apart : apart + middle] = left
    start = middle - apart
    shown[:, start : start + middle] = np.where(
        (right == frame[0, 0]).all(axis=2, keepdims=True), shown[:, start : start + middle], right
    )
    return shown


class TestFollowers:
    def test_each_finds_its_own_hand(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        known = found_by_one(landmarker_file, two_hands_frames[0])
        assert made_ready(followers, known)
        for index, frame in enumerate(two_hands_frames[:20]):
            hands = follow(followers, frame, known, 10 * index)
            assert [hand.handedness for hand in hands] == [hand.handedness for hand in known]
            known = hands
        for hand, other in zip(known, found_by_one(landmarker_file, two_hands_frames[19]), strict=True):
            width = other.box[2] - other.box[0]
            assert np.abs(hand.points[:, :2] - other.points[:, :2]).mean() < 0.1 * width

    def test_one_is_made_at_a_time(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        hands = found_by_one(landmarker_file, wide(two_hands_frames[0]))
        assert len(hands) == 4
        assert [followers.ready_for(hands) for _ in range(5)] == [False, False, False, True, True]
        assert followers.ready_for(hands[:1])

    @pytest.mark.parametrize("threads", [2, 3, 8])
    def test_four_hands_by_any_number_of_threads(
        self, landmarker_file: Path, two_hands_frames: list[Frame], threads: int
    ) -> None:
        frames = [wide(frame) for frame in two_hands_frames[:5]]
        followers = Followers(landmarker_file, threads)
        known = found_by_one(landmarker_file, frames[0])
        assert made_ready(followers, known)
        for index, frame in enumerate(frames):
            known = follow(followers, frame, known, 10 * index)
            assert len(known) == 4
        followers.close()

    def test_one_thread_follows_one_hand_only(self, landmarker_file: Path, two_hands_frames: list[Frame]) -> None:
        hands = found_by_one(landmarker_file, two_hands_frames[0])
        followers = Followers(landmarker_file, threads=1)
        assert not made_ready(followers, hands)
        assert made_ready(followers, hands[:1])
        followers.close()

    def test_hands_that_touch_are_not_told_apart(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        (hand, _) = found_by_one(landmarker_file, two_hands_frames[0])
        beside = hand.points + np.array([1.05 * (hand.box[2] - hand.box[0]), 0, 0], np.float32)
        other = Hand(beside, hand.handedness, hand.score, hand.image_size)
        assert not made_ready(followers, [hand, other])

    def test_a_lost_hand_loses_all(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        known = found_by_one(landmarker_file, two_hands_frames[0])
        made_ready(followers, known)
        assert len(follow(followers, two_hands_frames[0], known, 0)) == 2
        assert follow(followers, without(two_hands_frames[1], known[0]), known, 10) == []
        assert len(follow(followers, two_hands_frames[2], known, 20)) == 2

    def test_hands_that_changed_places_are_shown_anew(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        mirrored = np.ascontiguousarray(two_hands_frames[0][:, ::-1])
        far = np.roll(mirrored, mirrored.shape[0] // 6, axis=0)
        for place, frame in enumerate((two_hands_frames[0], far)):
            known = found_by_one(landmarker_file, frame)
            made_ready(followers, known)
            hands = follow(followers, frame, known, 10 * place)
            assert [hand.handedness for hand in hands] == [hand.handedness for hand in known]
            assert follow(followers, np.zeros_like(frame), known, 10 * place + 5) == []

    def test_an_error_in_a_thread_is_told_and_the_rest_can_be_closed(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        known = found_by_one(landmarker_file, two_hands_frames[0])
        made_ready(followers, known)
        assert len(follow(followers, two_hands_frames[0], known, 10)) == 2
        with pytest.raises(DetectionError, match="MediaPipe refused"):
            follow(followers, two_hands_frames[0], known, 0)  # back in time
        assert len(follow(followers, two_hands_frames[0], known, 20)) == 2

    def test_closing_ends_the_threads(
        self, followers: Followers, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        known = found_by_one(landmarker_file, two_hands_frames[0])
        before = threading.active_count()
        made_ready(followers, known)
        follow(followers, two_hands_frames[0], known, 0)
        assert [thread.name for thread in threading.enumerate()].count("follower_0") == 1
        followers.close()
        followers.close()
        assert threading.active_count() == before


class TestTracker:
    """What is followed in pieces must look as if one landmarker had followed it."""

    def test_same_hands_as_one_landmarker_alone(self, landmarker_file: Path, two_hands_frames: list[Frame]) -> None:
        plain = MediaPipeHands(landmarker_file, 2, "VIDEO")
        with HandTracker(landmarker_file, 2) as tracker:
            for index, frame in enumerate(two_hands_frames):
                ours = sorted(tracker.detect(frame, index / FPS), key=lambda hand: hand.box[0])
                alone = plain.detect(to_image(frame), round(index * 1000 / FPS))
                alone.sort(key=lambda hand: hand.box[0])
                assert [hand.handedness for hand in ours] == [hand.handedness for hand in alone]
                for hand, other in zip(ours, alone, strict=True):
                    width = other.box[2] - other.box[0]
                    assert np.abs(hand.points[:, :2] - other.points[:, :2]).mean() < 0.1 * width
        plain.close()

    @pytest.mark.parametrize("gone", [0, 1])
    def test_a_hand_goes_and_comes_back(self, landmarker_file: Path, two_hands_frames: list[Frame], gone: int) -> None:
        hand = found_by_one(landmarker_file, two_hands_frames[0])[gone]
        counts = []
        with HandTracker(landmarker_file, 2) as tracker:
            for index, frame in enumerate(two_hands_frames[:50]):
                shown = without(frame, hand) if 15 <= index < 30 else frame
                counts.append(len(tracker.detect(shown, index / FPS)))
        assert counts[:15] == [2] * 15
        assert counts[15:30] == [1] * 15
        assert counts[34:] == [2] * 16

    def test_a_hand_that_jumps_is_found_in_the_same_frame(
        self, landmarker_file: Path, two_hands_frames: list[Frame]
    ) -> None:
        middle = two_hands_frames[0].shape[1] // 2
        jumped = two_hands_frames[10].copy()
        jumped[:, :middle] = np.roll(jumped[:, :middle], -jumped.shape[0] // 3, axis=0)
        with HandTracker(landmarker_file, 2) as tracker:
            for index, frame in enumerate(two_hands_frames[:10]):
                tracker.detect(frame, index / FPS)
            assert len(tracker.detect(jumped, 10 / FPS)) == 2

    def test_hands_come_together_and_part(self, landmarker_file: Path, two_hands_frames: list[Frame]) -> None:
        ways = [round(way) for way in (*np.linspace(0, 150, 25), *np.linspace(150, 0, 25))]
        plain, missed = MediaPipeHands(landmarker_file, 2, "VIDEO"), 0
        with HandTracker(landmarker_file, 2) as tracker:
            for index, way in enumerate(ways):
                frame = moved_together(two_hands_frames[0], way)
                ours = tracker.detect(frame, index / FPS)
                alone = plain.detect(to_image(frame), round(index * 1000 / FPS))
                missed += len(alone) - len(ours)
                if len(ours) == 2:
                    one, other = (hand.points[:, :2].mean(axis=0) for hand in ours)
                    assert np.abs(one - other).max() > 20  # not twice the same hand
            assert missed <= 2  # of frames in which one hand covers the other, either may see it a frame longer
            later = len(ways) / FPS + TOGETHER_S
            assert [len(tracker.detect(two_hands_frames[0], later + index / FPS)) for index in range(10)] == [2] * 10
        plain.close()

    def test_large_frames(self, landmarker_file: Path, two_hands_frames: list[Frame]) -> None:
        frames = [np.asarray(cv2.resize(frame, (1920, 1440)), np.uint8) for frame in two_hands_frames[:8]]
        with HandTracker(landmarker_file, 2) as tracker:
            for index, frame in enumerate(frames):
                hands = tracker.detect(frame, index / FPS)
                assert len(hands) == 2
                assert all(hand.image_size == (1920, 1440) for hand in hands)
        beside = sorted(hand.points[0, 0] for hand in hands)
        expected = [hand.points[0, 0] for hand in found_by_one(landmarker_file, frames[-1])]
        np.testing.assert_allclose(beside, sorted(expected), atol=60)

    def test_restarting_while_two_are_followed(self, landmarker_file: Path, two_hands_frames: list[Frame]) -> None:
        before = threading.active_count()
        with HandTracker(landmarker_file, 2) as tracker:
            for _ in range(2):
                assert [len(tracker.detect(frame, i / FPS)) for i, frame in enumerate(two_hands_frames[:6])] == [2] * 6
                tracker.restart()
        assert threading.active_count() == before
