"""Suspicious samples: looked for by the real trainer in a real store, decided by mouse and keys, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from suspicious_samples import DISCARD, KEEP, RELABEL, hands

from gesture_app.training.answers import TrainerAnswerError
from gesture_app.training.suspicions import SearchResult
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.samples_page import SamplesPage
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples import review
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.widgets.review_panel import ReviewPanel
from models.errors import GestureError
from models.home import Home
from models.samples import SampleFilter, SampleStore

PATIENCE_MS = 60_000


@dataclass
class Desk:
    """The page, put together as the window does it, over a store with planted labels."""

    page: SamplesPage
    controller: SamplesController
    recording: RecordingController
    home: Home
    planted: dict[int, tuple[str, str]]
    qtbot: QtBot
    said: list[Message]

    @property
    def panel(self) -> ReviewPanel:
        return self.page.review

    @property
    def waiting(self) -> dict[int, tuple[str, str]]:
        """What the panel shows: label and suggestion by sample."""
        return {row.suspicion.sample: (row.suspicion.label, row.suspicion.suggested) for row in self.panel.rows}

    def search(self) -> None:
        with self.qtbot.waitSignal(self.controller.review.reviewed, timeout=PATIENCE_MS):
            self.page.header.suspicious.click()
        self.filled()

    def filled(self) -> None:
        """Wait until all rows are made."""
        shown = self.panel._review
        assert shown is not None
        self.qtbot.waitUntil(lambda: len(self.panel.rows) == len(shown.shown))

    def decided(self, act: Callable[[], object]) -> None:
        with self.qtbot.waitSignal(self.controller.review.reviewed, timeout=PATIENCE_MS):
            act()
        self.filled()

    def row(self, sample: int, which: int) -> QPushButton:
        return next(row for row in self.panel.rows if row.suspicion.sample == sample).buttons[which]

    def labels(self) -> dict[int, str]:
        with SampleStore(self.home.samples_database) as store:
            return {sample.id: sample.gesture for sample in store.samples(self.planted)}


@pytest.fixture
def desk(home: Home, theme: Theme, qtbot: QtBot) -> Iterator[Desk]:
    rng = np.random.default_rng(3)
    planted: dict[int, tuple[str, str]] = {}
    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for label, wrong in (("fist", "call"), ("call", "like"), ("like", "fist"), ("peace", "call")):
            store.add(store.start_take(session, label), hands(label, 10, rng))
            numbers = store.add(store.start_take(session, label), hands(label, 9, rng) + hands(wrong, 1, rng))
            planted[numbers[-1]] = (label, wrong)
    recording = RecordingController(home)
    controller = SamplesController(home, recording)
    page = SamplesPage(theme, controller.model)
    said: list[Message] = []
    controller.said.connect(said.append)
    for part in (page, page.header):
        qtbot.addWidget(part)
    controller.connect_page(page)
    page.resize(1100, 700)
    page.header.resize(1100, 50)
    page.header.show()
    with qtbot.waitSignal(controller.listed, timeout=PATIENCE_MS):
        page.show()
    yield Desk(page, controller, recording, home, planted, qtbot, said)
    controller.close()
    recording.close()


def test_planted_labels_are_found_decided_and_undone(desk: Desk, qtbot: QtBot) -> None:
    desk.search()
    assert desk.waiting == desk.planted
    assert desk.panel._title.text() == "4 suspicious samples"
    assert "80 samples" in desk.panel._line.text()
    assert not desk.page.filters.isVisible()
    assert not desk.page.selection_bar.isVisible()
    one, two, three, four = desk.planted
    assert desk.row(one, RELABEL).text() == "Relabel as call"
    assert desk.row(one, KEEP).text() == "Keep as fist"
    assert "Labelled fist, looks like call" in desk.row(one, DISCARD).accessibleName()

    desk.decided(lambda: qtbot.mouseClick(desk.row(one, RELABEL), Qt.MouseButton.LeftButton))
    desk.decided(lambda: qtbot.mouseClick(desk.row(two, KEEP), Qt.MouseButton.LeftButton))
    desk.decided(lambda: qtbot.mouseClick(desk.row(three, DISCARD), Qt.MouseButton.LeftButton))
    assert set(desk.waiting) == {four}
    with SampleStore(desk.home.samples_database) as store:
        kept = {sample.id: sample for sample in store.samples(desk.planted)}
        assert (kept[one].gesture, kept[two].confirmed, kept[three].binned) == ("call", "call", True)

    assert "Moved to the bin" in desk.panel.undo_button.toolTip()
    for back in ({three, four}, {two, three, four}, set(desk.planted)):
        desk.decided(desk.panel.take_back)
        assert set(desk.waiting) == back
    assert not desk.panel.undo_button.isEnabled()
    assert desk.labels() == {number: label for number, (label, _) in desk.planted.items()}
    with qtbot.assertNotEmitted(desk.recording.changed, wait=100):  # no take goes by a slip
        assert desk.panel.take_back()

    desk.decided(desk.panel.all_button.click)
    assert desk.labels() == {number: suggested for number, (_, suggested) in desk.planted.items()}
    assert desk.waiting == {}
    assert desk.said[-1].text == "4 samples relabelled as suggested. Undo takes it back."
    assert desk.panel.state_card.state is not None
    assert desk.panel.state_card.state.title == "All suspicious samples are decided"
    desk.decided(desk.panel.undo_button.click)
    assert desk.waiting == desk.planted

    qtbot.keyClick(desk.panel, Qt.Key.Key_Escape)
    assert not desk.page.reviewing
    assert desk.page.filters.isVisible()
    assert desk.page.views.currentWidget() is desk.page.grid


def test_what_was_kept_does_not_come_back_and_nothing_left_is_said(desk: Desk, qtbot: QtBot) -> None:
    with SampleStore(desk.home.samples_database) as store:
        store.confirm(desk.planted)
    desk.search()
    state = desk.panel.state_card.state
    assert state is not None
    assert state.title == "Nothing suspicious among 80 samples"
    assert desk.panel.rows == ()
    assert "All but 4 that you kept before" in state.text
    desk.panel.state_card.chosen.emit("all")
    assert not desk.page.reviewing


def test_a_search_is_cancelled_and_the_samples_are_there_again(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.controller.review.began):
        desk.page.header.suspicious.click()
    state = desk.panel.state_card.state
    assert state is not None
    assert state.share is not None
    (task,) = desk.controller.review._tasks
    desk.panel.state_card.chosen.emit("cancel")
    assert not desk.page.reviewing
    assert not desk.controller.review.searching
    qtbot.waitUntil(lambda: not desk.controller.review._tasks, timeout=PATIENCE_MS)
    assert not task.running
    assert desk.said == []
    assert desk.page.state_card.isHidden()


def test_a_search_that_fails_is_told_once_in_the_message_bar(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "SEARCH_ARGUMENTS", ("suspicious", "--data", "no such file.csv"))
    with qtbot.waitSignal(desk.controller.review.stopped, timeout=PATIENCE_MS):
        desk.page.header.suspicious.click()
    failed = [message for message in desk.said if "search for wrong labels failed" in message.text]
    assert len(failed) == 1
    assert failed[0].severity == "bad"
    assert "no such file.csv" in failed[0].text
    assert not desk.page.reviewing


def test_what_was_taken_back_is_decided_again_by_redo(desk: Desk, qtbot: QtBot) -> None:
    desk.search()
    one, two, *_ = desk.planted
    desk.decided(desk.row(one, RELABEL).click)
    desk.decided(desk.row(two, DISCARD).click)
    for _ in range(2):
        desk.decided(desk.panel.take_back)
    assert set(desk.waiting) == set(desk.planted)
    for left in (set(desk.planted) - {one}, set(desk.planted) - {one, two}):
        desk.decided(desk.panel.bring_back)
        assert set(desk.waiting) == left
    with qtbot.assertNotEmitted(desk.recording.changed, wait=100):  # nothing is left, and no take comes back
        assert desk.panel.bring_back()
    desk.decided(desk.panel.take_back)
    desk.decided(desk.row(two, KEEP).click)  # what was taken back is over now
    with qtbot.assertNotEmitted(desk.recording.changed, wait=100):
        desk.panel.bring_back()


def test_an_emptied_bin_gives_nothing_back_and_that_is_said(desk: Desk) -> None:
    desk.search()
    one = next(iter(desk.planted))
    desk.decided(desk.row(one, DISCARD).click)
    with SampleStore(desk.home.samples_database) as store:
        assert store.empty_bin() == 1
    desk.decided(desk.panel.take_back)
    assert "changed or deleted meanwhile" in desk.said[-1].text
    assert not desk.panel.undo_button.isEnabled()


def test_samples_of_another_file_are_left_alone(desk: Desk, qtbot: QtBot) -> None:
    desk.search()
    one, *_, last = desk.planted
    desk.decided(desk.row(one, DISCARD).click)
    other = desk.home.root / "other.sqlite"
    rng = np.random.default_rng(4)
    with SampleStore(other) as store:
        numbers = store.add(store.start_take(store.start_session(), "fist"), hands("fist", last, rng))
        store.delete([one])
    for path in desk.home.root.glob(f"{desk.home.samples_database.name}*"):
        path.unlink()
    other.rename(desk.home.samples_database)
    with qtbot.waitSignal(desk.controller.review.stopped):
        desk.panel.undo_button.click()
    assert "replaced" in desk.said[-1].text
    assert not desk.page.reviewing
    with SampleStore(desk.home.samples_database) as store:
        assert [sample.id for sample in store.samples(numbers) if sample.binned] == [one]


def test_samples_that_cannot_be_read_end_the_search_and_are_told_once(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise GestureError("The samples cannot be read.")

    monkeypatch.setattr(desk.controller.review, "_opened", fail)
    with qtbot.waitSignal(desk.controller.review.stopped, timeout=PATIENCE_MS):
        desk.page.header.suspicious.click()
    assert [message.text for message in desk.said] == ["The samples cannot be read."]
    assert not desk.page.reviewing
    assert not desk.controller.review.searching


def test_closing_ends_a_search(desk: Desk, qtbot: QtBot) -> None:
    desk.page.header.suspicious.click()
    (task,) = desk.controller.review._tasks
    qtbot.waitUntil(lambda: task.pid is not None)
    desk.controller.close()
    assert not task.running


def test_undo_goes_back_along_one_history_wherever_something_was_done(desk: Desk, qtbot: QtBot) -> None:
    desk.search()
    one = next(iter(desk.planted))
    desk.decided(lambda: qtbot.mouseClick(desk.row(one, RELABEL), Qt.MouseButton.LeftButton))
    desk.page.header.grid.click()
    assert desk.page.selection_bar.undo_button.isEnabled()
    for act in (lambda: desk.controller.delete([one]), desk.page.take_back, desk.page.take_back):
        with qtbot.waitSignal(desk.recording.changed, timeout=PATIENCE_MS):
            act()
    assert desk.labels() == {number: label for number, (label, _) in desk.planted.items()}
    assert not desk.page.selection_bar.undo_button.isEnabled()


def test_grid_table_and_bin_lead_out_of_it(desk: Desk, qtbot: QtBot) -> None:
    header = desk.page.header
    for part, shown in ((header.table, desk.page.table), (header.grid, desk.page.grid), (header.bin, desk.page.grid)):
        header.suspicious.click()
        assert desk.page.views.currentWidget() is desk.panel
        assert [one for one in (header.grid, header.table, header.suspicious) if one.isChecked()] == [header.suspicious]
        part.click()
        assert not desk.page.reviewing
        assert desk.page.views.currentWidget() is shown
    with qtbot.waitSignal(desk.controller.listed, timeout=PATIENCE_MS):
        header.suspicious.click()  # out of the bin
    assert desk.page.reviewing
    assert desk.page.filters.chosen == SampleFilter()
    header.table.click()
    header.suspicious.click()
    desk.panel.leave.emit()
    assert desk.page.views.currentWidget() is desk.page.table
    assert header.table.isChecked()


def test_in_the_window_undo_is_about_what_was_decided_and_not_about_takes(
    make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot
) -> None:
    rng = np.random.default_rng(3)
    with SampleStore(home.samples_database) as store:
        take = store.start_take(store.start_session(), "fist")
        *_, wrong = store.add(take, hands("fist", 9, rng) + hands("like", 1, rng))
    window = make_window()
    window.show()
    window.activateWindow()
    window.show_page(window.samples_page)
    header, panel = window.samples_page.header, window.samples_page.review
    qtbot.waitUntil(header.suspicious.isEnabled, timeout=PATIENCE_MS)
    with qtbot.waitSignal(window.samples.review.reviewed, timeout=PATIENCE_MS):
        qtbot.mouseClick(header.suspicious, Qt.MouseButton.LeftButton)
    assert len(panel.rows) == 1
    undo = Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    for changed, keys in (({}, undo), ({}, undo), ({"undo": "U"}, (Qt.Key.Key_U,))):
        window._preferences.change(shortcuts=changed)
        with qtbot.waitSignal(window.samples.review.reviewed, timeout=PATIENCE_MS):
            qtbot.mouseClick(panel.rows[0].buttons[RELABEL], Qt.MouseButton.LeftButton)
        assert panel.rows == ()
        focused = QApplication.focusWidget()
        assert focused is panel
        with qtbot.waitSignal(window.samples.review.reviewed, timeout=PATIENCE_MS):
            assert f"({'U' if changed else 'Ctrl+Z'})" in panel.undo_button.toolTip()
            # Wherever in the window the focus is.
            qtbot.keyClick(window.rail if changed else focused, *keys)
        assert [one.suspicion.sample for one in panel.rows] == [wrong]
    with SampleStore(home.samples_database) as store:
        assert store.counts().gestures == {"fist": 10}
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert window._pages.currentWidget() is window.samples_page


def test_what_is_selected_behind_the_review_is_safe_from_keys(desk: Desk, qtbot: QtBot) -> None:
    desk.page.grid.selectAll()
    desk.page.header.suspicious.click()
    with qtbot.assertNotEmitted(desk.page.delete, wait=50):
        for part in (desk.panel, desk.page):
            qtbot.keyClick(part, Qt.Key.Key_Delete)


@pytest.mark.parametrize("content", [{}, {"suspicious": [{"sample": None}]}, {"suspicious": 3}])
def test_an_answer_that_is_none_is_a_sentence(content: dict[str, object]) -> None:
    with pytest.raises(TrainerAnswerError, match="not the one that was expected"):
        SearchResult.from_json(content)
