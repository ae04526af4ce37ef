"""Recording a take: which hands are good enough to keep, and when a burst begins and ends. Knows no window."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from gesture_app.live.result import FrameResult
from models.gesture.collisions import Collision, collision_of
from models.hand.landmarks import Hand, HandLandmark
from models.samples.sample import NewSample, Opinion

SMALLEST_HAND_PX = 56.0
BORDER_PX = 1.0
LEAST_CHANGE = 0.012
"""Mean movement of the landmarks about the wrist, in lengths of the hand, below which a hand is a copy of the last."""

SURE = 0.5
"""From this probability on, the model's word on a frame counts as taking a new gesture for a known one."""

SLACK_S = 12.0
"""A burst ends so long after its due time even when hands were missing."""


class Skip(Enum):
    """Why a frame was not kept."""

    NO_HAND = "no hand"
    SMALL = "too small"
    CUT = "cut off"
    SAME = "same as before"


class Phase(Enum):
    """Where a burst is."""

    COUNTDOWN = "countdown"
    RECORDING = "recording"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be recorded.

    Attributes
    ----------
    gesture
        Its name, checked.
    count
        Samples wanted; None for as long as the user holds the key.
    rate
        Samples a second at most.
    countdown_s
        Seconds before the first.
    """

    gesture: str
    count: int | None = 20
    rate: float = 8.0
    countdown_s: float = 3.0


@dataclass(frozen=True, slots=True)
class Offer:
    """What became of a frame: a sample to keep, a reason to skip it, or neither."""

    sample: NewSample | None = None
    skip: Skip | None = None


@dataclass(slots=True)
class Burst:
    """One take in the making. Times are seconds of one clock that does not run backwards.

    Attributes
    ----------
    plan
        What is to be recorded.
    began_s
        When it was asked for.
    kept
        Samples that are on the disk.
    """

    plan: Plan
    began_s: float
    kept: int = 0
    _taken: int = 0
    _stopped: bool = False
    _last_s: float = field(default=-1e9)
    _last: Hand | None = None
    _taken_for: list[str | None] = field(default_factory=list)

    @property
    def collision(self) -> Collision | None:
        """The other gesture that the live model took a new gesture for; None for none."""
        return collision_of(self.plan.gesture, self._taken_for)

    def phase(self, now_s: float) -> Phase:
        """Say where it is."""
        if self._stopped or (self.plan.count is not None and self._taken >= self.plan.count):
            return Phase.DONE
        if now_s < self._start_s:
            return Phase.COUNTDOWN
        if self.plan.count is not None and now_s > self._start_s + self.plan.count / self.plan.rate + SLACK_S:
            return Phase.DONE
        return Phase.RECORDING

    def seconds_left(self, now_s: float) -> float:
        """Give what is left of the countdown."""
        return max(self._start_s - now_s, 0.0)

    def share(self, now_s: float) -> float:
        """Give how far it is, 0 to 1: of the countdown first, then of the samples on the disk."""
        if self.phase(now_s) is Phase.COUNTDOWN:
            return 1.0 - self.seconds_left(now_s) / self.plan.countdown_s
        return 1.0 if self.plan.count is None else min(self.kept / self.plan.count, 1.0)

    def stop(self) -> None:
        """End now, with what there is."""
        self._stopped = True

    def offer(self, result: FrameResult, now_s: float, wall_s: float) -> Offer:
        """Look at a frame.

        Parameters
        ----------
        result
            What was recognised; its largest hand is recorded.
        now_s
            The burst's own clock.
        wall_s
            Seconds since 1970, kept with the sample.
        """
        if self.phase(now_s) is not Phase.RECORDING or now_s - self._last_s < 1.0 / self.plan.rate:
            return Offer()
        if not result.hands:
            return Offer(skip=Skip.NO_HAND)
        best = result.hands[0]
        reason = skip_reason(best.hand, self._last)
        if reason is not None:
            return Offer(skip=reason)
        self._last, self._last_s = best.hand, now_s
        self._taken += 1
        if self.plan.gesture not in result.labels:
            # What a label is held over, or what wins with little, is no opinion of this hand.
            sure = best.label == best.raw_label and best.raw_confidence >= SURE
            self._taken_for.append(best.label if sure else None)
        opinion = Opinion(best.label, best.confidence, result.model)
        return Offer(NewSample(best.hand, wall_s, opinion))

    @property
    def _start_s(self) -> float:
        return self.began_s + self.plan.countdown_s


def skip_reason(hand: Hand, before: Hand | None) -> Skip | None:
    """Say why a hand is not good enough to keep; None when it is.

    Parameters
    ----------
    hand
        As detected.
    before
        The one kept last.
    """
    x0, y0, x1, y1 = hand.box
    width, height = hand.image_size
    if max(x1 - x0, y1 - y0) < SMALLEST_HAND_PX:
        return Skip.SMALL
    if x0 < BORDER_PX or y0 < BORDER_PX or x1 > width - 1 - BORDER_PX or y1 > height - 1 - BORDER_PX:
        return Skip.CUT
    if before is not None and change(hand, before) < LEAST_CHANGE:
        return Skip.SAME
    return None


def change(hand: Hand, before: Hand) -> float:
    """Give the mean movement of the landmarks about the wrist, in lengths of the hand: 0 for a moved copy."""
    one, other = _about_wrist(hand), _about_wrist(before)
    return float(np.linalg.norm(one - other, axis=1).mean())


def _about_wrist(hand: Hand) -> np.ndarray:
    points = hand.points[:, :2] - hand.points[HandLandmark.WRIST, :2]
    return points / max(float(np.linalg.norm(points, axis=1).max()), 1e-6)


@dataclass(frozen=True, slots=True)
class GestureName:
    """What a typed name comes to.

    Attributes
    ----------
    name
        The name that is recorded; empty when there is none.
    known
        Whether samples or the model have it already.
    """

    name: str
    known: bool


def gesture_for(text: str, known: Iterable[str]) -> GestureName:
    """Find the gesture that a typed name means: one that is known where they differ in case or spaces only.

    Parameters
    ----------
    text
        As typed.
    known
        Names that are in use.
    """
    wanted = look(text)
    if not wanted:
        return GestureName("", known=False)
    for name in known:
        if look(name) == wanted:
            return GestureName(name, known=True)
    return GestureName("_".join(unicodedata.normalize("NFC", text).split()), known=False)


def look(text: str) -> str:
    """Give a form that is the same for names that people would take for one another."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
