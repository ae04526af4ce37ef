"""Lets the window live between two pictures."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

PATIENCE_S = 60.0


def wait_until(holds: Callable[[], bool]) -> None:
    """Let the window live until something holds.

    Raises
    ------
    TimeoutError
        When it does not within a minute.
    """
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("The window did not come to the state that was to be photographed.")
        settle(30)


def settle(milliseconds: int) -> None:
    """Let the window live for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
