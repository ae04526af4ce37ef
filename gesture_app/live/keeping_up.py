"""Notices a machine that is too slow for its camera."""

from __future__ import annotations

ENOUGH_FPS = 24.0
"""With fewer results a second the drawn hand visibly lags behind."""

BUSY_SHARE = 0.8
"""Frames must take this share of the time that they may take, or it is the camera that is slow (in poor light)."""

FOR_S = 10.0
"""So long it must last: a machine that starts something else catches up again."""

WELL_S = 3.0
"""So long it must keep up for that to be believed."""


class KeepingUp:
    """Looks at the figures of a live source and says once when the machine stays too slow for it, and when no more."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._well_since_s: float | None = None
        self._said = False
        self._holds = False

    def update(self, time_s: float, fps: float, busy_ms: float) -> bool:
        """Take in the figures of a moment.

        Parameters
        ----------
        time_s
            Seconds on a steady clock.
        fps
            Results a second.
        busy_ms
            What recognising one frame takes.

        Returns
        -------
        bool
            True once, when results stayed below :data:`ENOUGH_FPS` because of the machine.
        """
        slow = 0.0 < fps < ENOUGH_FPS and busy_ms >= BUSY_SHARE * 1e3 / ENOUGH_FPS
        if not slow:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = time_s
        elif not self._said and time_s - self._since_s >= FOR_S:
            self._said = self._holds = True
            return True
        return False

    def caught_up(self, time_s: float, fps: float) -> bool:
        """Take in the figures of a moment, and say once when what was said does not hold any more.

        Parameters
        ----------
        time_s
            Seconds on a steady clock.
        fps
            Results a second.

        Returns
        -------
        bool
            True once, when results stayed at :data:`ENOUGH_FPS` or more for :data:`WELL_S` after it was too slow.
        """
        if not self._holds or fps < ENOUGH_FPS:
            self._well_since_s = None
        elif self._well_since_s is None:
            self._well_since_s = time_s
        elif time_s - self._well_since_s >= WELL_S:
            self._holds = False
            return True
        return False

    def restart(self) -> None:
        """Begin anew with another source; what was said is not said again."""
        self._since_s = self._well_since_s = None
