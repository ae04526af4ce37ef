"""What recognition says of one frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Frame
from models.hand.landmarks import Hand, Handedness


@dataclass(frozen=True, slots=True, eq=False)
class HandResult:
    """One hand of a frame and what it is taken for.

    Attributes
    ----------
    hand
        As detected, unsmoothed: what is recorded and written to files.
    drawn
        The 21 landmarks filtered over time, which is what is drawn: ``x + iy`` in pixels of the unmirrored picture.
    track
        Number that stays with one hand from frame to frame.
    label
        After smoothing and rejection; None when unknown.
    confidence
        Smoothed probability of ``label``, or of the likeliest gesture when unknown.
    raw_label, raw_confidence
        The classifier's own best class on this frame alone; may be the class for no gesture.
    probabilities
        ``(classes,)`` float32, smoothed, in the order of the model's labels.
    side
        Which hand it is by the vote of the frames so far, steadier than the hand's own; None where no frame knew.
    held
        True while the label is kept although this moment speaks for another, or for none: its confidence is an earlier
        moment's.
    """

    hand: Hand
    drawn: Sequence[complex]
    track: int
    label: str | None
    confidence: float
    raw_label: str
    raw_confidence: float
    probabilities: NDArray[np.float32]
    side: Handedness | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What a second model takes one hand for.

    Attributes
    ----------
    label
        After smoothing and rejection; None when unknown.
    confidence
        Smoothed probability of ``label``, or of the likeliest gesture when unknown.
    """

    label: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class OtherResult:
    """What a second model says of a frame.

    Attributes
    ----------
    model
        Name of the model version.
    answers
        One for each hand of the frame, in their order.
    """

    model: str
    answers: tuple[OtherAnswer, ...]


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Milliseconds that one frame spent in each stage."""

    read: float = 0.0
    detect: float = 0.0
    classify: float = 0.0
    smooth: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """One frame and all that was recognised in it.

    Attributes
    ----------
    frame
        The frame itself.
    hands
        Largest first.
    model
        Name of the model version that made the labels: ``shipped``, ``v12``.
    labels
        The model's labels, in the order of each hand's probabilities.
    times
        Where the time went.
    dropped
        Frames of a live source that were passed over since it opened.
    other
        What the model says that runs beside it; None where none does.
    """

    frame: Frame
    hands: tuple[HandResult, ...]
    model: str
    labels: tuple[str, ...]
    times: StageTimes
    dropped: int = 0
    other: OtherResult | None = None
