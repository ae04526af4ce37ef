"""Samples into files and back, with a real store and the real trainer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.samples.samples_csv import ExportError, write_csv
from gesture_app.ui.samples.samples_model import SamplesModel
from gesture_app.ui.samples.samples_transfer import SamplesTransfer
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import Message
from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample, Opinion, SampleColumns, SampleStore
from trainer.data.writing import write_dataset
from trainer.readers.reading import read

PATIENCE_MS = 60_000


@pytest.fixture
def filled(home: Home) -> Home:
    """Samples of every kind: no depth, no size, no hand, no opinion, imported, of the check set, and one in the bin."""
    rng = np.random.default_rng(3)

    def hand(side: str | None, size: tuple[int, int] = (640, 480)) -> Hand:
        points = rng.uniform(0, 480, (21, 3)).astype(np.float32)
        if side is None:
            points[:, 2] = np.nan
        return Hand(points, side, 0.875, size)  # type: ignore[arg-type]

    with SampleStore(home.samples_database) as store:
        session = store.start_session("one")
        take = store.start_take(session, "two words, a “quote” and ünïcode")
        store.add(take, [NewSample(hand("Left"), 1.7e9 + 0.125, Opinion("like", 0.8125, "v3"), "pictures/1.jpg")] * 3)
        take = store.start_take(session, "fist", check=True)
        store.add(take, [NewSample(hand("Right"), 1.71e9, Opinion(None, 0.1, "shipped"))])
        take = store.start_take(store.start_session("=two()"), "")
        origin = {"source": "a file", "id": "a, 1", "group": "person 7", "lens": "@SUM(1)", "=odd()": "-1+1"}
        numbers = store.add(take, [NewSample(hand(None, (0, 0)), 5.0, origin=origin, gesture="call")] * 2)
        store.delete(numbers[1:])
    return home


@pytest.fixture
def transfer(filled: Home) -> Iterator[SamplesTransfer]:
    made = SamplesTransfer(filled)
    yield made
    made.close()


def said(transfer: SamplesTransfer, qtbot: QtBot) -> Message:
    """Wait for what is said at the end."""
    with qtbot.waitSignal(transfer.said, timeout=PATIENCE_MS) as caught:
        pass
    assert not transfer.running
    message = caught.args[0]
    assert isinstance(message, Message)
    return message


def held(home: Home) -> list[SampleColumns]:
    with SampleStore(home.samples_database) as store:
        return list(store.columns())


def test_a_csv_file_is_what_the_trainer_writes_and_reads(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GESTURE_HOME", str(filled.root))
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    assert write_csv(filled.samples_database, ours, lambda: False) == 5
    write_dataset(read("all-samples"), theirs)
    mine, other = read(ours), read(theirs)
    assert ours.read_text("utf-8").split("\n", 1)[0] == theirs.read_text("utf-8").split("\n", 1)[0].replace('"', "")
    np.testing.assert_array_equal(mine.rows, other.rows)
    np.testing.assert_array_equal(mine.hands.handedness, other.hands.handedness)
    np.testing.assert_array_equal(mine.hands.score, other.hands.score)
    np.testing.assert_array_equal(mine.hands.image_size, other.hands.image_size)
    for name in ("labels", "groups", "ids", "sources"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(other, name))
    assert set(mine.extras) == set(other.extras) >= {"lens", "time", "picture", "check", "opinion_model"}
    for name, column in mine.extras.items():
        assert column.decode().tolist() == other.extras[name].decode().tolist(), name


@pytest.mark.parametrize("name", ["samples.csv", "samples.parquet"])
def test_what_is_exported_and_imported_again_is_the_same(
    transfer: SamplesTransfer, filled: Home, tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    path = tmp_path / name
    transfer.export(path)
    assert transfer.running
    assert said(transfer, qtbot).severity == "good"
    before = held(filled)[0]
    path_of_copy = Home(tmp_path / "other")
    path_of_copy.root.mkdir()
    other = SamplesTransfer(path_of_copy)
    with qtbot.waitSignal(other.imported, timeout=PATIENCE_MS):
        other.import_file(path)
    other.close()
    after = held(path_of_copy)[0]
    order = np.lexsort((after.ids, after.times))
    wanted = np.lexsort((before.ids, before.times))
    np.testing.assert_array_equal(after.hands.points[order], before.hands.points[wanted])
    np.testing.assert_array_equal(after.hands.handedness[order], before.hands.handedness[wanted])
    np.testing.assert_array_equal(after.hands.image_size[order], before.hands.image_size[wanted])
    np.testing.assert_array_equal(after.times[order], before.times[wanted])
    np.testing.assert_array_equal(after.check[order], before.check[wanted])
    np.testing.assert_array_equal(after.takes[order], before.takes[wanted])
    np.testing.assert_array_equal(after.sessions[order], before.sessions[wanted])
    for column in ("gestures", "groups", "opinion_labels", "opinion_models", "pictures"):
        assert [getattr(after, column)[row] for row in order] == [getattr(before, column)[row] for row in wanted]
    confidences = after.opinion_confidences[order], before.opinion_confidences[wanted]
    np.testing.assert_array_equal(*confidences)
    with SampleStore(filled.samples_database) as old, SampleStore(path_of_copy.samples_database) as new:
        assert new.sessions() == old.sessions()
        assert new.takes() == old.takes()
        assert new.undo().count == len(after)  # type: ignore[union-attr]
        assert new.count() == 0


def test_an_import_that_fails_says_why_and_adds_nothing(
    transfer: SamplesTransfer, filled: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("x1,y1,label\n1,2,like\n", "utf-8")
    transfer.import_file(path)
    message = said(transfer, qtbot)
    assert message.severity == "bad"
    assert "table.csv" in message.text
    assert sum(map(len, held(filled))) == 5


def test_an_export_that_cannot_be_written_says_why(
    transfer: SamplesTransfer, filled: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    transfer.export(tmp_path / "no folder" / "samples.csv")
    assert "cannot be written" in said(transfer, qtbot).text
    path = tmp_path / "kept.csv"
    path.write_text("before", "utf-8")
    with pytest.raises(ExportError, match="stopped"):
        write_csv(filled.samples_database, path, lambda: True)
    assert path.read_text("utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_closing_ends_what_runs(transfer: SamplesTransfer, tmp_path: Path, qtbot: QtBot) -> None:
    transfer.export(tmp_path / "samples.parquet")
    process = transfer._process
    assert process.waitForStarted(PATIENCE_MS)
    transfer.close()
    assert process.state() == process.ProcessState.NotRunning


def test_the_page_lets_a_file_be_chosen_and_shows_that_it_is_busy(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    page = SamplesPage(theme, SamplesModel())
    qtbot.addWidget(page)
    qtbot.addWidget(page.header)
    page.show()
    for button, signal in ((page.header.importing, page.import_file), (page.header.exporting, page.export_file)):
        button.setEnabled(True)
        button.click()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        with qtbot.waitSignal(signal) as caught:
            dialog.fileSelected.emit(str(tmp_path / "samples.csv"))
        assert caught.args == [tmp_path / "samples.csv"]
        dialog.close()
        dialog.setParent(None)
        dialog.deleteLater()
    page.header.show_busy("Exporting …")
    assert not page.header.exporting.isEnabled()
    assert not page.header.importing.isEnabled()
    page.header.show_busy("")
    assert page.header.importing.isEnabled()
