"""The 18 gestures of HaGRID, and the name for a hand that makes none."""

from __future__ import annotations

GESTURES: tuple[str, ...] = (
    "call",
    "dislike",
    "fist",
    "four",
    "like",
    "mute",
    "ok",
    "one",
    "palm",
    "peace",
    "peace_inverted",
    "rock",
    "stop",
    "stop_inverted",
    "three",
    "three2",
    "two_up",
    "two_up_inverted",
)
NO_GESTURE = "no_gesture"
