from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSlider

from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.live.live_state import HandHint, card_for, pill_for, state_words
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.pages.live_page import LivePage
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.hand_card import HandCards, keep_places
from gesture_app.ui.widgets.recognition_card import RecognitionCard
from models.gesture.classifier import ModelInfo

RUNNING = SessionStatus(SessionState.RUNNING, "demo")


@pytest.fixture
def page(theme: Theme, qtbot) -> LivePage:
    made = LivePage(theme)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    made.hide()


def texts(widget) -> str:
    return " | ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisible())


def test_a_hand_gets_a_card_with_label_confidence_and_side(page, make_result, make_hand) -> None:
    page.show_status(RUNNING)
    page.show_result(make_result(make_hand("peace_inverted", 0.934, handedness="Left")))
    (card,) = page.hands.cards
    shown = texts(card).replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "peace inverted" in shown
    assert "93 %" in shown
    assert "Left hand" in shown
    assert "93" in card.accessibleName()
    assert "peace inverted" in card.bars.accessibleDescription()


def test_the_row_that_stands_out_is_of_the_label_that_is_held(page, make_result, make_hand) -> None:
    held = make_hand("mute", 0.95)
    probabilities = np.full_like(held.probabilities, 0.002)
    result = make_result(held)
    for number, name in enumerate([name for name in result.labels if name != "mute"][:6]):
        probabilities[result.labels.index(name)] = 0.03 + 0.01 * number
    page.show_result(make_result(replace(held, probabilities=probabilities)))
    bars = page.hands.cards[0].bars
    assert bars.marked == "mute"
    assert "mute" in bars.accessibleDescription()
    page.show_result(make_result(make_hand(None, 0.9)))
    assert bars.marked == bars._bars[0].label


def test_an_unknown_hand_is_called_so_in_words(page, make_result, make_hand) -> None:
    page.show_result(make_result(make_hand(None, 0.9)))
    assert "unknown" in texts(page.hands.cards[0])


def test_two_hands_keep_their_cards_when_the_larger_one_changes(page, make_result, make_hand) -> None:
    one, two = make_hand("like", track=4), make_hand("fist", track=9, handedness="Left")
    page.show_result(make_result(one, two))
    page.show_result(make_result(two, one))
    names = [card.accessibleName() for card in page.hands.cards]
    assert "like" in names[0]
    assert "fist" in names[1]


def test_places_are_kept() -> None:
    assert keep_places([3, 1], [1, 3]) == [3, 1]
    assert keep_places([3, 1], [1, 7]) == [1, 7]
    assert keep_places([], [2]) == [2]
    assert keep_places([2], []) == []


def test_no_hand_invites(theme: Theme, qtbot, make_result) -> None:
    cards = HandCards(theme)
    qtbot.addWidget(cards)
    cards.show()
    cards.show_result(make_result())
    assert "No hand in view" in texts(cards)
    cards.hide()


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.3, 2.0])
def test_what_is_below_stays_where_it_is_when_a_hand_comes_and_goes(
    theme: Theme, qtbot, make_result, make_hand, scale: float
) -> None:
    cards = HandCards(theme)
    qtbot.addWidget(cards)
    cards.setFixedWidth(round(296 * scale))
    cards.show()
    cards.show_result(make_result(make_hand("like")))
    cards.show_result(None)
    theme.apply("light", scale)
    try:
        before = cards.sizeHint().height()
        for result in (make_result(make_hand("like")), make_result(), make_result(make_hand("fist")), None):
            cards.show_result(result)
            assert cards.sizeHint().height() == before > 150
    finally:
        theme.apply("light")
    cards.hide()


def test_sureness_waits_for_a_model(theme: Theme, qtbot) -> None:
    card = RecognitionCard(theme)
    qtbot.addWidget(card)
    card.show_options(2, None, smoothing=True)
    (slider,) = card.findChildren(QSlider)
    assert not slider.isEnabled()
    card.show_model(ModelInfo(("fist", "palm"), 0.5))
    assert slider.isEnabled()
    assert slider.value() == 50


