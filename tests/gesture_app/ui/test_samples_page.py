"""The samples page with a real store: listing, choosing, relabelling, the bin, and the grid itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.samples_page import SamplesPage, few_of
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.samples_controller import SamplesController
from gesture_app.ui.samples.samples_model import PAGE, Column, PageRequest, SamplesModel, sample_text
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.sample_filters import SampleFilters
from models.hand.landmarks import Hand, Handedness
from models.home import Home
from models.samples import NewSample, Opinion, SampleFilter, SampleOrder, SampleStore

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


def test_grid_and_table_share_what_is_selected(desk: Desk, qtbot: QtBot) -> None:
    grid, port = desk.page.grid, desk.page.grid.viewport()
    desk.texts(Column.GESTURE)
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=grid.cell(1).center())
    far = grid.columns + 2
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, grid.cell(far).center())
    chosen = desk.model.ids[1 : far + 1].tolist()
    assert desk.page.selected.tolist() == chosen
    desk.page.header.table.click()
    assert desk.page.view is desk.page.table
    assert desk.page.selected.tolist() == chosen
    assert {index.row() for index in desk.page.table.selectionModel().selectedRows()} == set(range(1, far + 1))
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Escape)
    assert not len(desk.page.selected)
    desk.page.header.grid.click()
    grid.selectAll()
    assert len(desk.page.selected) == 45


def test_the_grid_is_walked_and_chosen_with_the_keyboard(desk: Desk, qtbot: QtBot) -> None:
    grid = desk.page.grid
    wide = grid.columns
    shift = Qt.KeyboardModifier.ShiftModifier
    grid.setCurrentIndex(desk.model.index(0, 0))
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + wide),
        (Qt.Key.Key_Left, wide),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 44),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == row
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down, shift)
    assert desk.page.selected.tolist() == desk.model.ids[1 : 2 + wide].tolist()
    qtbot.keyClick(grid, Qt.Key.Key_Up, shift)
    assert desk.page.selected.tolist() == desk.model.ids[1:2].tolist()
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.page.selected) == 45


def test_cells_are_found_where_they_are_painted(desk: Desk) -> None:
    grid = desk.page.grid
    grid.verticalScrollBar().setValue(37)
    for row in range(3 * grid.columns):
        assert grid.indexAt(grid.cell(row).center()).row() == row
    assert grid.cell(grid.columns - 1).right() == grid.viewport().width() - 1
    desk.page.resize(620, 500)
    assert grid.columns >= 2
    assert grid.indexAt(grid.cell(4).center()).row() == 4


def test_ten_thousand_samples_are_fetched_only_where_one_looks(
    make_desk: Callable[[], Desk], home: Home, qtbot: QtBot
) -> None:
    fill(home, [("like", 5000, "Left"), ("fist", 5000, "Right")])
    desk = make_desk()
    asked: list[PageRequest] = []
    desk.model.wanted.connect(asked.append)
    assert desk.model.rowCount() == 10_000
    bar = desk.page.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: desk.model.sample(9_999) is not None, timeout=PATIENCE_MS)
    bar.setValue(bar.maximum() // 2)
    row = desk.page.grid.indexAt(QPoint(5, 5)).row()
    qtbot.waitUntil(lambda: desk.model.sample(row) is not None, timeout=PATIENCE_MS)
    sample = desk.model.sample(row)
    assert sample is not None
    assert sample.id == desk.model.ids[row]
    assert len(asked) < 10_000 / PAGE / 3
    desk.page.grid.selectAll()
    assert len(desk.page.selected) == 10_000
    desk.listing(desk.page.selection_bar.delete.emit)
    assert desk.model.rowCount() == 0


def test_pages_of_an_earlier_listing_are_dropped() -> None:
    model = SamplesModel()
    asked: list[PageRequest] = []
    model.wanted.connect(asked.append)
    model.show_ids(np.arange(300))
    model._want(0)
    model._fetch()
    model.show_ids(np.arange(5))
    model.show_page(asked[0], [])
    assert not model._pages


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


def test_dragging_over_hands_selects_them(desk: Desk, qtbot: QtBot) -> None:
    grid, port = desk.page.grid, desk.page.grid.viewport()
    last = grid.columns + 1
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(port, button, pos=grid.cell(1).center())
    for row in (2, last, last):
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(grid.cell(row).center()),
            QPointF(port.mapToGlobal(grid.cell(row).center())),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(port, move)
    qtbot.mouseRelease(port, button, pos=grid.cell(last).center())
    assert desk.page.selected.tolist() == desk.model.ids[1 : last + 1].tolist()


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
