"""Features say what a hand looks like, and nothing of where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.gesture.features import FEATURE_COUNT, GROUPS, RECIPES, FeatureError, features
from models.gesture.prior import Prior


@pytest.fixture(scope="module")
def hands() -> np.ndarray:
    prior = Prior.load()
    rng = np.random.default_rng(0)
    return np.concatenate([prior.draw(label, 60, rng) for label in prior.labels])


def changed(rows: np.ndarray, x: float = 1, y: float = 1, move: tuple[float, float] = (0, 0)) -> np.ndarray:
    points = rows.reshape(-1, 21, 3).copy()
    points[:, :, 0] = points[:, :, 0] * x + move[0]
    points[:, :, 1] = points[:, :, 1] * y + move[1]
    return points.reshape(len(rows), -1)


def test_position_and_size_do_not_matter(hands):
    moved = changed(hands, 2.5, 2.5, (300, -80))
    assert np.abs(features(moved) - features(hands)).max() < 1e-3


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (720, 1280)])
def test_the_shape_of_the_picture_does_not_matter(hands, size):
    points = hands.reshape(-1, 21, 3).astype(np.float64)
    normalised = (points[:, :, :2] / size).astype(np.float32)
    again = hands.reshape(-1, 21, 3).copy()
    again[:, :, :2] = normalised * np.array(size, np.float32)
    assert np.abs(features(again.reshape(len(hands), -1)) - features(hands)).max() < 1e-4


def test_left_and_right_hands_are_the_same(hands):
    assert np.abs(features(changed(hands, x=-1)) - features(hands)).max() < 1e-4


def test_turning_past_edge_on_makes_no_jump(hands):
    squeezes = np.linspace(-0.2, 0.2, 401)
    rows = features(np.concatenate([changed(hands[:1], x=squeeze) for squeeze in squeezes]))
    assert np.abs(np.diff(rows, axis=0)).max() < 0.25


def test_upright_and_upside_down_differ(hands):
    assert np.abs(features(changed(hands, y=-1)) - features(hands)).max(axis=1).min() > 0.5


def test_z_is_ignored(hands):
    other = hands.copy()
    other[:, 2::3] = 17
    assert np.array_equal(features(other), features(hands))


@given(arrays(np.float32, (3, 63), elements=st.floats(-1e6, 1e6, width=32)), st.sampled_from(RECIPES))
@settings(max_examples=150)
def test_any_finite_hand_gives_finite_features(rows, recipe):
    found = features(rows, recipe)
    assert found.shape == (3, FEATURE_COUNT[recipe])
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-20, 1e18])
def test_hands_without_size_or_of_huge_size_are_finite(value):
    rows = np.full((2, 63), value, np.float32)
    rows[1, 3:6] = -value
    for recipe in RECIPES:
        assert np.isfinite(features(rows, recipe)).all()


def test_groups_cover_the_row():
    assert sum(group.stop - group.start for group in GROUPS.values()) == FEATURE_COUNT["geometry"]


def test_wrong_shape_is_a_sentence():
    with pytest.raises(FeatureError, match=r"\(N, 63\)"):
        features(np.zeros((2, 42), np.float32))


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("count", [1, 511, 512, 513, 1024, 1100])
def test_many_rows_give_what_few_give(hands, recipe, count):
    rows = np.resize(hands, (count, 63))
    few = np.concatenate([features(rows[start : start + 100], recipe) for start in range(0, count, 100)])
    assert np.abs(features(rows, recipe) - few).max() < 1e-5