@pytest.mark.parametrize("state", list(SessionState))
@pytest.mark.parametrize("kind", ["", "busy", "missing", "denied", "lost"])
def test_every_state_without_a_picture_says_something(state: SessionState, kind: str) -> None:
    status = SessionStatus(state, "USB camera", "Something happened.", kind)
    card = card_for(status, None, has_picture=False)
    if state is SessionState.PAUSED:
        assert card is None
    else:
        assert card is not None
        assert card.title
    assert state_words(status, None) or state is SessionState.RUNNING


def test_failed_says_why_and_offers_ways_out(page, qtbot) -> None:
    page.show_status(SessionStatus(SessionState.FAILED, "cam", "Another program holds the camera. Close it.", "busy"))
    card = page._card
    assert card.isVisible()
    assert "Another program holds the camera" in texts(card)
    buttons = [part for part in card.findChildren(QPushButton) if part.isVisible()]
    assert [part.text() for part in buttons] == ["Try again", "Choose another source"]
    with qtbot.waitSignal(page.intent) as caught:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert caught.args == ["again"]


def test_fetching_shows_progress(page) -> None:
    page.show_status(SessionStatus(SessionState.OPENING, "demo"))
    page.show_preparation(Preparation("Fetching the hand landmarker", 0.4))
    assert "Fetching the hand landmarker" in texts(page._card)
    assert page._card._progress.value() == 400
    page.show_preparation(Preparation("Starting hand recognition"))
    assert page._card._progress.maximum() == 0


def test_the_card_goes_with_the_first_picture(page, make_result) -> None:
    page.show_status(SessionStatus(SessionState.OPENING, "demo"))
    assert page._card.isVisible()
    page.show_status(RUNNING)
    page.show_result(make_result())
    assert not page._card.isVisible()


def test_the_end_leaves_the_picture_and_offers_to_play_again(page, make_result, qtbot) -> None:
    page.show_status(RUNNING)
    page.show_result(make_result())
    page.show_status(SessionStatus(SessionState.ENDED, "clip.mp4"))
    assert page.picture.result is not None
    assert "clip.mp4 has ended" in texts(page._pill)
    (again,) = page._pill.findChildren(QPushButton)
    with qtbot.waitSignal(page.intent) as caught:
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert caught.args == ["again"]


def test_lost_and_paused_say_so_over_the_picture() -> None:
    lost = pill_for(SessionStatus(SessionState.RECONNECTING, "cam", "The camera was unplugged."), has_picture=True)
    assert lost is not None
    assert "unplugged" in lost.title
    paused = pill_for(SessionStatus(SessionState.PAUSED, "cam"), has_picture=True)
    assert paused is not None
    assert paused.ways[0].intent == "resume"


def test_hints(make_result, make_hand) -> None:
    hint = HandHint()
    assert hint.update(make_result(make_hand(), time_s=0.0), say_absence=True) is None
    assert hint.update(make_result(time_s=1.0), say_absence=True) is None
    said = hint.update(make_result(time_s=2.0), say_absence=True)
    assert said is not None
    assert "No hand" in said.title
    assert hint.update(make_result(time_s=3.0), say_absence=False) is None
    small = hint.update(make_result(make_hand(scale=0.2), time_s=3.1), say_absence=False)
    assert small is not None
    assert "closer" in small.title


def test_side_panel_folds_away_and_becomes_a_drawer(page) -> None:
    wide = page.picture.width()
    page.open_side(False)
    assert page.picture.width() == page.width() > wide
    page.open_side(True)
    assert page.picture.width() == wide
    page.resize(600, 700)
    assert page.narrow
    assert not page.side_open
    page.open_side(True)
    assert page.side_open
    assert page.picture.width() == 600  # the drawer lies over it
    page.resize(1100, 700)
    assert page.picture.width() == wide


def test_reorders_bars_calmly(page, make_result, make_hand) -> None:
    page.show_result(make_result(make_hand("like", 0.6)))
    bars = page.hands.cards[0].bars
    first = [bar.label for bar in bars._bars]
    assert first[0] == "like"
    page.show_result(make_result(make_hand("fist", 0.6)))
    assert [bar.label for bar in bars._bars] == first or bars._bars[0].label == "fist"
    assert sum(bar.target for bar in bars._bars) <= 1.0 + 1e-6
