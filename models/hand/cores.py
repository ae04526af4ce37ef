"""Which processor cores are ours, and keeping the threads that are begun meanwhile to some of them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection, Iterator


def own_cores() -> list[int]:
    """Give the numbers of the cores that this thread may run on; where the system does not say, of all."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else list(range(os.cpu_count() or 1))


@contextlib.contextmanager
def kept_to(cores: Collection[int]) -> Iterator[None]:
    """Run this thread on these cores only, and all threads that are begun meanwhile for as long as they live.

    Only Linux hands a thread's cores down to those that it begins; elsewhere, and where the system forbids it, nothing
    changes.
    """
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)
