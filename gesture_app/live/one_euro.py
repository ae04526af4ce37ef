"""Drawn landmarks without jitter and without visible lag: the One Euro filter.

Casiez, Roussel, Vogel: "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems",
CHI 2012, doi:10.1145/2207676.2208639. A low-pass filter whose cutoff rises with the speed: steady when the hand rests,
close behind when it moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

MINIMUM_CUTOFF_HZ = 1.0
"""Cutoff at rest."""

BETA = 10.0
"""What the cutoff gains, in Hz per hand size a second.

With the cutoff of the speed chosen so that a hand that starts at 3 sizes a second is drawn at most 2.5 % of its size
behind, which is less than a fingertip's radius, while half of the jitter of a resting hand goes at 30 frames a second.
"""

SPEED_CUTOFF_HZ = 4.0
"""Cutoff of the speed itself; the paper's 1 Hz lags visibly when a hand starts."""

SAME_MOMENT_S = 1e-3


class OneEuroPoints:
    """Filters the points of one hand; each point by its own speed, both coordinates alike, speeds in hand sizes."""

    def __init__(self) -> None:
        self._time_s = -math.inf
        self._points: Sequence[complex] = ()
        self._velocities: list[complex] = []

    def update(self, time_s: float, points: Sequence[complex], size: float) -> Sequence[complex]:
        """Give the filtered points.

        Parameters
        ----------
        time_s
            Seconds, at least a millisecond later than the last call's; else the points are given as they are.
        points
            ``x + iy`` of each, in pixels.
        size
            The hand's size in pixels, which makes speeds comparable near the camera and far from it.
        """
        passed = time_s - self._time_s
        self._time_s = time_s
        before = self._points
        if len(before) != len(points) or passed < SAME_MOMENT_S:
            self._points, self._velocities = points, [0j] * len(points)
            return points
        rate = 2.0 * math.pi * SPEED_CUTOFF_HZ * passed
        share = rate / (rate + 1.0)  # the weight of what is new: the filter's alpha
        kept, gain = 1.0 - share, share / (max(size, 1e-6) * passed)
        resting, moving = 1.0 + 2.0 * math.pi * passed * MINIMUM_CUTOFF_HZ, 2.0 * math.pi * passed * BETA
        drawn, velocities = [], []
        for here, there, velocity in zip(before, points, self._velocities, strict=True):
            step = there - here
            now = kept * velocity + gain * step
            velocities.append(now)
            drawn.append(there - step / (resting + moving * abs(now)))
        self._points, self._velocities = drawn, velocities
        return drawn
