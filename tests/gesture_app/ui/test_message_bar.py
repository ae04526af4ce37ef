"""What was said for a moment does not come back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import Message, MessageBar

SAVED = Message("Snapshot saved: a.png", "good")
SAVED_TOO = Message("Snapshot saved: b.png", "good")
WRONG = Message("The camera is gone.", "bad")


@pytest.fixture
def bar(theme: Theme, qtbot: QtBot) -> MessageBar:
    made = MessageBar(theme)
    qtbot.addWidget(made)
    return made


def test_a_brief_message_gives_way_to_the_next(bar: MessageBar) -> None:
    bar.say(SAVED, briefly=True)
    bar.say(SAVED_TOO, briefly=True)
    bar.dismiss()
    assert bar.message is None


def test_a_brief_message_is_not_behind_a_grave_one(bar: MessageBar) -> None:
    bar.say(SAVED, briefly=True)
    bar.say(WRONG)
    bar.dismiss()
    assert bar.message is None


def test_a_grave_message_waits_behind_a_brief_one(bar: MessageBar) -> None:
    bar.say(WRONG)
    bar.say(SAVED, briefly=True)
    bar.dismiss()
    assert bar.message == WRONG
