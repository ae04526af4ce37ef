"""What is done to hands is what is said to be done, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.gesture.prior import Prior
from trainer.measuring.robustness import Rows, mirrored, noisy, scaled, turned


@pytest.fixture(scope="module")
def rows() -> Rows:
    drawn = Prior.load().draw("like", 40, np.random.default_rng(0)).reshape(-1, 21, 3)
    drawn[:, :, 2] = np.random.default_rng(1).normal(0, 20, drawn.shape[:2])
    return drawn.reshape(-1, 63)


def points(rows: Rows) -> np.ndarray:
    return rows.reshape(-1, 21, 3).astype(np.float64)


@pytest.mark.parametrize(
    "way",
    [
        mirrored,
        lambda rows: turned(rows, 20),
        lambda rows: scaled(rows, 2),
        lambda rows: noisy(rows, 0.01),
    ],
)
def test_the_hands_themselves_stay_as_they_are(rows: Rows, way: Callable[[Rows], Rows]) -> None:
    before = rows.copy()
    changed = way(rows)
    np.testing.assert_array_equal(rows, before)
    assert (changed.shape, changed.dtype) == (rows.shape, np.float32)
    assert not np.array_equal(changed, rows)
    np.testing.assert_array_equal(way(rows), changed)


def test_mirroring_twice_changes_nothing(rows: Rows) -> None:
    np.testing.assert_array_equal(points(mirrored(rows))[:, :, 0], -points(rows)[:, :, 0])
    np.testing.assert_array_equal(mirrored(mirrored(rows)), rows)


def test_turning_keeps_all_distances_and_stays_within_the_angle(rows: Rows) -> None:
    changed, original = points(turned(rows, 20)), points(rows)
    for hand in (changed, original):
        hand[:, :, 2] = 0
    before, after = (np.linalg.norm(each[:, :, None] - each[:, None], axis=3) for each in (original, changed))
    np.testing.assert_allclose(after, before, atol=1e-2)
    first, second = (each[:, 9] - each[:, 0] for each in (original, changed))
    angle = np.rad2deg(np.angle((second[:, 0] + 1j * second[:, 1]) / (first[:, 0] + 1j * first[:, 1])))
    assert np.abs(angle).max() <= 20.001
    assert angle.min() < -12
    assert angle.max() > 12
    np.testing.assert_allclose(points(turned(rows, 20))[:, :, 2], points(rows)[:, :, 2])
    assert not np.array_equal(turned(rows, 20, seed=1), turned(rows, 20))


def test_scaling_takes_depth_along(rows: Rows) -> None:
    np.testing.assert_allclose(scaled(rows, 0.5), rows / 2)


def test_noise_is_a_share_of_the_hand_and_leaves_depth_alone(rows: Rows) -> None:
    for size in (1, 7):
        moved = points(noisy(rows * np.float32(size), 0.02)) - points(rows * np.float32(size))
        extent = np.ptp(points(rows)[:, :, :2], axis=1).max(axis=1) * size
        relative = moved[:, :, :2] / extent[:, None, None]
        assert relative.std() == pytest.approx(0.02, rel=0.1)
        assert abs(relative.mean()) < 0.002
        np.testing.assert_array_equal(moved[:, :, 2], 0)


def test_no_hands_stay_none() -> None:
    nothing = np.zeros((0, 63), np.float32)
    for changed in (mirrored(nothing), turned(nothing, 20), scaled(nothing, 2), noisy(nothing, 0.1)):
        assert changed.shape == (0, 63)
