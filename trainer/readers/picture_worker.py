"""What worker processes do: one picture in, its hands out."""

from __future__ import annotations

import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from pathlib import Path

from models.hand.landmarks import Hand
from models.hand.opencv import cv2
from models.hand.picture_file import load_picture
from models.hand.still import StillFinder


def begin() -> None:
    """Prepare a worker: it leaves ``Ctrl-C`` to its parent, and ends when the parent is gone, however that died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="parent", daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


@functools.cache
def _finder(landmarker: Path) -> StillFinder:
    """Make the finder of this process; it lives as long as the process."""
    return StillFinder(landmarker)


def find_in_file(landmarker: Path, path: Path) -> list[Hand] | None:
    """Find the hands of a picture file, in a worker process; None when it is no readable picture."""
    return find_with(_finder(landmarker), path)


def find_with(finder: StillFinder, path: Path) -> list[Hand] | None:
    """Find the hands of a picture file; None when it is no readable picture."""
    picture = load_picture(path)
    return None if picture is None else finder.find(picture)
