"""One hand's probabilities over time to a label that is quick to come and steady when there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.gesture.decision import decide


@dataclass(frozen=True, slots=True)
class SmoothingTimes:
    """Constants of the smoothing; all times in seconds, so that the frame rate does not matter.

    They were chosen on changes of the articulated hand between all pairs of gestures, in 0.3 to 1 s at 15, 30 and 60
    frames a second with jitter and dropped frames, and on made-up models in two minds about a resting hand. The speed
    of a hand held before a camera was read off a video, whose labels only checked the outcome.

    Attributes
    ----------
    settled_speed
        Below this the shape counts as settled, in hand radii a second. A hand held before a camera stays below it 19
        frames of 20; turning from one gesture to another it reaches 1.4 to 5.
    arriving
        A shape whose speed fell below this share of its peak counts as settled too: the speed is known with the delay
        of its windows, so by then the hand is about there.
    peak_tau_s
        Time constant with which the peak is forgotten.
    rest_tau_s
        Time constant of the probabilities while the shape rests.
    speed_gain
        What a speed of 1 adds to the smoothing's rate (1 over its time constant): while the shape changes, old
        probabilities are about another shape. The idea is the One Euro filter's.
    settled_dwell_s
        For so long a new gesture must be the best of a settled hand before it is shown: more than one frame at 15 a
        second, and little enough that a label comes within 150 ms.
    moving_dwell_s
        The same while the shape still changes: what a hand passes through in a change that takes up to about a second
        is shorter than this.
    settled_hold_s, moving_hold_s
        The shown gesture stays for so long when it is no more supported: a blurred frame or two do not end it, and
        between two gestures there is no moment of unknown.
    hysteresis
        The shown gesture stays accepted until its probability is lower than the threshold, or than another gesture's,
        by this.
    most_patience
        Each change of the label of a hand that did not move meanwhile doubles what the next one must last, up to this
        factor: a model in two minds about a resting hand soon stops flickering.
    """

    settled_speed: float = 0.6
    arriving: float = 0.7
    peak_tau_s: float = 0.4
    rest_tau_s: float = 0.15
    speed_gain: float = 12.0
    settled_dwell_s: float = 0.06
    moving_dwell_s: float = 0.4
    settled_hold_s: float = 0.15
    moving_hold_s: float = 0.3
    hysteresis: float = 0.15
    most_patience: float = 16.0


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What one hand shows by now.

    Attributes
    ----------
    label
        The gesture, None when unknown.
    confidence
        Its probability when it was last the one to show: while a label is only held, it is about a shape that was. Of
        the likeliest gesture when unknown.
    probabilities
        All smoothed probabilities, of this moment.
    held
        True while the label is kept although this moment speaks for another, or for none.
    """

    label: str | None
    confidence: float
    probabilities: NDArray[np.float32]
    held: bool = False


class LabelSmoother:
    """Makes one hand's label steady.

    Three things work together. The probabilities run through a low-pass filter that opens while the hand changes its
    shape. The shown gesture has an advantage over others. And a new gesture must last: briefly when the hand is
    settled, longer while its shape still changes, because a hand that turns from one gesture to another passes through
    others, and longer with each change that no movement explains.

    Parameters
    ----------
    labels
        Classes in the order of the probabilities.
    times
        The constants.
    """

    def __init__(self, labels: tuple[str, ...], times: SmoothingTimes | None = None) -> None:
        self._labels = labels
        self._times = times or SmoothingTimes()
        self._mean: list[float] | None = None
        self._time_s = -math.inf
        self._peak = 0.0
        self._changes = 0
        self._shown: str | None = None
        self._supported_s = -math.inf
        self._confidence = 0.0
        self._candidate: str | None = None
        self._candidate_s = -math.inf

    def update(self, time_s: float, speed: float, probabilities: Sequence[float], threshold: float) -> Smoothed:
        """Take in one frame.

        Parameters
        ----------
        time_s
            Seconds, not before the last call's.
        speed
            How fast the hand changes its shape, from :class:`gesture_app.live.shape_speed.ShapeSpeed`.
        probabilities
            One for each class, for this frame alone.
        threshold
            Probability from which a gesture is accepted.
        """
        settled = self._has_settled(time_s, speed)
        mean = self._filter(time_s, probabilities, speed)
        wanted = self._wanted(mean, threshold)
        if wanted == self._shown:
            self._supported_s = time_s
            self._candidate = None
        else:
            self._consider(wanted, time_s, settled=settled)
        label, smoothed = self._shown, np.array(mean, np.float32)
        if label is None:
            return Smoothed(None, decide(mean, self._labels, threshold).confidence, smoothed)
        if self._supported_s == time_s:
            self._confidence = mean[self._labels.index(label)]
        return Smoothed(label, self._confidence, smoothed, held=self._supported_s != time_s)

    def _has_settled(self, time_s: float, speed: float) -> bool:
        times = self._times
        faded = 0.0 if self._mean is None else self._peak * math.exp((self._time_s - time_s) / times.peak_tau_s)
        self._peak = max(speed, faded)
        if speed >= times.settled_speed:
            self._changes = 0
        return speed < max(times.settled_speed, times.arriving * self._peak)

    def _filter(self, time_s: float, probabilities: Sequence[float], speed: float) -> list[float]:
        if self._mean is None:
            mean = list(probabilities)
        else:
            rate = 1.0 / self._times.rest_tau_s + self._times.speed_gain * speed
            share = -math.expm1(-rate * (time_s - self._time_s))
            mean = [old + share * (new - old) for old, new in zip(self._mean, probabilities, strict=True)]
        self._mean, self._time_s = mean, time_s
        return mean

    def _wanted(self, mean: list[float], threshold: float) -> str | None:
        """Give what would be shown if nothing had to last."""
        shown = self._shown
        if shown is not None:
            own = mean[self._labels.index(shown)]
            if own >= threshold - self._times.hysteresis and own >= max(mean) - self._times.hysteresis:
                return shown
        return decide(mean, self._labels, threshold).label

    def _consider(self, wanted: str | None, time_s: float, *, settled: bool) -> None:
        times = self._times
        if wanted is not None and wanted != self._candidate:
            self._candidate_s = time_s
        self._candidate = wanted
        if settled:
            doubled = min(2.0**self._changes, times.most_patience)
            dwell, hold = times.settled_dwell_s * doubled, times.settled_hold_s * doubled
        else:
            dwell, hold = times.moving_dwell_s, times.moving_hold_s
        if wanted is not None and time_s - self._candidate_s >= dwell - 1e-6:
            self._shown, self._supported_s, self._candidate = wanted, time_s, None
            self._changes += 1
        elif self._shown is not None and time_s - self._supported_s > hold:
            self._changes += 1
            self._shown = None
