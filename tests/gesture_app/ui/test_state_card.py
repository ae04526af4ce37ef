"""The card over the picture's place is read whole at every size of text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.state_card import StateCard, StateText, Way

STATE = StateText(
    "camera-off",
    "The camera is in use",
    "HD Webcam is held by another program. Close that program, then try again, or choose another camera.",
    (Way("again", "Try again", "refresh"), Way("choose", "Choose another source", "camera")),
)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [320, 560, 960])
def test_nothing_is_cut(scale: float, width: int, theme: Theme, qtbot: QtBot) -> None:
    theme.apply("light", scale)
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(width, 900)
    owner.show()
    card = StateCard(theme, owner)
    card.show_state(STATE)
    for button in card.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width() or button.width() >= card.width() - 50
        assert card.rect().contains(button.geometry())
    for words in card.findChildren(QLabel):
        if words.isVisible() and words.text():
            assert words.height() >= words.heightForWidth(words.width())
    theme.apply("light")
