"""Threads that want to run Python wait for each other only briefly."""

from __future__ import annotations

import sys

SWITCH_S = 0.001
"""How long one thread runs Python while others wait; by default five times that, for each that is in the queue."""


def take_short_turns() -> None:
    """Let the window's thread and the recognition's not wait long for one another."""
    sys.setswitchinterval(SWITCH_S)
