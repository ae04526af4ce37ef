"""Pictures imported by two workers and by one, in turns. Opt-in, with nothing else running.

``uv run pytest tests/benchmarks/test_import_speed.py -s``
The pictures are those of the data folder, several times over, so that starting the workers does not count for all.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from trainer.readers.pictures import hands_of_pictures

TIMES = int(os.environ.get("GESTURE_IMPORT_TIMES", "3"))
TURNS = 2


def processor_s() -> float:
    """Give the processor time of this process and of the workers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.mark.timeout(900)
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_two_workers_against_one(shared_data: Path, landmarker_file: Path) -> None:
    pictures = sorted((shared_data / "photos").glob("*/*"), key=lambda path: path.name) * TIMES
    seconds: dict[int, list[float]] = {1: [], 2: []}
    worked: dict[int, list[float]] = {1: [], 2: []}
    found: dict[int, int] = {}
    for _ in range(TURNS):
        for jobs, taken in seconds.items():
            begun, worked_before = time.perf_counter(), processor_s()
            found[jobs] = sum(bool(hands) for hands in hands_of_pictures(pictures, landmarker_file, jobs))
            taken.append(time.perf_counter() - begun)
            worked[jobs].append(processor_s() - worked_before)
    one, two = (float(np.min(taken)) for taken in seconds.values())
    alone, shared = (float(np.min(times)) for times in worked.values())
    print(
        f"\nprocessor time {alone:.1f} and {shared:.1f} s: {2 * alone / shared:.2f} times as fast on two free cores",
        end="",
    )
    print(
        f"\n{len(pictures)} pictures: one worker {one:.1f} s, two workers {two:.1f} s, {one / two:.2f} times as fast"
        f" ({len(pictures) / two:.0f} pictures a second)"
    )
    assert found[1] == found[2]
    assert one / two >= 1.7
