from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gesture_app.live.process_memory import MOST_STORES, give_back, settle_memory

STATUS = Path("/proc/self/status")


COUNT_STORES = """
import ctypes, sys, threading
from gesture_app.live.process_memory import settle_memory

if sys.argv[1] == "few":
    settle_memory()
together = threading.Barrier(8)
def work():
    bytearray(5000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


def resident_mb() -> float:
    return int(STATUS.read_text().split("VmRSS:")[1].split()[0]) / 1024


def test_it_can_be_called_anywhere() -> None:
    give_back()
    give_back()
    settle_memory()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the C library of Linux")
def test_threads_share_few_stores() -> None:
    def stores(how: str) -> int:
        asked = subprocess.run([sys.executable, "-c", COUNT_STORES, how], capture_output=True, text=True, check=True)
        return asked.stdout.count("<heap nr=")

    assert stores("few") <= MOST_STORES < stores("as many as it likes")


@pytest.mark.skipif(not STATUS.exists(), reason="measures memory as Linux tells it")
def test_what_was_freed_is_given_back() -> None:
    # Pieces small enough for the C library to keep, with one at the end that holds its store open.
    pieces = [np.ones(8192, np.uint8) for _ in range(10_000)]
    full = resident_mb()
    del pieces[:-1]
    give_back()
    assert full - resident_mb() > 60


FREE_AND_TAKE = """
import resource, sys
from gesture_app.live.process_memory import settle_memory

if sys.argv[1] == "kept":
    settle_memory()
frames = [bytearray(1_500_000) for _ in range(4)]  # what the largest piece was, glibc keeps twice of
del frames
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    frames = [bytearray(1_500_000) for _ in range(4)]
    del frames
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the C library of Linux")
def test_pages_of_every_frame_are_not_handed_back_and_taken_again() -> None:
    def faults(how: str) -> int:
        asked = subprocess.run([sys.executable, "-c", FREE_AND_TAKE, how], capture_output=True, text=True, check=True)
        return int(asked.stdout)

    assert faults("kept") < 0.01 * faults("as ever")
