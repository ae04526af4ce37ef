"""A recorded gesture that a model already takes for another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.gesture.classifier import GestureClassifier
from models.gesture.gestures import NO_GESTURE

ALIKE_SHARE = 0.3
"""From this share on, telling the two apart would be luck."""


@dataclass(frozen=True, slots=True)
class Collision:
    """A new gesture whose hands a model accepts as another gesture."""

    label: str
    other: str
    alike: int
    hands: int

    def __str__(self) -> str:
        return (
            f"{self.alike} of {self.hands} recordings of {self.label!r} look like {self.other!r}, which the model knows"
            " already. Hold the new gesture more differently, or record it under that name."
        )


def find_collision(classifier: GestureClassifier, label: str, rows: NDArray[np.float32]) -> Collision | None:
    """Say whether recordings of a gesture are taken for another one.

    Parameters
    ----------
    classifier
        A model trained without these recordings, such as the shipped one.
    label
        What was recorded.
    rows
        Raw rows ``(N, 63)`` of it.

    Returns
    -------
    Collision or None
        The other gesture that is accepted most often, where that is at least :data:`ALIKE_SHARE` of the hands.
    """
    if not len(rows):
        return None
    probabilities = classifier.predict(rows)
    best = np.array(classifier.labels)[probabilities.argmax(axis=1)]
    accepted = best[(probabilities.max(axis=1) >= classifier.info.threshold) & (best != NO_GESTURE) & (best != label)]
    if not len(accepted):
        return None
    names, counts = np.unique(accepted, return_counts=True)
    most = int(counts.argmax())
    if counts[most] < ALIKE_SHARE * len(rows):
        return None
    return Collision(label, str(names[most]), int(counts[most]), len(rows))
