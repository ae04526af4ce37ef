"""From frames to labels, live: threads, following, smoothing and what is drawn.

The names below are imported when they are first used, so that drawing does not load the model's runtime.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gesture_app.live.recogniser import Recogniser, RecogniserError, RecogniserOptions
    from gesture_app.live.result import FrameResult, HandResult, StageTimes
    from gesture_app.live.session import LiveSession, SessionState, SessionStatus

__all__ = [
    "FrameResult",
    "HandResult",
    "LiveSession",
    "Recogniser",
    "RecogniserError",
    "RecogniserOptions",
    "SessionState",
    "SessionStatus",
    "StageTimes",
]

_HOMES = {
    "FrameResult": "result",
    "HandResult": "result",
    "LiveSession": "session",
    "Recogniser": "recogniser",
    "RecogniserError": "recogniser",
    "RecogniserOptions": "recogniser",
    "SessionState": "session",
    "SessionStatus": "session",
    "StageTimes": "result",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
