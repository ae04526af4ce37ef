"""The samples page over 100,000 samples: opening, scrolling, filtering. Opt-in: ``pytest tests/benchmarks -s``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.samples.samples_csv import write_csv
from gesture_app.ui.theme import Theme
from models.gesture.gestures import GESTURES
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows
from models.home import Home
from models.samples import NewSample, Opinion, SampleFilter, SampleStore

SAMPLES, PER_TAKE, PER_SESSION = 100_000, 25, 40
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    rng = np.random.default_rng(0)
    pool = {name: gesture_rows(name, 50, rng).reshape(-1, 21, 3) for name in GESTURES}
    with SampleStore(home.samples_database) as store:
        session = 0
        for number in range(SAMPLES // PER_TAKE):
            if number % PER_SESSION == 0:
                session = store.start_session()
            name = GESTURES[int(rng.integers(len(GESTURES)))]
            rows = pool[name][rng.integers(0, 50, PER_TAKE)]
            hands = [Hand(np.array(points, np.float32), "Right", 0.9, (640, 480)) for points in rows]
            opinion = Opinion(name, 0.9, "shipped")
            store.add(store.start_take(session, name), [NewSample(hand, 1.7e9 + number, opinion) for hand in hands])
    return home


@dataclass
class Watch:
    """How long the window's loop stood still, in milliseconds; other programs' share of the processor counts, too."""

    gaps: list[float] = field(default_factory=list)
    _last: float = 0.0

    def start(self) -> None:
        """Begin."""
        self.gaps.clear()
        self._last = time.perf_counter()

    def tick(self) -> None:
        """Called by a timer that is due every 2 ms."""
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1e3)
        self._last = now

    def __str__(self) -> str:
        gaps = np.array(self.gaps)
        return f"loop stood still {np.percentile(gaps, 99):.1f} ms (99 %), {gaps.max():.1f} ms at most"


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    made = Watch()
    timer = QTimer()
    timer.timeout.connect(made.tick)
    timer.start(2)
    made.start()
    yield made
    timer.stop()


@pytest.mark.timeout(300)
def test_a_hundred_thousand_samples(full_home: Home, qapp: QApplication, qtbot: QtBot, watch: Watch) -> None:
    qapp.setStyle("Fusion")
    theme = Theme(qapp)
    theme.apply("light")
    recording = RecordingController(full_home)
    controller = SamplesController(full_home, recording)
    page = SamplesPage(theme, controller.model)
    qtbot.addWidget(page)
    qtbot.addWidget(page.header)
    controller.connect_page(page)
    page.resize(1132, 730)

    def listed(what: str, act: Callable[[], object]) -> float:
        watch.start()
        began, counted = time.perf_counter(), []
        controller.listed.connect(lambda _: counted.append(time.perf_counter() - began))
        act()
        qtbot.waitUntil(lambda: controller.model.ids is not known[0], timeout=PATIENCE_MS)
        known[0] = controller.model.ids
        qtbot.waitUntil(lambda: not len(known[0]) or controller.model.sample(0) is not None, timeout=PATIENCE_MS)
        page.grid.viewport().repaint()
        took = time.perf_counter() - began
        qtbot.waitUntil(lambda: bool(counted), timeout=PATIENCE_MS)
        print(f"{what}: hands after {took:.3f} s, counts after {counted[0]:.3f} s; {watch}")
        return took

    known = [controller.model.ids]
    opened = listed("open", page.show)
    assert controller.model.rowCount() == SAMPLES
    listed("order by gesture", lambda: (page.filters.sort.setCurrentIndex(2), page.filters.sort.activated.emit(2)))
    listed("filter by gesture", lambda: page.filters.choose(SampleFilter(gesture="like")))
    listed("all again", lambda: page.filters.choose(SampleFilter()))
    for name, view in (("grid", page.grid), ("table", page.table)):
        page.views.setCurrentWidget(view)
        qtbot.wait(200)
        bar = view.verticalScrollBar()
        for kind, step in (("slowly", 40), ("a page a frame", view.viewport().height()), ("far", bar.maximum() // 50)):
            watch.start()
            paints = []
            for _ in range(100 if kind != "far" else 50):
                bar.setValue(bar.value() + step)
                began = time.thread_time()  # of the processor: what a machine with nothing else to do would need
                view.viewport().repaint()
                paints.append((time.thread_time() - began) * 1e3)
                qtbot.wait(10)
            print(f"{name}, scrolled {kind}: {np.median(paints):.1f} ms a frame, {max(paints):.1f} at most; {watch}")
            bar.setValue(0)
    page.views.setCurrentWidget(page.grid)
    watch.start()
    page.resize(1500, 900)
    qtbot.wait(50)
    print(f"resized: {watch}")
    watch.start()
    page.grid.selectAll()
    qtbot.wait(50)
    print(f"all selected: {watch}")
    assert len(page.selected) == SAMPLES
    listed("all into the bin", page.selection_bar.delete.emit)
    controller.close()
    recording.close()
    assert opened < 1.0


@pytest.mark.timeout(300)
def test_export_to_csv(full_home: Home, tmp_path: Path) -> None:
    with SampleStore(full_home.samples_database) as store:
        store.restore(store.ids(SampleFilter(binned=True)))
    began = time.perf_counter()
    assert write_csv(full_home.samples_database, tmp_path / "all.csv", lambda: False) == SAMPLES
    size = (tmp_path / "all.csv").stat().st_size / 1e6
    print(f"exported: {time.perf_counter() - began:.1f} s, {size:.0f} MB")
