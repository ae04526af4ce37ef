"""Made-up hands that are no gesture, trained on beside the data: what no collection of hands can hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.gesture.gestures import NO_GESTURE
from trainer.recognition.unknown import UnknownError, UnknownHands, made_unknown
from trainer.sweeping.material import Parts

MADE_SHARE = 0.4
"""Made-up hands for each training hand; docs/recognition.md has the figures."""


def with_made_unknown(parts: Parts, share: float = MADE_SHARE) -> tuple[Parts, int]:
    """Add hands that are no gesture to the training part, made of its own gestures and by the articulated hand.

    Parameters
    ----------
    parts
        A split; the validation part stays as it is.
    share
        How many are made, as a share of the training rows.

    Returns
    -------
    tuple
        The parts and the number of hands that were added: 0 where nothing says what ``no_gesture`` is, or where fewer
        than two of HaGRID's gestures are there to make hands of.
    """
    if NO_GESTURE not in parts.classes:
        return parts, 0
    nothing = parts.classes.index(NO_GESTURE)
    gestures = parts.codes != nothing
    try:
        maker = UnknownHands(parts.rows[gestures], np.asarray(parts.classes)[parts.codes[gestures]])
    except UnknownError:
        return parts, 0
    made = made_unknown(maker, round(share * len(parts.rows) / 2), np.random.default_rng([parts.seed, 6]))
    rows = np.concatenate([parts.rows, made])
    codes = np.concatenate([parts.codes, np.full(len(made), nothing, np.int16)])
    return replace(parts, rows=rows, codes=codes), len(made)
