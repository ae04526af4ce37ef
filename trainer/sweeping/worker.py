"""How a worker process of ours behaves: quiet on Ctrl-C, gone when its parent is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import cache

PARENT_CHECK_S = 0.5
NICENESS = 10


@cache
def settle_in() -> None:
    """Prepare this process, once, when it is a worker; elsewhere, as in a worker of Dask, nothing happens.

    ``Ctrl-C`` reaches every process of a terminal: the parent ends its workers itself, and says so once. A parent that
    was killed can end nobody, so workers look for it. Whoever waits for the user, the parent or the live picture, goes
    first.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not parent.name.startswith("MainProcess"):
        return
    if threading.current_thread() is not threading.main_thread():
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    watch = _until_parent_changes if hasattr(os, "fork") else parent.join
    threading.Thread(target=_leave_after, args=(watch,), name="parent", daemon=True).start()


def _leave_after(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)


def _until_parent_changes() -> None:
    """Wait: an orphan gets another parent, and loky's processes know no other sign of it on POSIX."""
    first = os.getppid()
    while os.getppid() == first:
        time.sleep(PARENT_CHECK_S)
