"""Rows from the articulated hand: shape, spread, and the distances that keep training apart from testing."""

from __future__ import annotations

import numpy as np
import pytest

from models.gesture.catalog import shipped_folder
from models.gesture.classifier import GestureClassifier
from models.gesture.gestures import GESTURES
from models.hand.articulated import HIGHEST_ANGLES, LOWEST_ANGLES
from models.hand.made_rows import gesture_rows, held_out_rows, no_gesture_rows
from models.hand.no_gesture_shapes import (
    FROM_GESTURES,
    FROM_HELD_OUT,
    HELD_OUT,
    KINDS,
    draw_kind,
    finger_distance,
    held_out_angles,
)
from models.hand.poses import SHOWN, PoseError

HELD_OUT_NAMES = ["middle_finger", "pinkie", "l", "grip", "grabbing"]


def of_seed(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("label", GESTURES)
def test_gestures_are_drawn_as_rows(label: str) -> None:
    rows = gesture_rows(label, 40, of_seed(1))
    assert rows.shape == (40, 63)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert len(np.unique(rows, axis=0)) == 40
    assert np.array_equal(rows, gesture_rows(label, 40, of_seed(1)))


def test_left_and_right_hands_are_drawn() -> None:
    points = gesture_rows("palm", 200, of_seed(2)).reshape(-1, 21, 3)
    thumb_on_the_left = (points[:, 4, 0] < points[:, 20, 0]).mean()
    assert 0.35 < thumb_on_the_left < 0.65


def test_people_differ_in_proportions_and_not_only_in_size() -> None:
    points = gesture_rows("stop", 300, of_seed(3)).reshape(-1, 21, 3)[:, :, :2]
    finger = np.linalg.norm(points[:, 12] - points[:, 9], axis=1)
    palm = np.linalg.norm(points[:, 9] - points[:, 0], axis=1)
    assert 0.04 < (finger / palm).std() < 0.3
    assert palm.max() > 3 * palm.min()


def test_a_model_trained_on_real_hands_knows_the_gestures() -> None:
    model = GestureClassifier.load(shipped_folder() / "classifier.onnx")
    right = {}
    for label in GESTURES:
        answers = model.predict(gesture_rows(label, 100, of_seed(4))).argmax(axis=1)
        right[label] = float(np.mean([model.labels[answer] == label for answer in answers]))
    assert np.mean(list(right.values())) > 0.8, right
    assert min(right.values()) > 0.4, right


@pytest.mark.parametrize("kind", KINDS)
def test_negatives_keep_their_distance_from_held_out_shapes_and_gestures(kind: str) -> None:
    angles = draw_kind(kind, 500, of_seed(5))
    assert angles.shape == (500, 20)
    assert (angles >= LOWEST_ANGLES).all()
    assert (angles <= HIGHEST_ANGLES).all()
    for shape in HELD_OUT.values():
        assert finger_distance(angles, shape).min() >= FROM_HELD_OUT
    if kind != "combination":
        for shown in SHOWN.values():
            assert finger_distance(angles, shown.pose.angles).min() >= FROM_GESTURES


def test_combinations_differ_from_every_gesture_by_a_finger_or_by_a_thumb_that_is_out() -> None:
    angles = draw_kind("combination", 2000, of_seed(6))
    for label, shown in SHOWN.items():
        same_fingers = angles[finger_distance(angles, shown.pose.angles) < 25]
        swing = same_fingers[:, 0] - shown.pose.angles[0]
        assert (swing > 15).all(), label


def test_held_out_shapes_are_near_themselves_and_far_from_each_other() -> None:
    assert list(HELD_OUT) == HELD_OUT_NAMES
    for name, shape in HELD_OUT.items():
        assert np.median(finger_distance(held_out_angles(name, 200, of_seed(7)), shape)) < FROM_HELD_OUT
    named = list(HELD_OUT.values())
    apart = [finger_distance(one[None], other)[0] for at, one in enumerate(named) for other in named[at + 1 :]]
    assert min(apart) > 15


@pytest.mark.parametrize("shape", HELD_OUT_NAMES)
def test_held_out_shapes_are_drawn_as_rows(shape: str) -> None:
    rows = held_out_rows(shape, 30, of_seed(8))
    assert rows.shape == (30, 63)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_as_many_negatives_as_were_asked_for(count: int) -> None:
    rows = no_gesture_rows(count, of_seed(9))
    assert rows.shape == (count, 63)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()


def test_the_same_seed_gives_the_same_negatives() -> None:
    assert np.array_equal(no_gesture_rows(50, of_seed(10)), no_gesture_rows(50, of_seed(10)))
    assert not np.array_equal(no_gesture_rows(50, of_seed(10)), no_gesture_rows(50, of_seed(11)))


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(PoseError, match="middle_finger"):
        held_out_rows("wave", 1, of_seed(0))
    with pytest.raises(PoseError, match="half_closed"):
        no_gesture_rows(1, of_seed(0), ["wave"])
    with pytest.raises(PoseError, match="'wave'"):
        gesture_rows("wave", 1, of_seed(0))
