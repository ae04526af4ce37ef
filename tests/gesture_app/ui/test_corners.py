"""Round corners of lists and menus, also of those that grow while they are open."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from gesture_app.ui.widgets.corners import round_corners


@pytest.mark.parametrize("size", [(458, 400), (120, 60)])
def test_what_grows_or_shrinks_while_it_is_open_is_seen_to_its_edges(qtbot: QtBot, size: tuple[int, int]) -> None:
    opened = QFrame()
    qtbot.addWidget(opened)
    opened.resize(299, 344)
    round_corners(opened)
    opened.show()

    opened.resize(*size)

    qtbot.waitUntil(lambda: opened.mask().boundingRect() == opened.rect())
    assert not opened.mask().contains(opened.rect().bottomRight())
    assert opened.mask().contains(opened.rect().center())
