from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.live_toolbar import LiveToolbar
from gesture_app.ui.widgets.model_button import ModelButton


@pytest.mark.parametrize("width", [640, 900, 1132, 1700])
def test_nothing_lies_over_something_else_however_the_source_is_called(theme: Theme, qtbot: QtBot, width: int) -> None:
    ground = QWidget()  # as in the window, the bar gets the width that there is
    qtbot.addWidget(ground)
    ground.resize(width, 60)
    bar = LiveToolbar(theme, ground)
    model = ModelButton(theme)
    bar.add_after_source(model)
    ground.show()
    bar.setGeometry(0, 0, width, 52)
    model.show_using("shipped")
    bar.source.show_source("demo:2")
    parts = [bar.source, model, *bar._tools]

    def in_order() -> bool:
        apart = all(left.geometry().right() < right.x() for left, right in itertools.pairwise(parts))
        return apart and parts[-1].geometry().right() < width

    qtbot.waitUntil(in_order)
    if width >= 900:
        qtbot.waitUntil(lambda: model.width() >= model.sizeHint().width())
    if width == 1700:
        assert all(part.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon for part in bar._tools)
