"""What a check says in words; no widget, so that it can be tested alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gesture_app.live.checking import CheckRun, HandsAsked, Step
from gesture_app.live.recording import Skip
from gesture_app.ui.wording import counted, gesture_name, share, tr
from models.hand.landmarks import Handedness

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore, GestureScore

MOST_NAMED = 3


def hands_words(hands: HandsAsked) -> str:
    """Name a choice of hands."""
    return {
        HandsAsked.EITHER: tr("Either hand"),
        HandsAsked.HALVES: tr("Half right, half left"),
        HandsAsked.RIGHT: tr("Right hand"),
        HandsAsked.LEFT: tr("Left hand"),
    }[hands]


def side_words(side: Handedness | None) -> str:
    """Say with which hand a gesture is shown."""
    return {"Left": tr("with your left hand"), "Right": tr("with your right hand"), None: tr("with either hand")}[side]


def step_words(run: CheckRun, now_s: float, skip: Skip | None) -> str:
    """Say what the user is to do now."""
    step = run.step(now_s)
    if step is Step.PAUSED:
        return tr("Paused")
    if step is Step.READY:
        return tr("Get ready")
    reasons = {
        Skip.NO_HAND: tr("No hand in view"),
        Skip.SMALL: tr("Too far away"),
        Skip.CUT: tr("Cut off by the border"),
    }
    return reasons.get(skip, tr("Hold it")) if skip is not None else tr("Hold it")


def left_words(run: CheckRun) -> str:
    """Say which gesture it is of how many, and how long the rest takes."""
    seconds = 5 * math.ceil(run.seconds_left() / 5)
    text = tr("{place} of {count} · about {seconds} s left")
    return text.format(place=min(run.place + 1, len(run.plan.gestures)), count=len(run.plan.gestures), seconds=seconds)


def verdict_words(score: CheckScore) -> str:
    """Say in a sentence how well a model does."""
    weak = sorted((gesture for gesture in score.gestures if gesture.right < gesture.count), key=lambda one: one.share)
    if not weak:
        return tr("Every hand was recognised.")
    names = ", ".join(gesture_name(gesture.gesture) for gesture in weak[:MOST_NAMED])
    if len(weak) <= MOST_NAMED:
        return tr("Not always recognised: {names}.").format(names=names)
    return counted("%n gesture(s) were not always recognised, least of all {names}.", len(weak)).format(names=names)


def basis_words(score: CheckScore) -> str:
    """Say what a score stands on."""
    hands, gestures = counted("%n hand(s)", score.hands), counted("%n gesture(s)", len(score.gestures))
    return tr("{hands}, {gestures}").format(hands=hands, gestures=gestures)


def taken_words(gesture: GestureScore) -> str:
    """Say what a gesture was taken for where it was not recognised."""
    if not gesture.known:
        return tr("not known to this model")
    parts = [gesture_name(name) for name, _ in gesture.taken_for]
    if gesture.unknown:
        parts.append(tr("unknown"))
    return ", ".join(parts)


def for_you_words(score: CheckScore | None) -> str:
    """Say how good a version is for this user; empty where that is not known."""
    return "" if score is None else tr("for you {share}").format(share=share(score.share))
