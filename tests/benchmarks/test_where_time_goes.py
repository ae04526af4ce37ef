"""Processor time a frame by thread, of the pipeline and of MediaPipe alone. Opt-in: ``uv run pytest <this file> -s``.

Processor time says what is done, however busy the machine is. Recognition waits for all but reading and painting,
which have threads of their own.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gesture_app.bench.painting import Painting, make_painter
from gesture_app.bench.turns import DirectSupply, ReaderSupply, Side, bare_turn, pipeline_turn
from gesture_app.capture.choose import make_source
from gesture_app.live import Recogniser, RecogniserOptions
from models.gesture.catalog import load_model
from models.hand.bare import BareLandmarker
from models.home import find_home

TASKS = Path("/proc/self/task")
FRAMES = 200
NAMES = {
    "MainThread": "painting",
    "frame reader": "reading",
    "bench_0": "recognition, our own part",
    "drishti": "MediaPipe",
}

pytestmark = [
    pytest.mark.skipif(not TASKS.is_dir(), reason="reads threads' times as Linux tells them"),
    pytest.mark.timeout(300),
]


def spent_ms() -> dict[str, tuple[str, float]]:
    """Give name and processor time of every thread of this process."""
    ours = {str(thread.native_id): thread.name for thread in threading.enumerate()}
    found = {}
    for task in TASKS.iterdir():
        try:
            name = ours.get(task.name) or (task / "comm").read_text().strip()
            total = int((task / "schedstat").read_text().split()[0]) / 1e6
            found[task.name] = NAMES.get(name, name.partition(":")[0]), total
        except FileNotFoundError:  # it has just ended
            continue
    return found


def by_thread(turn: Callable[[], int]) -> Counter[str]:
    before = spent_ms()
    frames = turn()
    assert frames == FRAMES
    spent: Counter[str] = Counter()
    for task, (name, total) in spent_ms().items():
        spent[name] += (total - before.get(task, ("", 0.0))[1]) / frames
    return spent


@pytest.mark.parametrize("clip", ["counting_hand.mp4", "demo", "demo:2"])
def test_processor_time_by_thread(clip: str, shared_data: Path, landmarker_file: Path, qapp: object) -> None:
    spec = str(shared_data / "videos" / clip) if clip.endswith(".mp4") else clip
    options = RecogniserOptions(hands=2, sparing=True)
    model = load_model("shipped", find_home())

    def work() -> tuple[Counter[str], Counter[str]]:
        with (
            Recogniser(model, landmarker=landmarker_file, options=options) as recogniser,
            ReaderSupply(make_source(spec, paced=False)) as supply,
        ):
            pipeline_turn(supply, recogniser, painting, Side(), 40)
            ours = by_thread(lambda: pipeline_turn(supply, recogniser, painting, Side(), FRAMES))
        with BareLandmarker(landmarker_file, 2) as bare, DirectSupply(make_source(spec, paced=False)) as direct:
            bare_turn(direct, bare, Side(), 40)
            return ours, by_thread(lambda: bare_turn(direct, bare, Side(), FRAMES))

    with closing(make_painter()) as painter:
        painting = Painting(painter, lambda *_: None)
        ours, alone = painting.while_running(work)
    alone["reading and our own part"] = alone.pop("recognition, our own part", 0.0)
    waited_for = sum(ours[name] for name in ("recognition, our own part", "MediaPipe", "ThreadPoolExecutor-0_0"))
    for name, spent in (("the whole pipeline", ours), ("MediaPipe alone", alone)):
        parts = ", ".join(f"{part} {ms:.1f}" for part, ms in spent.most_common(6) if ms >= 0.05)
        sys.stdout.write(f"\n{clip}: {name}, ms a frame: {spent.total():.1f} ({parts})")
    sys.stdout.write(
        f"\n  recognition waits for {waited_for:.1f} ms of it; all of MediaPipe alone {alone.total():.1f}\n"
    )
