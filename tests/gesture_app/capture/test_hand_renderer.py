"""The rendered hand: the same picture every time, where it should be, and real enough for MediaPipe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.hand_renderer import compose, draw_hand, render
from models.hand.articulated import joints
from models.hand.mediapipe_hands import MediaPipeHands, to_image
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import View, project

SIZE = (640, 480)


def usual(label: str, **changes: object) -> View:
    return replace(gesture_view(label), distance=0.62, centre=(0.5, 0.52), **changes)


def test_the_same_hand_gives_the_same_picture() -> None:
    hands = [(gesture_pose("ok"), usual("ok"))]
    first, second = render(hands, SIZE), render(hands, SIZE)
    assert first.shape == (SIZE[1], SIZE[0], 3)
    assert first.dtype == np.uint8
    assert first.flags.c_contiguous
    assert np.array_equal(first, second)
    assert first is not second


def test_the_hand_is_where_its_joints_are() -> None:
    empty, pose = render([], SIZE).astype(int), gesture_pose("palm")
    picture = render([(pose, usual("palm"))], SIZE).astype(int)
    changed = np.abs(picture - empty).max(axis=2) > 12
    for x, y, _ in project(joints(pose), usual("palm"), SIZE):
        assert changed[round(y), round(x)]
    assert not changed[:, :100].any()
    assert 0.05 < changed.mean() < 0.3


def test_a_right_hand_is_drawn_as_the_mirror_image_of_a_left_one() -> None:
    def outline(side: str) -> np.ndarray:
        layer = draw_hand(gesture_pose("call"), usual("call", handedness=side), SIZE)
        assert layer is not None
        full = np.zeros((SIZE[1] + 200, SIZE[0] + 200))
        height, width = layer.alpha.shape
        full[layer.top + 100 : layer.top + 100 + height, layer.left + 100 : layer.left + 100 + width] = layer.alpha
        return full > 0.5

    left, right = outline("Left"), outline("Right")
    assert (left != right[:, ::-1]).mean() < 0.005


@pytest.mark.parametrize("centre", [(0.0, 0.5), (1.0, 1.0), (0.5, -0.1), (0.98, 0.02)])
def test_a_hand_cut_by_the_border_is_drawn_as_far_as_it_is_seen(centre: tuple[float, float]) -> None:
    picture = render([(gesture_pose("peace"), replace(usual("peace"), centre=centre))], SIZE)
    assert picture.shape == (SIZE[1], SIZE[0], 3)


def test_a_hand_out_of_sight_is_not_drawn() -> None:
    assert draw_hand(gesture_pose("fist"), View(centre=(4.0, -3.0)), SIZE) is None
    assert np.array_equal(compose([(None, None)], SIZE), render([], SIZE))


@pytest.mark.parametrize("size", [(160, 120), (320, 568), (1280, 720)])
def test_any_size_of_picture(size: tuple[int, int]) -> None:
    assert render([(gesture_pose("rock"), usual("rock"))], size).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("side", ["Left", "Right"])
@pytest.mark.parametrize("label", ["palm", "like", "dislike", "fist", "mute", "stop_inverted"])
def test_mediapipe_finds_it_with_its_landmarks_on_the_joints(landmarker_file: Path, label: str, side: str) -> None:
    finder = MediaPipeHands(landmarker_file, 1, "IMAGE")
    view = usual(label, handedness=side)
    hands = finder.detect(to_image(render([(gesture_pose(label), view)], SIZE)))
    finder.close()
    assert len(hands) == 1
    truth = project(joints(gesture_pose(label)), view, SIZE)[:, :2]
    error = np.median(np.linalg.norm(hands[0].points[:, :2] - truth, axis=1)) / np.ptp(truth, axis=0).max()
    assert error < 0.08
