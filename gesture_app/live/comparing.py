"""How two models agree on the same frames, and the moments where they do not. Knows no window."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from gesture_app.live.result import FrameResult
from models.hand.landmarks import Hand
from models.samples.sample import Opinion

MOST_MOMENTS = 60
LASTS_S = 0.25
"""A difference that ends sooner is a matter of which label changes first, and no moment."""

CALM_S = 0.5
"""The same difference that comes back within this time is still the same moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A hand that two models took for something else; two moments are the same only when they are one object.

    Attributes
    ----------
    hand
        As detected, at the first frame that shows the difference after it had lasted for a while.
    time
        Seconds since 1970.
    live, other
        What the model in use and the one beside it made of it.
    """

    hand: Hand
    time: float
    live: Opinion
    other: Opinion


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two models gave a hand the same label.

    Attributes
    ----------
    seen
        Hands that both labelled, each in each frame.
    agreed
        Those with the same label, ``unknown`` included.
    moments
        Moments of difference, also those that are no longer kept.
    """

    seen: int = 0
    agreed: int = 0
    moments: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None before anything was seen."""
        return self.agreed / self.seen if self.seen else None


@dataclass(slots=True)
class _Difference:
    """A run of frames in which one hand got the same two different labels."""

    labels: tuple[str | None, str | None]
    since_s: float
    last_s: float
    kept: bool = False


class Comparison:
    """Counts agreement and keeps the moments of difference, newest first, for one pair of models.

    Parameters
    ----------
    most
        Moments that are kept; older ones go.
    """

    def __init__(self, most: int = MOST_MOMENTS) -> None:
        self._moments: deque[Moment] = deque(maxlen=most)
        self._differences: dict[int, _Difference] = {}
        self._models: tuple[str, str] | None = None
        self._agreement = Agreement()
        self._last_s = 0.0

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The moments, newest first."""
        return tuple(self._moments)

    @property
    def agreement(self) -> Agreement:
        """How often they agreed so far."""
        return self._agreement

    def clear(self) -> None:
        """Begin anew."""
        self._moments.clear()
        self._differences.clear()
        self._agreement = Agreement()

    def add(self, result: FrameResult, wall_s: float) -> tuple[Moment, ...]:
        """Take in a frame and give the moments that are new with it; a change of either model begins anew.

        Parameters
        ----------
        result
            A frame; one that no second model looked at is passed over.
        wall_s
            Seconds since 1970, kept with a moment.
        """
        other = result.other
        if other is None:
            return ()
        if self._models != (result.model, other.model):
            self._models = (result.model, other.model)
            self.clear()
        now = result.frame.time_s
        if now < self._last_s:  # another source
            self._differences.clear()
        self._last_s = now
        found = []
        agreed = 0
        for hand, answer in zip(result.hands, other.answers, strict=True):
            if hand.label == answer.label:
                agreed += 1
            elif self._lasts(hand.track, (hand.label, answer.label), now, clear=hand.label in {None, hand.raw_label}):
                live = Opinion(hand.label, hand.confidence, result.model)
                found.append(Moment(hand.hand, wall_s, live, Opinion(answer.label, answer.confidence, other.model)))
        self._differences = {track: run for track, run in self._differences.items() if now - run.last_s <= CALM_S}
        self._moments.extendleft(found)
        before = self._agreement
        self._agreement = Agreement(
            before.seen + len(result.hands), before.agreed + agreed, before.moments + len(found)
        )
        return tuple(found)

    def _lasts(self, track: int, labels: tuple[str | None, str | None], now: float, *, clear: bool) -> bool:
        """Follow a difference; True once, as soon as it lasts.

        A frame is clear when the label shown is what the model says of this frame alone. In others the hand is on its
        way to something else while its label is still held, and would make a bad sample.
        """
        run = self._differences.get(track)
        if run is None or run.labels != labels:
            run = self._differences[track] = _Difference(labels, now, now)
        run.last_s = now
        if run.kept or not clear or now - run.since_s < LASTS_S:
            return False
        run.kept = True
        return True
