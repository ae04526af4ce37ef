"""How fast a hand changes its shape, which tells a hand that shows something from one on its way to another gesture."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from models.hand.landmarks import LANDMARK_COUNT

SPEED_WINDOW_S = 0.06
"""Over which a change of shape is measured: one frame at 15 a second, four at 60."""

SAME_MOMENT_S = 1e-3
"""No speed is taken from frames that are closer than this."""

SMALLEST_RADIUS = 1e-3
"""In pixels; what is smaller has no shape but rounding."""


class ShapeSpeed:
    """How fast a hand changes its shape, in hand radii a second; moving, nearing and turning in the plane do not count.

    Shapes are points about their middle, compared after the turn that fits them best (Procrustes; points as complex
    numbers). The square of the speed is the inner product of the velocities over the last two windows: jitter of the
    landmarks is independent from window to window and cancels there, where the length of one velocity would take it for
    speed, and a small hand's would never rest.

    A velocity is a difference of two shapes, so all that is needed are inner products of the points themselves. In
    plain Python and in one go: 21 numbers are too few for numpy to be faster, and every function that is asked once a
    frame comes back to caches that detection has taken meanwhile.
    """

    def __init__(self) -> None:
        self._past: deque[_Moment] = deque()

    def update(self, time_s: float, points: Sequence[complex]) -> float:
        """Take in one frame's 21 points and give the speed over the last two windows.

        Parameters
        ----------
        time_s
            Seconds, not before the last call's.
        points
            ``x + iy`` in pixels; exact to rounding up to some million pixels from the picture's corner.
        """
        # About their middle, two shapes have the inner product of their points less that of their sums over 21.
        turned, total = list(map(complex.conjugate, points)), sum(points)
        square = sum(map(mul, turned, points)).real - abs(total) ** 2 / LANDMARK_COUNT
        radius = max(math.sqrt(max(square, 0.0) / LANDMARK_COUNT), SMALLEST_RADIUS)
        past = self._past
        # A hair of tolerance: two frames of 1/30 s are a window of 1/15 s however the times were rounded.
        while len(past) > 1 and past[1].time_s <= time_s - SPEED_WINDOW_S + 1e-6:
            past.popleft()
        if not past or time_s - past[0].time_s < SAME_MOMENT_S:
            past.append(_Moment(time_s, turned, total, radius, turned, total, 0j, 0.0, 0j))
            return 0.0
        _, then, then_total, then_radius, origin, origin_total, then_fit, then_gain, then_loss = past[0]
        fit: complex = sum(map(mul, then, points)) - then_total.conjugate() * total / LANDMARK_COUNT
        origin_fit: complex = sum(map(mul, origin, points)) - origin_total.conjugate() * total / LANDMARK_COUNT
        turn, passed = fit / max(abs(fit), 1e-9), time_s - past[0].time_s
        gain, loss = 1.0 / (radius * passed), turn / (then_radius * passed)
        past.append(_Moment(time_s, turned, total, radius, then, then_total, fit, gain, loss))
        along = then_gain * (gain * fit - loss * (LANDMARK_COUNT * then_radius**2))
        along -= then_loss.conjugate() * (gain * origin_fit - loss * then_fit)
        return math.sqrt(max((along * turn.conjugate()).real / LANDMARK_COUNT, 0.0))


class _Moment(NamedTuple):
    """A shape, the shape it came from, and its velocity: ``gain`` times the one less ``loss`` times the other.

    Of each shape the conjugates of its points and their sum; ``radius`` is the root mean square of the distances from
    the middle, ``fit`` the inner product of the two shapes.
    """

    time_s: float
    turned: Sequence[complex]
    total: complex
    radius: float
    origin: Sequence[complex]
    origin_total: complex
    fit: complex
    gain: float
    loss: complex
