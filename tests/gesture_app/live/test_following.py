from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.live.following import KEPT_S, HandFollower
from models.hand.landmarks import Hand, Handedness


def hand_at(x: float, y: float = 240.0, size: float = 120.0, side: Handedness | None = "Left") -> Hand:
    shape = np.random.default_rng(0).uniform(-0.5, 0.5, (21, 2))
    shape = (shape - shape.min(axis=0)) / np.ptp(shape, axis=0) - 0.5
    points = np.zeros((21, 3), np.float32)
    points[:, :2] = shape * size + (x, y)
    return Hand(points, side, 0.9, (640, 480))


def test_one_hand_keeps_its_number_and_another_gets_another() -> None:
    follower = HandFollower()
    assert follower.follow([hand_at(100)], 0.0) == [0]
    assert follower.follow([hand_at(110)], 0.033) == [0]
    assert follower.follow([hand_at(500), hand_at(120)], 0.066) == [1, 0]
    assert follower.alive == {0, 1}


def test_a_hand_that_jumps_across_the_picture_is_another() -> None:
    follower = HandFollower()
    follower.follow([hand_at(100)], 0.0)
    assert follower.follow([hand_at(560)], 0.033) == [1]


@pytest.mark.parametrize(("gap_s", "same"), [(0.1, True), (KEPT_S - 0.01, True), (KEPT_S + 0.02, False)])
def test_a_lost_hand_keeps_its_track_for_a_quarter_of_a_second(gap_s: float, same: bool) -> None:
    follower = HandFollower()
    follower.follow([hand_at(200)], 1.0)
    follower.follow([], 1.0 + gap_s / 2)
    assert follower.follow([hand_at(210)], 1.0 + gap_s) == ([0] if same else [1])


@pytest.mark.parametrize("fps", [15, 30, 60])
@pytest.mark.parametrize("sides", [("Left", "Right"), (None, None)])
def test_crossing_hands_keep_their_numbers(fps: int, sides: tuple[Handedness | None, Handedness | None]) -> None:
    follower = HandFollower()
    shuffled = random.Random(1)
    for index in range(fps + 1):
        across = 400.0 * index / fps
        hands = [(0, hand_at(100 + across, 230, side=sides[0])), (1, hand_at(500 - across, 250, side=sides[1]))]
        if index:
            shuffled.shuffle(hands)
        numbers = follower.follow([hand for _, hand in hands], index / fps)
        assert numbers == [owner for owner, _ in hands], f"frame {index}"


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_crossing_hands_survive_dropped_frames_and_wrong_sides(fps: int) -> None:
    chance = random.Random(3)
    follower = HandFollower()
    followed = []
    for index in range(2 * fps):
        if index > 3 and chance.random() < 0.25:
            continue
        phase = 2 * np.pi * index / (2 * fps)
        named: list[Handedness] = ["Left", "Right"]
        sides = [name if chance.random() > 0.1 else ("Right" if name == "Left" else "Left") for name in named]
        hands = [
            hand_at(320 - 180 * np.cos(phase), 200, side=sides[0]),
            hand_at(320 + 180 * np.cos(phase), 260, side=sides[1]),
        ]
        followed.append(follower.follow(hands, index / fps))
    assert all(numbers == [0, 1] for numbers in followed)


def test_one_of_two_hands_lost_while_they_cross_comes_back_as_itself() -> None:
    follower = HandFollower()
    for index in range(31):
        across = 400.0 * index / 30
        left, right = hand_at(100 + across, 235, side="Left"), hand_at(500 - across, 245, side="Right")
        hidden = 13 <= index <= 17
        numbers = follower.follow([left] if hidden else [left, right], index / 30)
        assert numbers == ([0] if hidden else [0, 1]), f"frame {index}"


def test_a_hand_of_another_size_at_the_same_place_is_less_likely_the_same() -> None:
    follower = HandFollower()
    follower.follow([hand_at(300, size=200), hand_at(300, 300, size=70)], 0.0)
    assert follower.follow([hand_at(305, 280, size=72), hand_at(300, 250, size=195)], 0.033) == [1, 0]


def test_the_side_is_a_vote() -> None:
    follower = HandFollower()
    follower.follow([hand_at(100, side="Right")], 0.0)
    assert follower.side(0) == "Right"
    for index in range(1, 10):
        follower.follow([hand_at(100, side="Left")], index / 30)
    assert follower.side(0) == "Left"
    follower.follow([hand_at(100, side="Right")], 10 / 30)
    assert follower.side(0) == "Left"
    assert follower.side(99) is None


def test_without_sides_nothing_is_said_of_them() -> None:
    follower = HandFollower()
    follower.follow([hand_at(100, side=None)], 0.0)
    follower.follow([hand_at(100, side=None)], 0.1)
    assert follower.side(0) is None


def test_numbers_are_never_used_again() -> None:
    follower = HandFollower()
    follower.follow([hand_at(100)], 0.0)
    follower.clear()
    assert follower.follow([hand_at(100)], 0.01) == [1]


@settings(max_examples=60)
@given(
    places=st.lists(
        st.tuples(st.floats(60, 580), st.floats(60, 420)), min_size=1, max_size=4, unique_by=lambda place: place[0]
    ),
    order=st.randoms(use_true_random=False),
    step_s=st.floats(0.0, 0.2),
)
def test_numbers_are_distinct_and_the_order_of_hands_does_not_matter(
    places: list[tuple[float, float]], order: random.Random, step_s: float
) -> None:
    follower = HandFollower()
    hands = [hand_at(x, y) for x, y in places]
    first = follower.follow(hands, 0.0)
    shuffled = list(range(len(hands)))
    order.shuffle(shuffled)
    second = follower.follow([hands[place] for place in shuffled], step_s)
    assert len(set(first)) == len(hands)
    assert len(set(second)) == len(hands)
    apart = all(abs(one[0] - two[0]) + abs(one[1] - two[1]) > 40 for one, two in itertools.combinations(places, 2))
    if apart:
        assert second == [first[place] for place in shuffled]
