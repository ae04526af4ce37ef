"""The states of a live session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gesture_app.capture.source import (
    SourceBusyError,
    SourceDeniedError,
    SourceLostError,
    SourceMissingError,
)


class SessionState(Enum):
    """Where a session is."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """Where a session is and why.

    Attributes
    ----------
    state
        The state.
    source_name
        What the user calls the source; empty where there is none.
    message
        A sentence for the user where there is something to say, else empty.
    error_kind
        ``busy``, ``missing``, ``denied`` or ``lost`` where the source said so, else empty.
    """

    state: SessionState
    source_name: str = ""
    message: str = ""
    error_kind: str = ""


@dataclass(frozen=True, slots=True)
class SessionCounters:
    """How the session keeps up.

    Attributes
    ----------
    fps
        Results a second over the last second.
    dropped
        Frames passed over since the source opened.
    latency_ms
        From the moment when the newest frame was read to the moment when its result was there.
    """

    fps: float = 0.0
    dropped: int = 0
    latency_ms: float = 0.0


_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (SourceBusyError, "busy"),
    (SourceMissingError, "missing"),
    (SourceDeniedError, "denied"),
    (SourceLostError, "lost"),
)


def error_kind(error: Exception) -> str:
    """Give the kind that a status names for an error, empty where it is none of the known ones."""
    return next((kind for type_, kind in _KINDS if isinstance(error, type_)), "")
