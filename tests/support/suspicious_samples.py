"""Samples to be planted under labels that are not theirs, and the buttons that decide about them, for tests."""

from __future__ import annotations

import numpy as np

from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows
from models.samples import NewSample

RELABEL, KEEP, DISCARD = range(3)


def hands(gesture: str, count: int, rng: np.random.Generator) -> list[NewSample]:
    points = gesture_rows(gesture, count, rng).reshape(-1, 21, 3)
    return [NewSample(Hand(np.array(one), "Right", 0.9, (640, 480)), 1.7e9) for one in points]
