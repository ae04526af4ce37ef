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
    plain Python: 21 numbers are too few for numpy to be faster, and its functions, asked once a frame, come back to
    caches that detection has taken meanwhile.
    """

    def __init__(self) -> None:
        self._past: deque[_Moment] = deque()

    def update(self, time_s: float, points: Sequence[complex]) -> float:
        """Take in one frame's 21 points, ``x + iy`` in pixels, and give the speed over the last two windows."""
        now, past = _shape(points), self._past
        # A hair of tolerance: two frames of 1/30 s are a window of 1/15 s however the times were rounded.
        while len(past) > 1 and past[1].time_s <= time_s - SPEED_WINDOW_S + 1e-6:
            past.popleft()
        if not past or time_s - past[0].time_s < SAME_MOMENT_S:
            past.append(_Moment(time_s, now, now, 0j, 0.0, 0j))
            return 0.0
        since = past[0]
        fit = _inner(since.shape, now)
        turn = fit / max(abs(fit), 1e-9)
        passed = time_s - since.time_s
        gain, loss = 1.0 / (now.radius * passed), turn / (since.shape.radius * passed)
        past.append(_Moment(time_s, now, since.shape, fit, gain, loss))
        of_shape = gain * fit - loss * (LANDMARK_COUNT * since.shape.radius**2)
        of_origin = gain * _inner(since.origin, now) - loss * since.fit
        along = (since.gain * of_shape - since.loss.conjugate() * of_origin) * turn.conjugate()
        return math.sqrt(max(along.real / LANDMARK_COUNT, 0.0))


class _Shape(NamedTuple):
    """Points, their conjugates and sum, and the root mean square of their distances from their middle."""

    points: Sequence[complex]
    conjugates: Sequence[complex]
    total: complex
    radius: float


class _Moment(NamedTuple):
    """A shape and its velocity then: ``gain * shape - loss * origin``; ``fit`` is the inner product of the two."""

    time_s: float
    shape: _Shape
    origin: _Shape
    fit: complex
    gain: float
    loss: complex


def _shape(points: Sequence[complex]) -> _Shape:
    conjugates, total = list(map(complex.conjugate, points)), sum(points)
    square = sum(map(mul, conjugates, points)).real - abs(total) ** 2 / LANDMARK_COUNT
    return _Shape(points, conjugates, total, max(math.sqrt(max(square, 0.0) / LANDMARK_COUNT), SMALLEST_RADIUS))


def _inner(first: _Shape, second: _Shape) -> complex:
    """Give the inner product of two shapes, both about their middle."""
    product: complex = sum(map(mul, first.conjugates, second.points))
    return product - first.total.conjugate() * second.total / LANDMARK_COUNT
