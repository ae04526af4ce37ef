"""Watches a window's event loop: how long it did not come round, and what the window's thread did meanwhile."""

from __future__ import annotations

import faulthandler
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

LOOK_MS = 2
SAMPLE_S = 0.004
CAUSES = 3
_PLACE = re.compile(r'File "(.+)", line (\d+) in (\S+)')
PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(slots=True)
class HoldUp:
    """A time in which the loop did not come round.

    Attributes
    ----------
    step
        What was done at the time.
    lasted_ms
        How long it was; other programs that wanted the processor count, too.
    worked_ms
        How much of it the window's thread was at work.
    waited_ms
        How much of it the system gave the processor to others, which would not be on an idle machine; 0 where the
        system does not tell.
    seen
        What it was found at, by how often: places in the program, the innermost first.
    """

    step: str
    lasted_ms: float
    worked_ms: float
    waited_ms: float
    seen: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Say it in two lines."""
        commonest = [f"{count} x {place}" for place, count in self.seen.most_common(CAUSES)]
        cause = "\n           ".join(commonest) if commonest else "not seen"
        figures = f"{self.lasted_ms:7.1f} ms, {self.own_ms:6.1f} its own, at work {self.worked_ms:5.1f}"
        return f"{figures}  {self.step}\n           {cause}"

    @property
    def own_ms(self) -> float:
        """How long it would have been had the processor been there whenever it was wanted."""
        return self.lasted_ms - self.waited_ms


class LoopWatch:
    """Beats in the window's thread, and looks from another what that does while the beat is late.

    Parameters
    ----------
    limit_ms
        From where on a hold-up is looked into.
    """

    def __init__(self, limit_ms: float = 50.0) -> None:
        self.limit_ms = limit_ms
        self.step = ""
        self.hold_ups: list[HoldUp] = []
        """Those that lasted longer than the limit."""
        self.worst: dict[str, HoldUp] = {}
        """The longest of each step."""
        self._thread_id = threading.get_ident()
        self._beat = time.perf_counter()
        self._worked = time.thread_time()
        self._statistics = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._waited = self._look_up_waiting()
        self._seen: Counter[str] = Counter()
        self._ended = threading.Event()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)
        self._sampler = threading.Thread(target=self._sample, name="loop-watch", daemon=True)
        self._sampler.start()

    def begin(self, step: str) -> None:
        """Count for another step from here on."""
        self._look()
        self.step = step

    def stop(self) -> None:
        """End."""
        self._look()
        self._timer.stop()
        self._ended.set()
        self._sampler.join()

    def _look(self) -> None:
        now, worked, waited = time.perf_counter(), time.thread_time(), self._look_up_waiting()
        found = HoldUp(
            self.step,
            (now - self._beat) * 1e3 - LOOK_MS,
            (worked - self._worked) * 1e3,
            (waited - self._waited) * 1e3,
            self._seen,
        )
        self._beat, self._worked, self._waited, self._seen = now, worked, waited, Counter()
        before = self.worst.get(self.step)
        if before is None or found.own_ms > before.own_ms:
            self.worst[self.step] = found
        if found.lasted_ms > self.limit_ms:
            self.hold_ups.append(found)

    def _look_up_waiting(self) -> float:
        """Seconds in which this thread could have run and was not let, as Linux counts them."""
        try:
            return int(self._statistics.read_text().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    def _sample(self) -> None:
        with tempfile.TemporaryFile() as dump:
            while not self._ended.wait(SAMPLE_S):
                if (time.perf_counter() - self._beat) * 1e3 > self.limit_ms / 4:
                    # Not sys._current_frames: to make objects of the frames of a thread that runs has crashed Qt's.
                    dump.seek(0)
                    dump.truncate()
                    faulthandler.dump_traceback(dump, all_threads=True)
                    dump.seek(0)
                    self._seen[_places(dump.read().decode(errors="replace"), self._thread_id)] += 1


def _places(dump: str, thread_id: int) -> str:
    """Name the places of the program in a thread's stack, innermost first, after whatever it is in."""
    stack = next((part for part in dump.split("\n\n") if f"hread 0x{thread_id:016x}" in part), "")
    found = [(Path(place[1]), f"{Path(place[1]).name}:{place[2]} {place[3]}") for place in _PLACE.finditer(stack)]
    ours = [name for path, name in found if path.is_relative_to(PROJECT / "gesture_app")]
    innermost = [found[0][1]] if found and found[0][1] not in ours[:1] else []
    return " < ".join([*innermost, *ours[:6]])
