"""The articulated hand: anatomy, the 18 poses, and how a camera sees them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.gesture.gestures import GESTURES
from models.hand.articulated import (
    ANGLE_COUNT,
    FINGER_BONES,
    HIGHEST_ANGLES,
    LOWEST_ANGLES,
    THUMB_BONES,
    HandPose,
    blend,
    joints,
    joints_of,
)
from models.hand.landmarks import FINGERS
from models.hand.poses import SHOWN, PoseError, gesture_pose, gesture_view
from models.hand.views import View, Views, project, project_many, to_camera

SIZE = (640, 480)
SHARES = arrays.arrays(np.float64, ANGLE_COUNT, elements=st.floats(0, 1))
TURNS = st.tuples(st.floats(-180, 360), st.floats(-80, 80), st.floats(-180, 180))
BACKS = {"peace_inverted", "stop_inverted", "two_up_inverted"}


def any_pose(shares: np.ndarray) -> HandPose:
    return HandPose(LOWEST_ANGLES + shares * (HIGHEST_ANGLES - LOWEST_ANGLES))


def bone_lengths(points: np.ndarray) -> list[float]:
    pairs = [pair for places in FINGERS.values() for pair in itertools.pairwise(places)]
    return [float(np.linalg.norm(points[end] - points[start])) for start, end in pairs]


@given(SHARES)
def test_bones_keep_their_length_however_a_hand_is_bent(shares: np.ndarray) -> None:
    lengths = [*THUMB_BONES, *(length for bones in FINGER_BONES for length in bones)]
    points = joints(any_pose(shares))
    assert points.shape == (21, 3)
    assert np.allclose(bone_lengths(points), lengths, atol=1e-9)
    assert np.array_equal(points[0], np.zeros(3))


@given(SHARES, TURNS)
def test_turning_a_hand_changes_no_distance(shares: np.ndarray, turns: tuple[float, float, float]) -> None:
    points = joints(any_pose(shares))
    turned = to_camera(points, View(*turns))
    assert np.allclose(np.linalg.norm(np.diff(turned, axis=0), axis=1), np.linalg.norm(np.diff(points, axis=0), axis=1))


@given(SHARES, TURNS, st.floats(0.3, 2.5))
def test_a_right_hand_is_the_mirror_image_of_a_left_one(
    shares: np.ndarray, turns: tuple[float, float, float], distance: float
) -> None:
    points = joints(any_pose(shares))
    left = project(points, View(*turns, distance=distance, handedness="Left"), SIZE)
    right = project(points, View(*turns, distance=distance, handedness="Right"), SIZE)
    assert np.allclose(left[:, 0] + right[:, 0], SIZE[0], atol=1e-2)
    assert np.allclose(left[:, 1:], right[:, 1:], atol=1e-2)


@given(SHARES, TURNS)
def test_many_hands_are_seen_as_each_alone(shares: np.ndarray, turns: tuple[float, float, float]) -> None:
    pose = any_pose(shares)
    views = Views(np.array([turns] * 2), np.array([[0.4, 0.6]] * 2), np.full(2, 0.7), np.array([False, True]))
    many = project_many(joints_of(np.stack([pose.angles] * 2)), views, SIZE)
    for hand, side in zip(many, ("Left", "Right"), strict=True):
        alone = project(joints(pose), View(*turns, centre=(0.4, 0.6), distance=0.7, handedness=side), SIZE)
        assert np.allclose(hand, alone, atol=1e-2)


def test_a_hand_twice_as_far_is_half_as_large_and_a_wide_picture_shows_the_same_hand() -> None:
    points = joints(gesture_pose("palm"))

    def height(distance: float, size: tuple[int, int] = SIZE) -> float:
        return float(np.ptp(project(points, View(distance=distance), size)[:, 1]))

    assert height(2.0) == pytest.approx(height(1.0) / 2, rel=0.01)
    assert height(1.0, (640, 360)) == pytest.approx(height(1.0), rel=1e-5)


def test_depth_is_measured_from_the_wrist_towards_the_camera() -> None:
    tipped = project(joints(gesture_pose("stop")), View(pitch=40), SIZE)
    assert tipped[0, 2] == 0
    assert tipped[12, 2] < -10, "fingers tipped towards the camera are nearer than the wrist"


def test_every_gesture_has_a_pose_within_the_limits_of_the_joints() -> None:
    assert set(SHOWN) == set(GESTURES)
    for shown in SHOWN.values():
        assert shown.pose.angles.shape == (ANGLE_COUNT,)
        assert (shown.pose.angles >= LOWEST_ANGLES).all()
        assert (shown.pose.angles <= HIGHEST_ANGLES).all()


@pytest.mark.parametrize("label", GESTURES)
def test_the_side_that_a_gesture_shows(label: str) -> None:
    view = gesture_view(label)
    palm = to_camera(np.array([[0.0, 0.065, 1.0]]), view)[0, 2]
    if label == "mute":
        assert abs(palm) < 0.5, "the finger before the lips is seen from the side"
    else:
        assert (palm < -0.5) == (label in BACKS)


@pytest.mark.parametrize(("label", "upwards"), [("like", True), ("dislike", False)])
def test_the_thumb_points_up_for_like_and_down_for_dislike(label: str, upwards: bool) -> None:
    for side in ("Left", "Right"):
        view = View(*SHOWN[label].angles, handedness=side)
        points = project(joints(gesture_pose(label)), view, SIZE)
        assert (points[4, 1] < points[2, 1] - 20) == upwards


def test_fingers_are_together_for_two_up_and_apart_for_peace() -> None:
    def gap(label: str) -> float:
        points = project(joints(gesture_pose(label)), gesture_view(label), SIZE)
        return float(np.linalg.norm(points[8] - points[12]) / np.linalg.norm(points[9] - points[0]))

    assert gap("two_up") < 0.6 * gap("peace")
    assert gap("two_up_inverted") < 0.6 * gap("peace_inverted")


def test_blending_begins_and_ends_at_the_two_poses() -> None:
    start, end = gesture_pose("fist"), gesture_pose("palm")
    assert np.array_equal(blend(start, end, 0.0).angles, start.angles)
    assert np.allclose(blend(start, end, 1.0).angles, end.angles)
    assert np.allclose(blend(start, end, 0.5).angles, (start.angles + end.angles) / 2)


def test_other_people_have_other_proportions() -> None:
    angles = gesture_pose("palm").angles[None]
    lengths = np.ones((1, ANGLE_COUNT))
    lengths[0, 5] = 1.1
    longer, usual = joints_of(angles, lengths)[0], joints_of(angles)[0]
    assert np.linalg.norm(longer[6] - longer[5]) == pytest.approx(1.1 * np.linalg.norm(usual[6] - usual[5]))
    assert np.allclose(longer[9:], usual[9:])


def test_an_unknown_gesture_is_named_in_the_error() -> None:
    with pytest.raises(PoseError, match="'wave'"):
        gesture_pose("wave")
    with pytest.raises(PoseError, match="palm"):
        gesture_view("wave")
