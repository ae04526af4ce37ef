"""A guided check: every gesture is shown once, held for a moment, and a few hands of it are kept. Knows no window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from gesture_app.live.recording import LEAST_CHANGE, Skip, change, skip_reason
from gesture_app.live.result import FrameResult, HandResult
from models.gesture.gestures import NO_GESTURE, ORDER
from models.hand.landmarks import Hand, Handedness
from models.samples.sample import NewSample, Opinion

LONGEST_GAP_S = 0.5
"""A hand that was gone for longer begins its hold anew."""

LONGEST_FRAME_S = 0.25
"""No two frames count for more of a hold than this, however long they lie apart."""

MOVED = 0.12
"""Mean movement of the landmarks about the wrist, in lengths of the hand, from which it is another posture."""


class HandsAsked(Enum):
    """With which hand gestures are shown."""

    EITHER = "either"
    RIGHT = "right"
    LEFT = "left"
    HALVES = "halves"


class Step(Enum):
    """What the user is to do now."""

    READY = "get ready"
    HOLD = "hold"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """What is to be shown.

    Attributes
    ----------
    gestures
        In this order.
    hands
        With which hand; HALVES is the first half with the right hand, the rest with the left.
    ready_s
        Seconds to take up a posture before anything counts.
    hold_s
        Seconds that it is held.
    samples
        Hands kept of each gesture at most; copies of one another are not kept.
    """

    gestures: tuple[str, ...]
    hands: HandsAsked = HandsAsked.EITHER
    ready_s: float = 1.3
    hold_s: float = 2.0
    samples: int = 6

    @property
    def seconds(self) -> float:
        """How long it takes when no hold is broken."""
        return len(self.gestures) * (self.ready_s + self.hold_s)

    def side(self, place: int) -> Handedness | None:
        """Say which hand is asked for at a place; None for either."""
        if self.hands is HandsAsked.HALVES:
            return "Right" if place < (len(self.gestures) + 1) // 2 else "Left"
        sides: dict[HandsAsked, Handedness] = {HandsAsked.RIGHT: "Right", HandsAsked.LEFT: "Left"}
        return sides.get(self.hands)


@dataclass(frozen=True, slots=True)
class Held:
    """A gesture that was held to the end: all of it is kept, or none.

    Attributes
    ----------
    place
        Of the gesture in the plan.
    gesture
        Its name.
    samples
        At least one.
    """

    place: int
    gesture: str
    samples: tuple[NewSample, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What became of a frame: a gesture held to the end, a reason why it does not count, or neither."""

    held: Held | None = None
    skip: Skip | None = None


@dataclass(slots=True)
class CheckRun:
    """One check in the making. Times are seconds of one clock that does not run backwards.

    Attributes
    ----------
    plan
        What is to be shown.
    began_s
        When it was asked for.
    place
        Of the gesture that is shown now; the number of gestures once all were.
    """

    plan: CheckPlan
    began_s: float
    place: int = 0
    _shown_s: float = field(init=False)
    _paused: bool = False
    _held_s: float = 0.0
    _last_s: float | None = None
    _first: Hand | None = None
    _samples: list[NewSample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shown_s = self.began_s

    @property
    def gesture(self) -> str:
        """The gesture that is shown now; empty at the end."""
        return self.plan.gestures[self.place] if self.place < len(self.plan.gestures) else ""

    @property
    def next_gesture(self) -> str:
        """The one after it; empty where there is none."""
        return self.plan.gestures[self.place + 1] if self.place + 1 < len(self.plan.gestures) else ""

    @property
    def side(self) -> Handedness | None:
        """The hand that is asked for now; None for either."""
        return self.plan.side(self.place)

    @property
    def paused(self) -> bool:
        """Whether it waits for the user."""
        return self._paused

    def step(self, now_s: float) -> Step:
        """Say what the user is to do."""
        if not self.gesture:
            return Step.DONE
        if self._paused:
            return Step.PAUSED
        return Step.READY if now_s < self._shown_s + self.plan.ready_s else Step.HOLD

    def share(self) -> float:
        """Give how much of the hold is done, 0 to 1."""
        return min(self._held_s / self.plan.hold_s, 1.0)

    def seconds_left(self) -> float:
        """Give how long the rest takes when no hold is broken, this gesture as a whole."""
        return (len(self.plan.gestures) - self.place) * (self.plan.ready_s + self.plan.hold_s)

    def offer(self, result: FrameResult, now_s: float, wall_s: float) -> Look:
        """Look at a frame.

        Parameters
        ----------
        result
            What was recognised.
        now_s
            The run's own clock.
        wall_s
            Seconds since 1970, kept with the samples.
        """
        if self.step(now_s) is not Step.HOLD:
            return Look()
        seen = hand_asked(result, self.side)
        reason = Skip.NO_HAND if seen is None else skip_reason(seen.hand, None)
        if seen is None or reason is not None:
            if self._last_s is not None and now_s - self._last_s > LONGEST_GAP_S:
                self._begin_hold()
            return Look(skip=reason)
        if self._last_s is None or now_s - self._last_s > LONGEST_GAP_S:
            self._begin_hold()
        if self._first is not None and change(seen.hand, self._first) > MOVED:
            self._begin_hold()
        if self._first is None or self._last_s is None:
            self._first = seen.hand
        else:
            self._held_s += min(now_s - self._last_s, LONGEST_FRAME_S)
        self._last_s = now_s
        self._keep(seen, result.model, wall_s)
        if self._held_s < self.plan.hold_s:
            return Look()
        held = Held(self.place, self.gesture, tuple(self._samples))
        self._go_to(self.place + 1, now_s)
        return Look(held)

    def skip(self, now_s: float) -> None:
        """Leave this gesture out."""
        if self.gesture:
            self._go_to(self.place + 1, now_s)

    def back(self, now_s: float) -> None:
        """Show the gesture before this one again."""
        self._go_to(max(self.place - 1, 0), now_s)

    def pause(self) -> None:
        """Wait; what was held of this gesture is held anew."""
        self._paused = True
        self._begin_hold()

    def resume(self, now_s: float) -> None:
        """Go on, with time to get ready."""
        if self._paused:
            self._go_to(self.place, now_s)

    def _keep(self, seen: HandResult, model: str, wall_s: float) -> None:
        due = len(self._samples) * self.plan.hold_s / self.plan.samples
        if len(self._samples) >= self.plan.samples or self._held_s < due:
            return
        if self._samples and change(seen.hand, self._samples[-1].hand) < LEAST_CHANGE:
            return
        self._samples.append(NewSample(seen.hand, wall_s, Opinion(seen.label, seen.confidence, model)))

    def _begin_hold(self) -> None:
        self._held_s, self._last_s, self._first = 0.0, None, None
        self._samples.clear()

    def _go_to(self, place: int, now_s: float) -> None:
        self._begin_hold()
        self._paused = False
        self.place, self._shown_s = place, now_s


def hand_asked(result: FrameResult, side: Handedness | None) -> HandResult | None:
    """Give the hand that is looked at: the largest of the side that is asked for, or the largest of all.

    Which hand it is, the detector only guesses; so a single hand counts whatever it is taken for.
    """
    for hand in result.hands:
        if side is None or (hand.side or hand.hand.handedness) == side:
            return hand
    return result.hands[0] if result.hands else None


def gestures_to_check(labels: Iterable[str]) -> tuple[str, ...]:
    """Put a model's gestures into an order in which neighbours are alike; those of the user's own come last."""
    known = [label for label in labels if label != NO_GESTURE]
    return (*(label for label in ORDER if label in known), *(label for label in known if label not in ORDER))
