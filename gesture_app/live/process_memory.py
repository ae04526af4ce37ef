"""What the C library keeps of freed memory: in few stores, not handed back at every frame, but when a source ends."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

MOST_STORES = 2
"""Of freed memory. With a store for every few threads, memory grew from 770 to 850 MB within ten minutes of sources
opened and closed at full speed; with two it stayed between 711 and 722, at the same speed."""

KEPT_FREE = 64 << 20
"""Bytes that a store may hold free at its end. By default it hands the pages of every few frames back and takes them
again: 75 page faults a frame, and two in a hundred of the processor's time."""

LARGEST_IN_STORE = 32 << 20
"""Bytes from which a piece is a mapping of its own: the most that glibc's default comes to by itself, too."""

# Numbers of glibc's parameters (malloc.h), what the user may have said of them, and what is set.
_PARAMETERS = (
    (-8, "MALLOC_ARENA_MAX", MOST_STORES),
    (-1, "MALLOC_TRIM_THRESHOLD_", KEPT_FREE),
    (-3, "MALLOC_MMAP_THRESHOLD_", LARGEST_IN_STORE),
)


def settle_memory() -> None:
    """Let all threads that come share few stores of memory, which keep it; to be called before there are many.

    Linux's C library makes up to eight stores for each core, a new thread takes one of them, and what one keeps no
    other can use. Elsewhere this does nothing.
    """
    mallopt = _function("mallopt")
    for parameter, variable, value in _PARAMETERS:
        if mallopt is not None and variable not in os.environ:  # the user's own word on it
            mallopt(parameter, value)


def give_back() -> None:
    """Let the C library return what it keeps for later.

    It may be a third of what the program uses where a source was opened and closed. Elsewhere than on Linux this does
    nothing.
    """
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


def _function(name: str) -> Callable[..., Any] | None:
    """Give a function of glibc; not every C library of Linux has it."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
