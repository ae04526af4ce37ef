"""How fast a hand changes its shape, which tells a hand that shows something from one on its way to another gesture."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from operator import mul
from typing import NamedTuple

from models.hand.landmarks import LANDMARK_COUNT

SPEED_WINDOW_S = 0.06
"""Over which a change of shape is measured: one frame at 15 a second, four at 60."""

SAME_MOMENT_S = 1e-3
"""No speed is taken from frames that are closer than this."""


class ShapeSpeed:
    """How fast a hand changes its shape, in hand radii a second; moving, nearing and turning in the plane do not count.

    Shapes are compared after the turn that fits them best (Procrustes; points as complex numbers). The square of the
    speed is the inner product of the velocities over the last two windows: jitter of the landmarks is independent from
    window to window and cancels there, where the length of one velocity would take it for speed, and a small hand's
    would never rest.

    All in plain Python: 21 numbers are too few for numpy to be faster, and its functions, asked once a frame, come back
    to caches that detection has taken meanwhile.
    """

    def __init__(self) -> None:
        self._past: deque[_Moment] = deque()

    def update(self, time_s: float, points: Sequence[complex]) -> float:
        """Take in one frame's points, ``x + iy`` in pixels, and give the speed over the last two windows."""
        shape, size = _centred(points)
        past = self._past
        # A hair of tolerance: two frames of 1/30 s are a window of 1/15 s however the times were rounded.
        while len(past) > 1 and past[1].time_s <= time_s - SPEED_WINDOW_S + 1e-6:
            past.popleft()
        speed = 0.0
        velocity: Sequence[complex] = _RESTING
        if past and time_s - past[0].time_s >= SAME_MOMENT_S:
            since = past[0]
            turn = _inner(since.shape, shape)
            turn /= max(abs(turn), 1e-9)
            passed = time_s - since.time_s
            after, before = 1.0 / (size * passed), turn / (since.size * passed)
            velocity = [after * now - before * then for now, then in zip(shape, since.shape, strict=True)]
            along = _inner(since.velocity, velocity) * turn.conjugate()
            speed = math.sqrt(max(along.real / len(shape), 0.0))
        past.append(_Moment(time_s, shape, size, velocity))
        return speed


class _Moment(NamedTuple):
    """A hand's points about their middle, their root mean square, and their velocity in units of it."""

    time_s: float
    shape: list[complex]
    size: float
    velocity: Sequence[complex]


_RESTING = (0j,) * LANDMARK_COUNT


def _inner(first: Iterable[complex], second: Iterable[complex]) -> complex:
    return sum(map(mul, map(complex.conjugate, first), second), 0j)


def _centred(points: Sequence[complex]) -> tuple[list[complex], float]:
    """Give points about their middle and their root mean square."""
    centre = sum(points) / len(points)
    shape = [place - centre for place in points]
    return shape, max(math.sqrt(_inner(shape, shape).real / len(shape)), 1e-6)
