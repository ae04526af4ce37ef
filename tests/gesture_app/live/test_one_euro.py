from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.live.one_euro import OneEuroPoints

SIZE = 200.0
BASE = np.random.default_rng(4).uniform(0, SIZE, (21, 2)).astype(np.float32)


def filtered(points: np.ndarray, fps: float, keep: np.ndarray | None = None) -> np.ndarray:
    euro = OneEuroPoints()
    places = range(len(points)) if keep is None else keep
    return np.array([moved(euro, index / fps, points[index], SIZE) for index in places])


def moved(euro: OneEuroPoints, time_s: float, points: np.ndarray, size: float) -> np.ndarray:
    filtered = euro.update(time_s, plane(points), size)
    return np.array([(point.real, point.imag) for point in filtered])


def plane(points: np.ndarray) -> list[complex]:
    return [complex(x, y) for x, y in points.tolist()]


@pytest.mark.parametrize(("fps", "left"), [(15, 0.62), (30, 0.54), (60, 0.47)])
def test_jitter_of_a_resting_hand_is_about_halved(fps: int, left: float) -> None:
    noise = np.random.default_rng(0).normal(0, 0.007 * SIZE, (20 * fps, 21, 2)).astype(np.float32)
    rest = filtered(BASE + noise, fps)[fps:] - BASE
    assert rest.std() < left * noise.std()


@pytest.mark.parametrize("fps", [15, 30, 60])
@pytest.mark.parametrize("drops", [False, True])
def test_a_hand_that_starts_at_once_is_drawn_less_than_a_fingertip_behind(fps: int, drops: bool) -> None:
    times = np.arange(2 * fps) / fps
    path = np.clip(times - 1.0, 0.0, 0.3) * 3 * SIZE
    points = (BASE + np.stack([path, np.zeros_like(path)], axis=1)[:, None]).astype(np.float32)
    keep = np.flatnonzero(np.random.default_rng(2).random(len(points)) > (0.3 if drops else 0.0))
    behind = np.abs(filtered(points, fps, keep) - points[keep]).max()
    assert behind < 0.03 * SIZE


@settings(max_examples=25)
@given(factor=st.floats(0.1, 20), shift=st.floats(-500, 500))
def test_near_and_far_hands_are_filtered_alike(factor: float, shift: float) -> None:
    rng = np.random.default_rng(1)
    points = (BASE + np.cumsum(rng.normal(0, 4, (20, 21, 2)), axis=0)).astype(np.float32)
    near, far = OneEuroPoints(), OneEuroPoints()
    for index, shape in enumerate(points):
        expected = moved(near, index / 30, shape, SIZE) * factor + shift
        got = moved(far, index / 30, (shape * factor + shift).astype(np.float32), SIZE * factor)
        np.testing.assert_allclose(got, expected, atol=2e-3 * max(factor, 1.0) * 10)


def test_a_first_frame_and_a_time_that_stands_still_give_the_points_themselves() -> None:
    euro = OneEuroPoints()
    np.testing.assert_array_equal(moved(euro, 1.0, BASE, SIZE), BASE)
    farther = BASE + np.float32(5)
    np.testing.assert_array_equal(moved(euro, 1.0, farther, SIZE), farther)
    assert np.isfinite(moved(euro, 1.03, farther, 0.0)).all()
