"""Probabilities of one hand over time to a label that is steady."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.gesture.decision import decide


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What one hand shows by now: the label (None when unknown), its probability, all smoothed probabilities."""

    label: str | None
    confidence: float
    probabilities: NDArray[np.float32]


class LabelSmoother:
    """Smooths one hand's probabilities; times in seconds."""

    def __init__(self, labels: tuple[str, ...], tau_s: float = 0.05) -> None:
        self._labels = labels
        self._tau_s = tau_s
        self._time_s = -math.inf
        self._mean = np.zeros(len(labels), np.float32)

    def update(
        self, time_s: float, _points: NDArray[np.float32], probabilities: NDArray[np.float32], threshold: float
    ) -> Smoothed:
        """Take in one frame."""
        share = np.float32(-math.expm1(-(time_s - self._time_s) / self._tau_s))
        self._time_s = time_s
        self._mean = self._mean + share * (probabilities - self._mean)
        decision = decide(self._mean, self._labels, threshold)
        return Smoothed(decision.label, decision.confidence, self._mean)
