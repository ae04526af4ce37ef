from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.live.shape_speed import SAME_MOMENT_S, SPEED_WINDOW_S, ShapeSpeed
from gesture_app.live.smoothing import SmoothingTimes

Points = np.ndarray
RADIUS = 80.0
BASE = np.random.default_rng(5).normal(0, RADIUS / np.sqrt(2), 21) + 1j * np.random.default_rng(6).normal(0, 57, 21)


def by_definition(times: list[float], hands: list[Points]) -> list[float]:
    """Speeds with shapes and velocities written out, as the docstring tells it."""
    moments: list[tuple[float, Points, Points]] = []
    speeds = []
    for time_s, points in zip(times, hands, strict=True):
        shape = points - points.mean()
        shown = shape / np.sqrt((np.abs(shape) ** 2).mean())
        old = [moment for moment in moments if moment[0] <= time_s - SPEED_WINDOW_S + 1e-6]
        since = (old or moments or [None])[-1 if old else 0]
        velocity, speed = np.zeros(21, complex), 0.0
        if since is not None and time_s - since[0] >= SAME_MOMENT_S:
            fit = np.vdot(since[1], shown)
            turn = fit / abs(fit)
            velocity = (shown - turn * since[1]) / (time_s - since[0])
            speed = np.sqrt(max((np.vdot(since[2], velocity) * turn.conjugate()).real / 21, 0.0))
        moments.append((time_s, shown, velocity))
        speeds.append(float(speed))
    return speeds


def measured(times: list[float], hands: list[Points]) -> list[float]:
    speed = ShapeSpeed()
    return [speed.update(time_s, tuple(points.tolist())) for time_s, points in zip(times, hands, strict=True)]


@settings(max_examples=60)
@given(
    steps=st.lists(st.sampled_from([0.0, 1e-4, 1 / 60, 1 / 30, 1 / 15, 0.3]), max_size=10),
    fps=st.sampled_from([15, 30, 60]),
    turning=st.floats(-4, 4),
    jitter=st.sampled_from([0.0, 0.3, 20.0]),
    seed=st.integers(0, 1000),
)
def test_the_speed_is_that_of_its_definition(
    steps: list[float], fps: int, turning: float, jitter: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)

    def noise() -> Points:
        return rng.normal(size=21) + 1j * rng.normal(size=21)

    aside = 60 * noise()
    times = np.cumsum([*[1 / fps] * 12, *steps]).tolist()
    hands = [
        (BASE + np.sin(3 * time_s) * aside) * np.exp(1j * turning * time_s) * (1 + 0.3 * time_s)
        + (700 + 90j) * time_s
        + (500 + 300j)
        + jitter * noise()
        for time_s in times
    ]

    expected = by_definition(times, hands)

    if jitter < 1:
        assert max(expected) > 0.5
    np.testing.assert_allclose(measured(times, hands), expected, rtol=1e-6, atol=1e-4)


@settings(max_examples=30)
@given(shift=st.complex_numbers(max_magnitude=5000), nearing=st.floats(0.97, 1.03), turning=st.floats(-0.3, 0.3))
def test_a_hand_that_moves_nears_and_turns_keeps_its_shape(shift: complex, nearing: float, turning: float) -> None:
    places = range(20)
    hands = [BASE * (nearing * np.exp(1j * turning)) ** place + shift * place for place in places]
    assert max(measured([place / 30 for place in places], hands)) < 1e-3


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_hand_that_closes_steadily_has_the_speed_of_its_points(fps: int) -> None:
    times = [place / fps for place in range(fps)]
    aside = np.random.default_rng(7).normal(size=21) + 1j * np.random.default_rng(8).normal(size=21)
    # Neither moving nor growing nor turning.
    aside -= aside.mean() + BASE * (np.vdot(BASE, aside) / np.vdot(BASE, BASE))
    aside *= np.sqrt((np.abs(BASE) ** 2).mean() / (np.abs(aside) ** 2).mean())
    speeds = measured(times, [BASE + 0.5 * time_s * aside for time_s in times])
    np.testing.assert_allclose(speeds[fps // 4 : fps // 2], 0.5, rtol=0.15)


@pytest.mark.parametrize("place", [0j, 900.3 + 500.7j, 3e6 / 7 + 2e6 / 3 * 1j])
def test_a_hand_in_one_point_rests(place: complex) -> None:
    hands = [np.full(21, place)] * 12
    assert max(measured([index / 30 for index in range(12)], hands)) < SmoothingTimes().settled_speed


def test_no_place_is_too_far_off_for_a_number() -> None:
    farthest = float(np.finfo(np.float32).max)
    hands = [np.full(21, farthest * (1 - 1j)), BASE * farthest / 1e3, BASE] * 4
    assert np.isfinite(measured([index / 30 for index in range(12)], hands)).all()
