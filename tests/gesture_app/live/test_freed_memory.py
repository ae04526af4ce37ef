from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesture_app.live.freed_memory import give_back

STATUS = Path("/proc/self/status")


def resident_mb() -> float:
    return int(STATUS.read_text().split("VmRSS:")[1].split()[0]) / 1024


def test_it_can_be_called_anywhere() -> None:
    give_back()
    give_back()


@pytest.mark.skipif(not STATUS.exists(), reason="measures memory as Linux tells it")
def test_what_was_freed_is_given_back() -> None:
    # Pieces small enough for the C library to keep, with one at the end that holds its store open.
    pieces = [np.ones(8192, np.uint8) for _ in range(10_000)]
    full = resident_mb()
    del pieces[:-1]
    give_back()
    assert full - resident_mb() > 60
