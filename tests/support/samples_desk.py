"""The samples page over a store of recorded takes, and what tests do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.samples.samples_model import Column, SamplesModel
from models.hand.landmarks import Hand, Handedness
from models.home import Home
from models.samples import NewSample, Opinion, SampleFilter, SampleStore

PATIENCE_MS = 20_000
Plan = Sequence[tuple[str, int, Handedness | None]]
RECORDED: Plan = (("like", 30, "Right"), ("fist", 5, "Left"), ("like", 7, "Left"), ("spock", 3, None))


def fill(home: Home, plan: Plan = RECORDED, seed: int = 1) -> None:
    """Record takes, the first two in one session and each further one in its own."""
    rng = np.random.default_rng(seed)
    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for place, (gesture, count, hand) in enumerate(plan):
            if place > 1:
                session = store.start_session()
            take = store.start_take(session, gesture)
            hands = (
                Hand(rng.uniform(50, 400, (21, 3)).astype(np.float32), hand, 0.9, (640, 480)) for _ in range(count)
            )
            store.add(take, [NewSample(one, 1.7e9, Opinion("like", 0.87, "shipped")) for one in hands])


@dataclass
class Desk:
    """A page, put together as the window does it."""

    page: SamplesPage
    controller: SamplesController
    recording: RecordingController
    home: Home
    qtbot: QtBot

    @property
    def model(self) -> SamplesModel:
        return self.controller.model

    def listing(self, act: Callable[[], object]) -> None:
        """Do something and wait until samples were listed."""
        with self.qtbot.waitSignal(self.controller.listed, timeout=PATIENCE_MS):
            act()

    def choose(self, **chosen: object) -> None:
        """Choose samples."""
        self.listing(lambda: self.page.filters.choose(SampleFilter(**chosen)))

    def select(self, *rows: int) -> None:
        """Select samples by their rows."""
        self.page.grid.clearSelection()
        for row in rows:
            self.page.grid.selectionModel().select(
                self.model.index(row, 0),
                QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
            )

    def texts(self, column: Column) -> list[str]:
        """Give a column of the table once it is there."""
        rows = range(self.model.rowCount())
        self.qtbot.waitUntil(lambda: all(self.model.sample(row) is not None for row in rows), timeout=PATIENCE_MS)
        return [self.model.index(row, column).data() for row in rows]
