"""Varied hands vary as much as they are told to, and stay the hands they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gesture.features import features
from models.gesture.prior import Prior
from trainer.recognition.augmentation import LARGEST_TURN, USUAL, Augmentation, augment

NOTHING = Augmentation(turn=0, stretch=0, wrong_shape=0, shear=0, noise=0)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return Prior.load().draw("peace", 400, np.random.default_rng(0))


def plane(rows: np.ndarray) -> np.ndarray:
    """Centred complex landmarks of size 1, ``(N, 21)``."""
    points = rows.reshape(-1, 21, 3)
    complex_points = points[:, :, 0].astype(np.float64) + 1j * points[:, :, 1]
    complex_points -= complex_points.mean(axis=1, keepdims=True)
    return complex_points / np.sqrt((np.abs(complex_points) ** 2).mean(axis=1, keepdims=True))


def maps(rows: np.ndarray, how: Augmentation, seed: int = 0) -> np.ndarray:
    """The linear maps that were done, ``(N, 2, 2)``."""
    before, after = plane(rows), augment(rows, np.random.default_rng(seed), how).reshape(-1, 21, 3)[:, :, :2]
    coordinates = np.stack([before.real, before.imag], axis=2)
    return np.stack([np.linalg.lstsq(a, b, rcond=None)[0].T for a, b in zip(coordinates, after, strict=True)])


def test_nothing_but_mirrors_where_nothing_is_asked_for(rows: np.ndarray) -> None:
    done = maps(rows, NOTHING)
    same, other = np.diag([1.0, 1.0]), np.diag([-1.0, 1.0])
    mirrored = np.linalg.det(done) < 0
    np.testing.assert_allclose(done[~mirrored], np.broadcast_to(same, done[~mirrored].shape), atol=1e-4)
    np.testing.assert_allclose(done[mirrored], np.broadcast_to(other, done[mirrored].shape), atol=1e-4)
    assert 0.4 < mirrored.mean() < 0.6


@given(st.integers(0, 1000), st.floats(0.01, 50), st.floats(-5000, 5000))
@settings(max_examples=20)
def test_place_size_and_depth_of_a_hand_do_not_matter(rows: np.ndarray, seed: int, size: float, place: float) -> None:
    some = rows[:20]
    moved = (some.reshape(-1, 21, 3) * np.float32(size) + np.float32(place * size)).astype(np.float32)
    moved[:, :, 2] = 5
    first = augment(some, np.random.default_rng(seed))
    second = augment(moved.reshape(-1, 63), np.random.default_rng(seed))
    np.testing.assert_allclose(second, first, atol=0.02)
    assert np.isnan(first[:, 2::3]).all()
    assert np.isfinite(np.delete(first, np.s_[2::3], axis=1)).all()
    assert (first.shape, first.dtype) == ((20, 63), np.float32)


def test_turns_are_as_wide_as_asked_and_never_mix_upright_with_sideways(rows: np.ndarray) -> None:
    done = maps(rows, Augmentation(turn=15, stretch=0, wrong_shape=0, shear=0, noise=0))
    done[np.linalg.det(done) < 0] = np.diag([-1.0, 1.0]) @ done[np.linalg.det(done) < 0]
    angle = np.arctan2(done[:, 1, 0], done[:, 0, 0])
    assert np.rad2deg(angle).std() == pytest.approx(15, rel=0.12)
    wide = maps(rows, Augmentation(turn=200, stretch=0, wrong_shape=0, shear=0, noise=0))
    wide[np.linalg.det(wide) < 0] = np.diag([-1.0, 1.0]) @ wide[np.linalg.det(wide) < 0]
    assert np.abs(np.arctan2(wide[:, 1, 0], wide[:, 0, 0])).max() == pytest.approx(LARGEST_TURN, abs=1e-3)


def test_stretching_keeps_the_area_and_wrong_shapes_reach_as_far_as_asked(rows: np.ndarray) -> None:
    done = maps(rows, Augmentation(turn=0, stretch=0, wrong_shape=1, wrong_shape_range=0.65, shear=0, noise=0))
    np.testing.assert_allclose(np.abs(np.linalg.det(done)), 1, atol=1e-3)
    stretch = np.log(np.abs(done[:, 0, 0] / done[:, 1, 1]))
    assert np.abs(stretch).max() <= 0.651
    assert stretch.min() < -0.55
    assert stretch.max() > 0.55
    share = maps(rows, Augmentation(turn=0, stretch=0, wrong_shape=0.2, shear=0, noise=0))
    changed = np.abs(np.log(np.abs(share[:, 0, 0] / share[:, 1, 1]))) > 1e-3
    assert 0.13 < changed.mean() < 0.27


def test_noise_grows_with_what_is_asked(rows: np.ndarray) -> None:
    def moved(noise: float) -> float:
        how = Augmentation(turn=0, stretch=0, wrong_shape=0, shear=0, noise=noise)
        clean = augment(rows, np.random.default_rng(0), NOTHING)
        return float(np.nanstd(augment(rows, np.random.default_rng(0), how) - clean))

    # Each hand draws its own amount, whose mean square is that of the scale.
    assert moved(0.015) == pytest.approx(0.015, rel=0.15)
    assert moved(0.06) == pytest.approx(0.06, rel=0.15)


def test_the_same_chance_gives_the_same_hands_and_they_stay_peaceful(rows: np.ndarray) -> None:
    first, again = (augment(rows, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    prior = Prior.load()
    nearest = np.array(prior.labels)[prior.distances(augment(rows, np.random.default_rng(3), USUAL)).argmin(axis=1)]
    assert (nearest == "peace").mean() > 0.6
    assert np.isfinite(features(first)).all()


def test_no_hands_at_all() -> None:
    assert augment(np.zeros((0, 63), np.float32), np.random.default_rng(0)).shape == (0, 63)
    flat = augment(np.ones((2, 63), np.float32), np.random.default_rng(0), NOTHING)
    assert np.isfinite(np.delete(flat, np.s_[2::3], axis=1)).all()
