"""How frames are recognised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.errors import GestureError

MOST_HANDS = 4


class RecogniserError(GestureError):
    """An option or a model that recognition cannot work with."""


@dataclass(frozen=True, slots=True)
class RecogniserOptions:
    """How frames are recognised.

    Attributes
    ----------
    hands
        Most hands that are looked for, 1 to 4.
    threshold
        Probability from which a gesture is accepted; None takes the model's own.
    smoothing
        False gives every frame's own answer: nothing is smoothed, though hands are still followed.
    still
        True where pictures are unrelated: nothing is followed or smoothed, and each picture is searched harder.
    sparing
        True where hands need not be looked for in every frame while none is in view (see
        :class:`models.hand.tracker.HandTracker`): a program that runs all day, not a file of which every frame counts.
    landmarker
        Another hand landmarker file than the recogniser's own, such as the light one; None for its own.
    """

    hands: int = 2
    threshold: float | None = None
    smoothing: bool = True
    still: bool = False
    sparing: bool = False
    landmarker: Path | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.hands <= MOST_HANDS:
            raise RecogniserError(f"The number of hands must be 1 to {MOST_HANDS}, but {self.hands} came.")
        if self.threshold is not None and not 0.0 <= self.threshold <= 1.0:
            raise RecogniserError(f"The threshold must be between 0 and 1, but {self.threshold} came.")
