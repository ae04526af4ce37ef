"""The recorder on a disk that fills and a file that breaks or goes: told once, nothing lost, recording goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_disk import small_disk

from gesture_app.live.checking import Held
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.widgets.message_bar import Message
from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample, SampleStore

PATIENCE_MS = 20_000


def sample(seed: int = 0) -> NewSample:
    points = np.random.default_rng(seed).normal(300, 50, (21, 3)).astype(np.float32)
    return NewSample(Hand(points, "Right", 0.875, (640, 480)), time=1000.0 + seed)


class Recorder:
    """A recorder and what it said."""

    def __init__(self, home: Home, qtbot: QtBot) -> None:
        self.controller = RecordingController(home)
        self.said: list[Message] = []
        self.controller.said.connect(self.said.append)
        self._qtbot = qtbot

    def keep(self, number: int) -> Message:
        """Keep a sample and give what was said of it."""
        before = len(self.said)
        self.controller.keep_one(sample(number), "fist", lambda _: None)
        self._qtbot.waitUntil(lambda: len(self.said) > before, timeout=PATIENCE_MS)
        return self.said[-1]


@pytest.fixture
def recorder(qtbot: QtBot) -> Iterator[Callable[[Home], Recorder]]:
    made: list[Recorder] = []

    def make(home: Home) -> Recorder:
        made.append(Recorder(home, qtbot))
        return made[-1]

    yield make
    for one in made:
        one.controller.close()


def test_recording_goes_on_when_a_full_disk_has_room_again(
    recorder: Callable[[Home], Recorder], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = Home(disk.folder)
        one = recorder(home)
        assert one.keep(0).severity == "good"
        disk.fill()
        number = 1
        while (said := one.keep(number)).severity == "good":
            number += 1
        assert "is full: free some space" in said.text
        disk.free()
        assert one.keep(number).severity == "good"
        one.controller.close()
        with SampleStore(home.samples_database) as store:
            assert store.count() == number + 1


def test_a_damaged_file_is_set_aside_and_recording_goes_on(
    recorder: Callable[[Home], Recorder], home: Home, qtbot: QtBot
) -> None:
    home.samples_database.write_bytes(b"not what it was, and long enough to be taken for a database " * 3)
    one = recorder(home)
    one.controller.begin()
    qtbot.waitUntil(lambda: bool(one.said), timeout=PATIENCE_MS)
    (aside,) = home.root.glob("samples.db.damaged-*")
    assert str(aside) in one.said[0].text
    assert one.said[0].severity == "bad"
    assert one.keep(0).severity == "good"


def test_damage_that_is_found_while_listing_is_mended(
    recorder: Callable[[Home], Recorder], home: Home, qtbot: QtBot
) -> None:
    with SampleStore(home.samples_database) as store:
        take = store.start_take(store.start_session(), "fist")
        store.add(take, [sample(seed) for seed in range(1500)])
    content = bytearray(home.samples_database.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\x5a" * 4096
    home.samples_database.write_bytes(content)
    one = recorder(home)
    samples = SamplesController(home, one.controller)
    counts: list[int] = []
    samples.listed.connect(lambda listing: counts.append(len(listing.ids)))
    try:
        samples.watch(True)
        samples._reading.run(lambda: samples._opened().samples(range(1, 1501)))
        qtbot.waitUntil(lambda: any("was set aside as" in said.text for said in one.said), timeout=PATIENCE_MS)
        qtbot.waitUntil(
            lambda: bool(counts) and samples._store is not None and samples._store.current, timeout=PATIENCE_MS
        )
        assert counts[-1] >= 1450
    finally:
        samples.close()
    assert one.keep(0).severity == "good"


def test_a_file_that_was_moved_away_gets_no_more_samples(
    recorder: Callable[[Home], Recorder], home: Home, tmp_path: Path
) -> None:
    one = recorder(home)
    assert one.keep(0).severity == "good"
    (tmp_path / "away").mkdir()
    for file in home.root.glob("samples.db*"):
        file.rename(tmp_path / "away" / file.name)
    assert one.keep(1).severity == "good"
    one.controller.close()
    with SampleStore(home.samples_database) as store:
        assert store.count() == 1
    with SampleStore(tmp_path / "away" / "samples.db") as store:
        assert store.count() == 1


def test_a_check_goes_on_in_the_file_that_takes_the_place_of_one_moved_away(
    make_window: Callable[..., MainWindow], home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    written: list[int] = []

    def hold(place: int) -> None:
        window.check._write(Held(place, "fist", (sample(place),)))
        window.recording.run(lambda store: store.count(), written.append)

    with SampleStore(home.samples_database) as store:
        store.start_session()  # so that the check's has a number that the next file does not know
    hold(0)
    qtbot.waitUntil(lambda: written == [1])
    for file in home.root.glob("samples.db*"):
        file.rename(tmp_path / file.name)
    hold(1)
    qtbot.waitUntil(lambda: written == [1, 1])
    assert window.messages.message is None
