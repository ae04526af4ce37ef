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

ORDER: tuple[str, ...] = (
    *("palm", "four", "three", "three2", "peace", "two_up", "one", "mute", "fist"),
    *("rock", "call", "like", "dislike", "ok", "stop", "stop_inverted", "peace_inverted", "two_up_inverted"),
)
"""The order in which all of them are shown: neighbours are alike, so that a hand need not travel far."""
