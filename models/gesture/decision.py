"""From probabilities to an answer: an accepted gesture, or unknown."""

from __future__ import annotations

import math
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


def decide(probabilities: NDArray[np.float32] | list[float], labels: Sequence[str], threshold: float) -> Decision:
    """Accept the likeliest class when it is a gesture and at least as probable as the threshold.

    Parameters
    ----------
    probabilities
        ``(classes,)`` in the order of ``labels``; where one of them is not a number, nothing is accepted.
    labels
        Classes; ``no_gesture`` among them is never accepted.
    threshold
        Probability from which a gesture is accepted; models carry their own.
    """
    # Of so few numbers plain Python finds the largest in a fifth of numpy's time, as it is asked once for every frame.
    values = probabilities if isinstance(probabilities, list) else probabilities.tolist()
    if math.isnan(sum(values)):
        return Decision(None, math.nan)
    confidence = max(values)
    best = labels[values.index(confidence)]
    if best != NO_GESTURE:
        return Decision(best if confidence >= threshold else None, confidence)
    gestures = [value for value, label in zip(values, labels, strict=True) if label != NO_GESTURE]
    return Decision(None, max(gestures, default=confidence))
