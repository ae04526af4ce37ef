"""Samples of hands that are nobody's, and takes of them, for tests."""

from __future__ import annotations

import numpy as np

from models.hand.landmarks import Hand
from models.samples import NewSample, SampleStore


def hand(seed: int = 0, side: str | None = "Right") -> Hand:
    points = np.random.default_rng(seed).normal(300, 50, (21, 3)).astype(np.float32)
    return Hand(points, side, 0.875, (640, 480))


def sample(seed: int = 0, **more: object) -> NewSample:
    return NewSample(hand(seed), time=1000.0 + seed, **more)


def record(store: SampleStore, gesture: str, count: int, **more: object) -> int:
    take = store.start_take(store.start_session(), gesture, **more)
    store.add(take, [sample(seed) for seed in range(count)])
    return take
