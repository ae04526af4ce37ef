"""Two versions beside each other: the card and its list, corrections as samples, two real models on the demo hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import onnx
import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from gesture_app.live.comparing import Agreement, Moment
from gesture_app.live.result import FrameResult, HandResult, OtherAnswer, OtherResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.compare_card import CompareCard
from gesture_app.ui.widgets.correction_menu import CorrectionMenu
from gesture_app.ui.widgets.version_rows import VersionRow
from models.gesture.catalog import ModelEntry, shipped_folder
from models.gesture.classifier import METADATA_KEY, GestureClassifier
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.versions import Version
from models.home import Home
from models.samples.sample import Opinion
from models.samples.store import SampleStore

PATIENCE_MS = 30_000
OTHERS = (VersionRow("12", "v12", (), "MLP", usable=True, number=12),)
MakeHand = Callable[..., HandResult]
MakeResult = Callable[..., FrameResult]


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> CompareCard:
    made = CompareCard(theme)
    qtbot.addWidget(made)
    made.show_versions(OTHERS, "12")
    made.show_gestures(("like", "fist", "rock"))
    made.resize(280, 600)
    made.show()
    return made


@pytest.fixture
def moment_of(make_hand: MakeHand) -> Callable[..., Moment]:
    def make(live: str | None, other: str | None, time: float = 1.79e9) -> Moment:
        return Moment(make_hand(live).hand, time, Opinion(live, 0.9, "shipped"), Opinion(other, 0.6, "v12"))

    return make


def beside(result: FrameResult, *labels: str | None, model: str = "v12") -> FrameResult:
    """Let a second model have labelled the hands of a result."""
    return replace(result, other=OtherResult(model, tuple(OtherAnswer(label, 0.8) for label in labels)))


def test_shows_what_both_make_of_each_hand(card: CompareCard, make_hand: MakeHand, make_result: MakeResult) -> None:
    hands = make_hand("like"), make_hand(None, track=2)
    card.show_result(beside(make_result(*hands), "fist", None))
    assert [part.text() for part in card._names] == ["Shipped model", "v12"]
    shown = [[part.text() for part in pair._texts] for pair in card._pairs]
    assert shown == [["like", "fist"], ["unknown", "unknown"]]
    assert [pair._sign.text() for pair in card._pairs] == ["≠", "="]
    card.show_result(beside(make_result(make_hand(None, track=2)), None))
    assert [pair._sign.isVisible() for pair in card._pairs] == [True, False]
    card.show_result(make_result(*hands))
    assert not card._columns.isVisible()


def test_says_how_often_they_agree(card: CompareCard) -> None:
    card.show_agreement(Agreement())
    assert "Hold up a hand" in card._agreement.text()
    card.show_agreement(Agreement(2000, 1500, 3))
    assert "75" in card._agreement.text()
    assert f"of {QLocale().toString(2000)} hands" in card._agreement.text()
    assert "3 moments" in card._agreement.text()


def test_says_when_there_is_nothing_to_compare_with(card: CompareCard) -> None:
    card.show_versions((), "")
    assert card._alone.isVisible()
    assert not card.model.isVisible()


def test_the_list_of_versions_neither_promotes_nor_rolls_back(card: CompareCard) -> None:
    card.model.popup.show_rows([replace(OTHERS[0], badges=("champion",))], "12")
    assert card.model.popup._promote.isHidden()
    assert card.model.popup._rollback.isHidden()


def test_the_list_of_versions_stays_on_the_screen(card: CompareCard) -> None:
    room = card.screen().availableGeometry()
    card.move(room.right() - 300, room.top() + 20)
    card.model.open_menu()
    assert card.model.popup.geometry().right() <= room.right() + 4  # a frame that some platforms count
    card.model.popup.hide()


def test_the_chosen_moment_stays_chosen_when_others_come(
    card: CompareCard, moment_of: Callable[..., Moment], qtbot: QtBot
) -> None:
    first, second, third = moment_of("like", "fist"), moment_of("like", None), moment_of("rock", "fist")
    assert not card._lower.isVisible()
    card.show_moments((first,), {})
    assert card.moments.moment is first
    card.show_moments((second, first), {})
    assert card.moments.moment is first
    qtbot.keyClick(card.moments, Qt.Key.Key_Up)
    assert card.moments.moment is second
    card.show_moments((third, second), {})  # the first one had to go
    assert card.moments.moment is second
    card.moments.set_mirrored(True)
    assert not card.grab().isNull()


def test_one_click_says_what_a_moment_was(card: CompareCard, moment_of: Callable[..., Moment], qtbot: QtBot) -> None:
    moment = moment_of("like", None)
    card.show_moments((moment,), {})
    assert [part.text() for part in card._answers] == ["like", "no gesture"]
    told: list[tuple[Moment, str]] = []
    card.corrected.connect(lambda *answer: told.append(answer))
    for part in card._answers:
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
    card._another.click()
    assert card._menu.isVisible()
    next(action for action in card._menu.actions() if action.data() == "rock").trigger()
    card._menu.hide()
    assert told == [(moment, "like"), (moment, NO_GESTURE), (moment, "rock")]
    card.show_moments((moment,), {moment: "rock"})
    assert not card._another.isVisible()
    assert "among the samples" in card._question.text()


def test_likely_gestures_stand_first_in_the_menu_and_once(qtbot: QtBot) -> None:
    menu = CorrectionMenu()
    qtbot.addWidget(menu)
    menu.offer(("rock", "fist", "like"), ("like",))
    assert [action.data() for action in menu.actions()] == ["like", None, "fist", "rock", NO_GESTURE]
    assert menu.actions()[-1].text() == "no gesture"


def test_a_wrong_label_becomes_a_sample_that_can_be_undone(
    make_window: Callable[..., MainWindow], home: Home, make_hand: MakeHand, make_result: MakeResult, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.page.show_result(make_result(make_hand("like"), make_hand("palm", track=2, centre=(150.0, 240.0))))
    window.page.hands.cards[1].wrong.click()
    window.page.show_result(make_result())  # the hand at the click counts, not the one at the answer
    menu = window.compare_shown._menu
    next(action for action in menu.actions() if action.data() == "like").trigger()
    menu.hide()
    qtbot.waitUntil(window.record._undo.isEnabled)
    assert "“like”" in window.messages.message.text
    with SampleStore(home.samples_database) as store:
        (sample,) = store.samples(store.ids())
        assert (sample.gesture, sample.opinion.label, sample.opinion.model) == ("like", "palm", "shipped")
        assert sample.hand.box[0] < 200
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.record._redo.isEnabled)
    with SampleStore(home.samples_database) as store:
        assert store.counts().total == 0


def test_the_list_leaves_bare_keys_to_the_window(
    make_window: Callable[..., MainWindow], home: Home, moment_of: Callable[..., Moment], qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.comparing.toggle()
    window.compared.show_moments((moment_of("like", "fist"),), {})
    qtbot.keyClick(window.compared.moments, Qt.Key.Key_C)
    assert not window.comparing.on
    assert not window.compared.isVisible()


def test_another_source_takes_the_labels_away(
    make_window: Callable[..., MainWindow], home: Home, make_hand: MakeHand, make_result: MakeResult
) -> None:
    window = make_window()
    window.show()
    window.comparing.toggle()
    window.live.result.emit(beside(make_result(make_hand("like")), "fist"))
    assert window.compared._columns.isVisible()
    window.live.status.emit(SessionStatus(SessionState.OPENING, "other"))
    assert not window.compared._columns.isVisible()
    assert window.comparing.comparison.agreement.seen == 1


def test_all_gestures_but_the_wrong_one_are_offered(
    make_window: Callable[..., MainWindow], home: Home, make_hand: MakeHand, make_result: MakeResult
) -> None:
    window = make_window()
    window.show()
    window.page.show_result(make_result(make_hand("palm")))
    window.page.hands.cards[0].wrong.click()
    offered = [action.data() for action in window.compare_shown._menu.actions() if action.data()]
    window.compare_shown._menu.hide()
    assert sorted(offered) == sorted(set(GESTURES) - {"palm"} | {NO_GESTURE})


def test_a_hand_that_is_too_small_or_cut_off_is_no_sample(
    make_window: Callable[..., MainWindow], home: Home, make_hand: MakeHand, make_result: MakeResult
) -> None:
    window = make_window()
    window.show()
    for hand, word in ((make_hand(scale=0.1), "too small"), (make_hand(centre=(0.0, 240.0)), "cut off")):
        window.page.show_result(make_result(hand))
        window.page.hands.cards[0].wrong.click()
        window.compare_shown._menu.actions()[0].trigger()
        window.compare_shown._menu.hide()
        assert word in window.messages.message.text
    assert not home.samples_database.exists()


def test_moments_are_corrected_one_after_the_other_and_lose_their_mark_with_undo(
    make_window: Callable[..., MainWindow], home: Home, moment_of: Callable[..., Moment], qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    first, second = moment_of("like", "fist"), moment_of("rock", "fist", 1.79e9 + 5)
    window.comparing.comparison._moments.extend((second, first))
    window.comparing._on = True
    window.compare_shown._show_on(True)
    window.compared.show_versions(OTHERS, "12")
    window.compared._answers[1].click()
    qtbot.waitUntil(lambda: window.compared.moments.moment is first)
    assert window.compare_shown._kept == {second: "fist"}
    with SampleStore(home.samples_database) as store:
        assert store.counts().gestures == {"fist": 1}
    qtbot.waitUntil(window.record._undo.isEnabled)
    window.recording.undo()
    qtbot.waitUntil(lambda: not window.compare_shown._kept)
    assert window.comparing.comparison.moments == (second, first)


def swapped(one: str, other: str, name: str) -> GestureClassifier:
    """The shipped model with two of its labels exchanged."""
    model = onnx.load_model_from_string((shipped_folder() / "classifier.onnx").read_bytes())
    texts = {entry.key: entry.value for entry in model.metadata_props}
    info = json.loads(texts[METADATA_KEY])
    info["labels"] = [{one: other, other: one}.get(label, label) for label in info["labels"]]
    onnx.helper.set_model_props(model, texts | {METADATA_KEY: json.dumps(info)})
    return GestureClassifier(model.SerializeToString(), name)


def test_two_real_models_on_the_demo_hand(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    second = swapped("palm", "stop", "v12")
    load = window.models.load
    monkeypatch.setattr(window.models, "load", lambda name: second if name == "12" else load(name))
    monkeypatch.setattr(window.models, "refresh", lambda: None)
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None and bool(window.models.known), timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert window.toolbar.compare.isChecked()
    assert window.compared._alone.isVisible()
    version = Version(12, (), {"family": "mlp", "classes": "palm,stop", "sha256": "0"}, 1.79e9)
    window.models._take_entries([ModelEntry("12", version), ModelEntry("shipped")])
    qtbot.waitUntil(lambda: window.comparing.name == "12", timeout=PATIENCE_MS)
    assert window.compared.model.text() == "v12"
    qtbot.waitUntil(lambda: bool(window.comparing.comparison.moments), timeout=PATIENCE_MS)
    moment = window.comparing.comparison.moments[0]
    assert {moment.live.label, moment.other.label} == {"palm", "stop"}
    qtbot.waitUntil(lambda: 0 < (window.comparing.comparison.agreement.share or 0) < 1, timeout=PATIENCE_MS)
    window.bridge.use(second)  # the two change places
    qtbot.waitUntil(lambda: window.comparing.name == "shipped", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: _pair(window) == ("v12", "shipped"), timeout=PATIENCE_MS)
    window.compared.version.emit("404")
    qtbot.waitUntil(lambda: window.messages.message is not None, timeout=PATIENCE_MS)
    assert "v404 cannot run beside" in window.messages.message.text
    assert window.comparing.name == "shipped"
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert not window.compared.isVisible()
    qtbot.waitUntil(lambda: window.page.picture.result.other is None, timeout=PATIENCE_MS)


def _pair(window: MainWindow) -> tuple[str, str]:
    result = window.page.picture.result
    return ("", "") if result is None or result.other is None else (result.model, result.other.model)


def test_a_frame_of_both_is_counted_only_while_comparing(
    make_window: Callable[..., MainWindow], make_hand: MakeHand, make_result: MakeResult
) -> None:
    window = make_window()
    result = beside(make_result(make_hand("like")), "fist")
    window.comparing.look_at(result)
    assert window.comparing.comparison.agreement.seen == 0
    window.comparing.toggle()
    window.comparing.look_at(result)
    assert window.comparing.comparison.agreement.seen == 1
    window.comparing.start_over()
    assert window.comparing.comparison.agreement.seen == 0
