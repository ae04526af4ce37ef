"""Hands drawn from the shipped prior: data for a machine that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from models.hand.landmarks import LANDMARK_COUNT
from trainer.data.text_column import TextColumn
from trainer.readers.blocks import Block, ReadOptions

WORD = "prior"
DRAWS = 800
"""Of each gesture; more did not make models better."""
NO_GESTURE_DRAWS = 2000
SEED = 0


def read_prior(options: ReadOptions, note: Callable[[str], None]) -> Iterator[Block]:
    """Draw hands of each class of the shipped prior; the same ones every time."""
    prior = Prior.load()
    note(
        "Hands were drawn from the shipped prior, which describes many people's hands and holds nobody's: scores on"
        " them say how well a model fits the prior, not people."
    )
    for done, label in enumerate(sorted(prior.classes), start=1):
        count = NO_GESTURE_DRAWS if label == NO_GESTURE else DRAWS
        rng = np.random.default_rng([SEED, *label.encode()])  # a class's draws do not depend on the other classes
        rows = np.ascontiguousarray(prior.draw(label, count, rng), np.float32)
        yield Block(
            rows.reshape(count, 3 * LANDMARK_COUNT).T,
            np.full(count, -1, np.int8),
            np.ones(count, np.float32),
            np.zeros((count, 2), np.int32),
            TextColumn.constant(label, count),
            TextColumn.constant("", count),
            TextColumn.of(f"{WORD}-{label}-{number}" for number in range(count)),
            TextColumn.constant(WORD, count),
            {},
            WORD,
            lambda index: [f"draw {number}" for number in index.tolist()],
        )
        options.progress.advance("drawing hands", done, len(prior.classes))
