"""Recording in the real window: the demo hand, a real store."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gesture_app.live.recording import Burst, Plan, Skip
from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.record_card import RecordCard
from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample
from models.samples.sample import Take
from models.samples.store import SampleStore

PATIENCE_MS = 30_000


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> RecordCard:
    made = RecordCard(theme)
    qtbot.addWidget(made)
    made.show_known(("like", "peace_inverted"))
    made.set_usable(True)
    return made


def test_a_known_gesture_is_recognised_however_it_is_typed(card: RecordCard) -> None:
    card._name.setEditText("Peace Inverted")
    assert card.gesture == "peace_inverted"
    assert "Recorded as" in card._note.text()
    card._name.setEditText("spock")
    assert card.gesture == "spock"
    assert "New gesture" in card._note.text()
    card._name.setEditText("!!!")
    assert card.gesture == ""
    assert card._name.property("state") == "bad"
    assert not card._button.isEnabled()


def test_the_button_says_what_it_waits_for(card: RecordCard, qtbot: QtBot) -> None:
    card.set_usable(False)
    assert "picture" in card._line.text()
    card.set_usable(True)
    assert "Name a gesture" in card._line.text()
    card._name.setEditText("like")
    with qtbot.waitSignal(card.start) as caught:
        qtbot.mouseClick(card._button, Qt.MouseButton.LeftButton)
    assert caught.args == [Plan("like", 20)]


def test_progress_counts_what_is_on_the_disk_and_tells_skips(card: RecordCard) -> None:
    burst = Burst(Plan("like", 10, countdown_s=3.0), 0.0)
    card.show_progress(burst, 1.0)
    assert "2" in card._headline.text()
    burst.kept = 4
    card.show_progress(burst, 4.0)
    assert card._headline.text() == "4 of 10 saved"
    card.show_skip(Skip.CUT)
    card.show_progress(burst, 4.1)
    assert "Cut off" in card._line.text()
    card.show_skip(None)
    card.show_ended(burst)
    card._name.setEditText("")
    card.choose_recent(0)
    assert card.gesture == "like"


def test_what_starts_a_take_is_said_for_where_the_focus_is(card: RecordCard, qtbot: QtBot) -> None:
    card.show_keys({"record": "R"}.get)
    card.show()
    card._name.setEditText("like")
    qtbot.waitUntil(lambda: card._line.text() == "Press R.")
    card._name.setFocus()
    card.activateWindow()
    qtbot.waitUntil(lambda: card._line.text() == "Press Enter, then R.")
    QTest.keyClick(card._name.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: card._line.text() == "Press R.")


@pytest.mark.parametrize(("name", "words"), [("unknown", "no gesture was recognised"), ("...", "a letter or a digit")])
def test_a_name_that_cannot_be_is_refused_with_what_is_wrong(card: RecordCard, name: str, words: str) -> None:
    card._name.setEditText(name)
    assert card.gesture == ""
    assert words in card._note.text()


def test_what_a_take_came_to_goes_when_it_is_undone(card: RecordCard) -> None:
    burst = Burst(Plan("like", 1, countdown_s=0.0), 0.0)
    burst.kept = 1
    card.show_ended(burst)
    take = Take(1, 1, "like", 1.0, 1, check=False)
    card.show_takes(take, None)
    assert card._headline.text() == "1 saved"
    card.show_takes(None, take)
    assert card._headline.text() == "Start take"


def test_records_undoes_and_redoes_takes_and_remembers_them(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    window = make_window(Settings(keep_pictures=True))
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: bool(window.page.hands.cards), timeout=PATIENCE_MS)
    window.record._count.setValue(3)
    field = window.record._name.lineEdit()
    assert field is not None
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    typist = window.windowHandle()  # keys go to whatever has the focus, as a user's do
    for letter in "vulcan salute":
        QTest.keyClick(typist, letter)
    QTest.keyClick(typist, Qt.Key.Key_Return)
    QTest.keyClick(typist, Qt.Key.Key_R)
    assert window.record._name.currentText() == "vulcan salute"
    assert window.recording.recording
    window.recording._burst.began_s -= 3.0  # no need to wait for the countdown
    with qtbot.waitSignal(window.recording.ended, timeout=PATIENCE_MS) as caught:
        pass
    assert caught.args[0].kept == 3
    qtbot.waitUntil(window.record._undo.isEnabled)
    with SampleStore(equipped_home.samples_database) as store:
        assert store.counts().gestures == {"vulcan_salute": 3}
        sample = store.samples(store.ids())[0]
        assert sample.opinion is not None
        assert sample.picture is not None
        assert (equipped_home.root / sample.picture).is_file()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.record._redo.isEnabled)
    with SampleStore(equipped_home.samples_database) as store:
        assert store.counts().total == 0
    window.close()

    again = make_window()
    again.recording.begin()
    again.show()
    qtbot.waitUntil(again.record._redo.isEnabled)
    qtbot.keyClick(again, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(again.record._undo.isEnabled)
    with SampleStore(equipped_home.samples_database) as store:
        assert store.counts().total == 3


def test_takes_are_begun_and_undone_only_where_they_are_seen(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    with SampleStore(equipped_home.samples_database) as store:
        point = np.arange(63, dtype=np.float32).reshape(21, 3)
        store.add(store.start_take(store.start_session(), "like"), [NewSample(Hand(point, None, 1.0, (640, 480)), 1.0)])
    window = make_window()
    window.show()
    window.recording.begin()
    qtbot.waitUntil(window.record._undo.isEnabled)
    window.record.choose_recent(0)
    for page in (window.models_page, window.training_page, window.settings_page, window.samples_page):
        window.show_page(page)
        for key in (Qt.Key.Key_R, Qt.Key.Key_P, Qt.Key.Key_1):
            qtbot.keyClick(window, key)
        with qtbot.assertNotEmitted(window.recording.changed, wait=100):
            qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert not window.recording.recording
    window.open_page(0)
    assert window.page.side_open
    with qtbot.waitSignal(window.recording.changed):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_escape_ends_a_take(make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot) -> None:
    window = make_window()
    window.show()
    window.recording.start(Plan("like"))
    with qtbot.waitSignal(window.recording.ended):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not equipped_home.samples_database.exists() or not window.recording.recording


def test_a_store_that_cannot_be_written_is_told_and_ends_the_take(
    home: Home, qtbot: QtBot, make_result, make_hand
) -> None:
    home.samples_database.mkdir()
    recording = RecordingController(home)
    told: list[object] = []
    recording.said.connect(told.append)
    recording.start(Plan("like", countdown_s=0.0))
    with qtbot.waitSignal(recording.ended, timeout=PATIENCE_MS) as caught:
        recording.look_at(make_result(make_hand()))
    assert caught.args[0].kept == 0
    assert told
    recording.close()
