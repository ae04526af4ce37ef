from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.ui.widgets.stacking_row import StackingRow


def boxed(qtbot: QtBot, row: StackingRow, width: int) -> QWidget:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    column.addWidget(row)
    column.addStretch(1)
    box.resize(width, 400)
    box.show()
    return box


def overlap(parts: list[QPushButton]) -> bool:
    return any(one.geometry().intersects(other.geometry()) for one in parts for other in parts if one is not other)


def test_parts_stand_beside_each_other_or_below(qtbot: QtBot) -> None:
    parts = [QPushButton(f"A button of some length {number}") for number in range(3)]
    row = StackingRow(*parts)
    box = boxed(qtbot, row, 900)
    assert not row.stacked
    assert len({part.y() for part in parts}) == 1
    for width in (900, 500, 300, 240):
        box.resize(width, 400)
        qtbot.waitUntil(lambda width=width: row.width() <= width)
        assert not overlap(parts)
        assert all(row.rect().contains(part.geometry()) for part in parts)
        assert all(part.width() >= part.sizeHint().width() for part in parts) or width < 260
    assert row.stacked
    assert len({part.x() for part in parts}) == 1


def test_one_part_takes_the_room_that_is_left(qtbot: QtBot) -> None:
    parts = [QPushButton("one"), QPushButton("two")]
    row = StackingRow(*parts, stretched=0)
    box = boxed(qtbot, row, 600)
    assert box.isVisible()
    assert parts[1].geometry().right() == row.width() - 1
    assert parts[0].width() > 300


def test_a_part_that_comes_is_given_room(qtbot: QtBot) -> None:
    parts = [QPushButton("A button of some length"), QPushButton("Another one of some length")]
    parts[1].hide()
    row = StackingRow(*parts)
    box = boxed(qtbot, row, 240)
    assert box.isVisible()
    assert not row.stacked
    parts[1].show()
    qtbot.waitUntil(lambda: row.height() > 1.5 * parts[0].height())
    assert not overlap(parts)
