"""Drawn landmarks without jitter and without visible lag: the One Euro filter.

Casiez, Roussel, Vogel: "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems",
CHI 2012, doi:10.1145/2207676.2208639. A low-pass filter whose cutoff rises with the speed: steady when the hand rests,
close behind when it moves.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

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
        self._points: NDArray[np.float32] | None = None
        self._velocity = np.zeros((0, 2), np.float32)

    def update(self, time_s: float, points: NDArray[np.float32], size: float) -> NDArray[np.float32]:
        """Give the filtered points.

        Parameters
        ----------
        time_s
            Seconds, at least a millisecond later than the last call's; else the points are given as they are.
        points
            ``(N, 2)`` float32 pixels.
        size
            The hand's size in pixels, which makes speeds comparable near the camera and far from it.
        """
        passed = time_s - self._time_s
        self._time_s = time_s
        if self._points is None or passed < SAME_MOMENT_S:
            self._points, self._velocity = points, np.zeros_like(points)
            return points
        velocity = (points - self._points) / np.float32(max(size, 1e-6) * passed)
        self._velocity = self._velocity + np.float32(_share(SPEED_CUTOFF_HZ, passed)) * (velocity - self._velocity)
        speed = np.abs(self._velocity.view(np.complex64))  # of x + iy that is the length, in one step
        rate = np.float32(2.0 * math.pi * passed) * (np.float32(MINIMUM_CUTOFF_HZ) + np.float32(BETA) * speed)
        self._points = self._points + rate / (rate + np.float32(1.0)) * (points - self._points)
        return self._points


def _share(cutoff_hz: float, passed_s: float) -> float:
    """Give the weight of the new value: the filter's alpha."""
    rate = 2.0 * math.pi * cutoff_hz * passed_s
    return rate / (rate + 1.0)
