"""From probabilities to an answer: an accepted gesture, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.gesture.gestures import NO_GESTURE


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer for one hand.

    Attributes
    ----------
    label
        The accepted gesture, None when unknown.
    confidence
        Probability of ``label``, or of the likeliest gesture when unknown.
    """

    label: str | None
    confidence: float


def decide(probabilities: NDArray[np.float32], labels: Sequence[str], threshold: float) -> Decision:
    """Accept the likeliest class when it is a gesture and at least as probable as the threshold.

    Parameters
    ----------
    probabilities
        ``(classes,)`` in the order of ``labels``.
    labels
        Classes; ``no_gesture`` among them is never accepted.
    threshold
        Probability from which a gesture is accepted; models carry their own.
    """
    order = np.argsort(probabilities)[::-1]
    best = int(order[0])
    gesture = next((int(place) for place in order if labels[int(place)] != NO_GESTURE), best)
    confidence = float(probabilities[gesture])
    accepted = best == gesture and labels[best] != NO_GESTURE and confidence >= threshold
    return Decision(labels[best] if accepted else None, confidence)
