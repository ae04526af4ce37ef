"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Let the C library return what it keeps for later.

    Linux's keeps a store for every thread that ever allocated: with each source that is opened and closed it grows, up
    to a third of what the program uses. Elsewhere this does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library of Linux has it
    if trim is not None:
        trim(0)
