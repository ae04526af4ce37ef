"""What was said for a moment does not come back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import Message, MessageBar

SAVED = Message("Snapshot saved: a.png", "good")
SAVED_TOO = Message("Snapshot saved: b.png", "good")
WRONG = Message("The camera is gone.", "bad")
HINT = Message("The light hand model is faster.")


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


def test_a_hint_waits_behind_what_is_wrong(bar: MessageBar) -> None:
    bar.say(WRONG)
    bar.say(HINT)
    assert bar.message == WRONG
    bar.dismiss()
    assert bar.message == HINT


def test_the_number_of_others_is_a_button_that_shows_them_in_turn(bar: MessageBar) -> None:
    bar.say(HINT)
    bar.say(WRONG)
    assert bar._more.text() == "1 more"
    for shown in (HINT, WRONG, HINT):
        bar._more.click()
        assert bar.message == shown
    assert "next message" in bar._more.accessibleName()


def test_a_withdrawn_brief_message_takes_no_other_away(bar: MessageBar) -> None:
    bar.say(WRONG)
    bar.say(SAVED, briefly=True)
    bar.withdraw(SAVED.text)
    assert not bar._timer.isActive()
    bar.say(SAVED, briefly=True)
    bar._more.click()
    assert bar.message == WRONG
    assert not bar._timer.isActive()
    assert bar._more.isHidden()
