"""The samples page with a real store: listing, choosing, relabelling, the bin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from samples_desk import PATIENCE_MS, Desk, fill

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.samples_page import few_of
from gesture_app.ui.samples.samples_model import Column, sample_text
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.sample_filters import SampleFilters
from models.home import Home
from models.samples import SampleFilter, SampleOrder, SampleStore


def test_without_samples_it_says_how_to_get_some_and_makes_no_file(
    make_desk: Callable[[], Desk], home: Home, qtbot: QtBot
) -> None:
    desk = make_desk()
    state = desk.page.state_card.state
    assert state is not None
    assert state.title == "No samples yet"
    desk.page.show_keys({"record": "X"}.get)
    assert "press X" in desk.page.state_card.state.text
    desk.page.show_keys(lambda _: "")
    assert "start a take" in desk.page.state_card.state.text
    assert not home.samples_database.exists()
    with qtbot.waitSignal(desk.page.live_wanted):
        desk.page.state_card.chosen.emit("live")


def test_lists_newest_first_and_says_what_each_is(desk: Desk) -> None:
    assert desk.texts(Column.GESTURE) == ["spock"] * 3 + ["like"] * 7 + ["fist"] * 5 + ["like"] * 30
    assert desk.page.balance.counts == [("like", 37), ("fist", 5), ("spock", 3)]
    assert desk.page.state_card.isHidden()
    sample = desk.model.sample(4)
    assert sample is not None
    text = sample_text(sample)
    for part in ("like", "left hand", "take 3", "model said like 87"):
        assert part in text
    assert desk.model.index(4, 0).data(Qt.ItemDataRole.AccessibleTextRole) == text


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"gesture": "like"}, 37),
        ({"session": 1}, 35),
        ({"take": 3}, 7),
        ({"hand": "Left"}, 12),
        ({"hand": "unknown"}, 3),
        ({"gesture": "like", "hand": "Left"}, 7),
        ({"gesture": "fist", "hand": "Right"}, 0),
    ],
)
def test_filters(desk: Desk, chosen: dict[str, object], count: int) -> None:
    desk.choose(**chosen)
    assert desk.model.rowCount() == count
    assert desk.page.state_card.isHidden() == (count > 0)


def test_filters_are_chosen_from_lists_that_name_what_there_is(desk: Desk) -> None:
    filters = desk.page.filters
    assert [filters.gesture.itemText(place) for place in range(4)] == ["All gestures", "fist", "like", "spock"]
    filters.gesture.setCurrentIndex(2)
    desk.listing(lambda: filters.gesture.activated.emit(2))
    assert set(desk.texts(Column.GESTURE)) == {"like"}
    filters.session.setCurrentIndex(filters.session.count() - 1)
    desk.listing(lambda: filters.session.activated.emit(0))
    assert desk.model.rowCount() == 30
    assert filters.take.count() == 3  # only those of the session, and the entry for all
    desk.listing(lambda: desk.page.state_card.chosen.emit("all"))
    assert desk.model.rowCount() == 45
    assert filters.gesture.currentText() == "All gestures"


@pytest.mark.parametrize(("scale", "width", "lines"), [(1.0, 1000, 1), (2.0, 1000, 2), (1.0, 560, 2)])
def test_what_is_chosen_is_not_cut_where_text_is_large_or_room_is_small(
    theme: Theme, qtbot: QtBot, scale: float, width: int, lines: int
) -> None:
    theme.apply("light", scale)
    filters = SampleFilters()
    qtbot.addWidget(filters)
    filters.resize(width, 40)
    filters.show()
    lists = (filters.gesture, filters.session, filters.take, filters.hand, filters.sort)
    try:
        qtbot.waitUntil(lambda: len({part.y() for part in lists}) == lines)
        for part in lists:
            assert part.shown_text == part.currentText(), part.width()
    finally:
        theme.apply("light")


def test_orders(desk: Desk) -> None:
    desk.page.filters.sort.setCurrentIndex(1)
    desk.listing(lambda: desk.page.filters.sort.activated.emit(1))
    assert desk.page.filters.order is SampleOrder.OLDEST
    assert desk.texts(Column.TAKE)[0] == "1"


def test_a_bar_of_the_chart_chooses_its_gesture_and_lets_go_of_it(desk: Desk, qtbot: QtBot) -> None:
    chart = desk.page.balance
    second_row = QPoint(20, chart.height() // 2)
    desk.listing(lambda: qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=second_row))
    assert set(desk.texts(Column.GESTURE)) == {"fist"}
    assert len(chart.counts) == 3
    desk.listing(lambda: qtbot.keyClick(chart, Qt.Key.Key_Return))
    assert desk.model.rowCount() == 45


def test_relabels_what_is_selected(desk: Desk, qtbot: QtBot) -> None:
    desk.select(0, 2)
    bar = desk.page.selection_bar
    bar.name.setEditText("FIST")
    assert bar.gesture == "fist"
    assert "2 of 45 selected" in bar._line.text()
    desk.listing(lambda: qtbot.mouseClick(bar._relabel, Qt.MouseButton.LeftButton))
    assert desk.texts(Column.GESTURE)[:4] == ["fist", "spock", "fist", "like"]
    with SampleStore(desk.home.samples_database) as store:
        assert store.counts().gestures == {"like": 37, "fist": 7, "spock": 1}
    assert len(desk.page.selected) == 2  # still there, so that a slip is mended at once


def test_the_bin_takes_gives_back_and_is_emptied_after_one_question(desk: Desk, qtbot: QtBot) -> None:
    desk.select(0, 1, 2)
    desk.listing(lambda: qtbot.keyClick(desk.page.grid, Qt.Key.Key_Delete))
    assert desk.model.rowCount() == 42
    assert "3" in desk.page.header.bin.text()
    desk.listing(desk.page.header.bin.click)
    assert desk.texts(Column.GESTURE) == ["spock"] * 3
    desk.select(1)
    desk.listing(lambda: qtbot.mouseClick(desk.page.selection_bar._restore, Qt.MouseButton.LeftButton))
    assert desk.model.rowCount() == 2

    for button, left in (("Keep", 2), ("Delete for good", 0)):
        qtbot.mouseClick(desk.page.selection_bar._empty, Qt.MouseButton.LeftButton)
        question = desk.page.question
        assert isinstance(question, QMessageBox)
        assert "2" in question.text()
        answer = next(one for one in question.buttons() if one.text() == button)
        if left:
            answer.click()
        else:
            desk.listing(answer.click)
        qtbot.waitUntil(lambda: desk.page.question is None)
        with SampleStore(desk.home.samples_database) as store:
            assert store.count(SampleFilter(binned=True)) == left
    state = desk.page.state_card.state
    assert state is not None
    assert state.title == "The bin is empty"
    desk.listing(desk.page.header.bin.click)
    assert desk.model.rowCount() == 43


def test_what_was_changed_is_taken_back_and_done_again(desk: Desk, qtbot: QtBot) -> None:
    bar = desk.page.selection_bar
    assert not bar.undo_button.isEnabled()
    desk.select(0, 2, 10)
    bar.name.setEditText("two up")
    desk.listing(lambda: qtbot.mouseClick(bar._relabel, Qt.MouseButton.LeftButton))
    desk.select(1)
    desk.listing(lambda: qtbot.keyClick(desk.page.grid, Qt.Key.Key_Delete))
    assert "Moved to the bin" in bar.undo_button.toolTip()
    desk.listing(lambda: qtbot.mouseClick(bar.undo_button, Qt.MouseButton.LeftButton))
    assert desk.model.rowCount() == 45
    assert "Relabelled as two up" in bar.undo_button.toolTip()
    desk.listing(desk.page.take_back)
    with SampleStore(desk.home.samples_database) as store:
        assert store.counts().gestures == {"like": 37, "fist": 5, "spock": 3}
    assert not bar.undo_button.isEnabled()
    with qtbot.waitSignal(desk.controller.said) as caught:
        desk.page.take_back()
    assert "live page" in caught.args[0].text
    desk.listing(desk.page.bring_back)
    with SampleStore(desk.home.samples_database) as store:
        assert store.counts().gestures["two_up"] == 3


def test_an_import_is_taken_back_unless_a_take_came_after_it(desk: Desk, qtbot: QtBot) -> None:
    file = desk.home.root / "more.csv"
    with qtbot.waitSignal(desk.controller.transfer.said, timeout=PATIENCE_MS):
        desk.controller.transfer.export(file)
    with qtbot.waitSignal(desk.controller.edits.changed, timeout=PATIENCE_MS):
        desk.controller.transfer.import_file(file)

    def count() -> int:
        with SampleStore(desk.home.samples_database) as store:
            return store.counts().total

    assert count() == 90
    desk.page.take_back()
    qtbot.waitUntil(lambda: count() == 45, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desk.page.selection_bar.undo_button.isEnabled(), timeout=PATIENCE_MS)
    desk.page.bring_back()
    qtbot.waitUntil(lambda: count() == 90, timeout=PATIENCE_MS)
    qtbot.waitUntil(desk.page.selection_bar.undo_button.isEnabled, timeout=PATIENCE_MS)
    fill(desk.home, [("palm", 4, "Left")])
    with qtbot.waitSignal(desk.controller.said, timeout=PATIENCE_MS) as caught:
        desk.page.take_back()
    assert "Nothing left to do" in caught.args[0].text
    with SampleStore(desk.home.samples_database) as store:
        assert store.counts().gestures["palm"] == 4


def test_undone_takes_go_and_come_back_while_the_page_is_open(desk: Desk) -> None:
    desk.listing(desk.recording.undo)
    assert desk.model.rowCount() == 42
    desk.listing(desk.recording.redo)
    assert desk.model.rowCount() == 45


def test_what_was_recorded_meanwhile_is_there_when_the_page_is_opened_again(desk: Desk, qtbot: QtBot) -> None:
    desk.page.hide()
    fill(desk.home, [("palm", 4, "Left")])
    with qtbot.assertNotEmitted(desk.controller.listed):
        desk.recording.changed.emit()
    desk.listing(desk.page.show)
    assert desk.model.rowCount() == 49


def test_a_store_that_is_none_is_set_aside_and_told(home: Home, make_desk: Callable[[], Desk], qtbot: QtBot) -> None:
    desk = make_desk()
    home.samples_database.write_bytes(b"this is no database, but long enough to be looked at" * 40)
    with qtbot.waitSignal(desk.recording.said, timeout=PATIENCE_MS) as caught:
        desk.controller.refresh()
    (aside,) = home.root.glob("samples.db.damaged-*")
    assert str(aside) in caught.args[0].text


def test_names_gestures_with_few_samples() -> None:
    assert few_of({"like": 100, "fist": 24, "palm": 25, "call": 3}) == ["call", "fist"]
    assert few_of({}) == []


def test_every_control_can_be_reached_and_says_what_it_is(desk: Desk) -> None:
    parts = desk.page.findChildren(object)
    filters = desk.page.filters
    for part in (filters.gesture, filters.session, filters.take, filters.hand, filters.sort, desk.page.balance):
        assert part.accessibleName()
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
    for view in (desk.page.grid, desk.page.table):
        assert view.accessibleName()
        assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert parts
    header = desk.page.header
    for tool in (header.grid, header.table, header.importing, header.exporting, header.bin):
        assert tool.accessibleName()


def test_the_page_is_in_the_window(make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot) -> None:
    fill(home)
    window = make_window(Settings())
    window.show()
    window.open_page(window._pages.indexOf(window.samples_page))
    qtbot.waitUntil(lambda: window.samples.model.rowCount() == 45, timeout=PATIENCE_MS)
    assert window.samples_page.grid.hasFocus()
    qtbot.keyClick(window.samples_page.grid, Qt.Key.Key_Escape)
    assert window._pages.currentIndex() == 0


def test_letters_typed_over_the_samples_are_keys_of_the_window(
    make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot
) -> None:
    fill(home)
    window = make_window(Settings(mirror=True))
    window.show()
    window.open_page(window._pages.indexOf(window.samples_page))
    qtbot.waitUntil(lambda: window.samples.model.rowCount() == 45, timeout=PATIENCE_MS)
    qtbot.keyClick(window.samples_page.grid, Qt.Key.Key_M)
    assert window._preferences.settings.mirror is False
    assert window.samples_page.grid._mirrored is False
