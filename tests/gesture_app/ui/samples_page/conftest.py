"""The samples page as the window puts it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot
from samples_desk import Desk, fill

from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.theme import Theme
from models.home import Home


@pytest.fixture
def make_desk(home: Home, theme: Theme, qtbot: QtBot) -> Iterator[Callable[[], Desk]]:
    desks: list[Desk] = []

    def make() -> Desk:
        recording = RecordingController(home)
        controller = SamplesController(home, recording)
        page = SamplesPage(theme, controller.model)
        qtbot.addWidget(page)
        qtbot.addWidget(page.header)
        controller.connect_page(page)
        page.resize(1100, 700)
        desk = Desk(page, controller, recording, home, qtbot)
        desks.append(desk)
        desk.listing(page.show)
        return desk

    yield make
    for desk in desks:
        desk.controller.close()
        desk.recording.close()


@pytest.fixture
def desk(home: Home, make_desk: Callable[[], Desk]) -> Desk:
    fill(home)
    return make_desk()
