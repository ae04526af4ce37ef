"""The grid of samples with a real store, and the table beside it: selecting, walking, fetching."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from samples_desk import PATIENCE_MS, Desk, fill

from gesture_app.ui.samples.samples_model import PAGE, Column, PageRequest, SamplesModel
from models.home import Home


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
