"""Lists that open show all of their rows, and stand in one column."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.pages.settings_page import SettingsPage
from gesture_app.ui.theme import Theme


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_lists_of_settings_hide_no_row_and_have_one_width(
    theme: Theme, qtbot: QtBot, tmp_path: Path, scale: float
) -> None:
    theme.apply("light", scale)
    page = SettingsPage(theme, tmp_path)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show_settings(Settings(font_scale=scale))
    page.show()
    combos = page._theme_choice, page._scale, page._camera
    try:
        qtbot.waitUntil(lambda: len({combo.width() for combo in combos}) == 1, timeout=5000)
        for combo in combos:
            combo.showPopup()
            view = combo.view()
            qtbot.waitUntil(view.isVisible, timeout=5000)
            rows = sum(view.sizeHintForRow(row) for row in range(combo.count()))
            assert view.viewport().height() >= rows
            assert view.verticalScrollBar().maximum() == 0
            holder = view.window()
            assert isinstance(holder, QFrame)
            assert holder.frameShape() == QFrame.Shape.NoFrame
            assert holder.size() == view.size()  # nothing stands outside its frame
            corners = holder.rect().topLeft(), holder.rect().bottomRight()
            assert not any(holder.mask().contains(corner) for corner in corners)  # they are round
            assert holder.mask().contains(holder.rect().center())
            combo.hidePopup()
    finally:
        page.hide()
        theme.apply("light")
