"""The guided check: its parts alone, and the demo hand led through it in the real window."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gesture_app.capture.demo import CHANGE_S, GESTURE_S, DemoSource
from gesture_app.live.check_score import CheckScore, score_of
from gesture_app.live.checking import CheckPlan, CheckRun, HandsAsked, Step
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.recording import Skip
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.checking.check_words import (
    basis_words,
    for_you_words,
    left_words,
    step_words,
    taken_words,
    verdict_words,
)
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.check_page import CheckPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.versions.model_hand import draw_gesture
from models.gesture.catalog import MODEL_FILE, load_model, shipped_folder
from models.gesture.gestures import GESTURES, ORDER
from models.gesture.prior import Prior
from models.gesture.store import find_store
from models.gesture.versions import Version, keep_copy
from models.hand.landmarks import Hand
from models.home import Home
from models.samples.filtering import SampleFilter
from models.samples.sample import NewSample
from models.samples.store import SampleStore

PATIENCE_MS = 30_000
FRAME_S = 0.2
SCORE = score_of("v12", ["like", "like", "fist", "spock"], ["like", "fist", "fist", None], ("like", "fist"))


@pytest.fixture
def page(theme: Theme, qtbot: QtBot) -> CheckPage:
    made = CheckPage(theme)
    qtbot.addWidget(made)
    return made


def test_words() -> None:
    run = CheckRun(CheckPlan(("like", "fist")), 0.0)
    assert left_words(run) == "1 of 2 · about 10 s left"
    assert step_words(run, 0.0, Skip.NO_HAND) == "Get ready"
    assert step_words(run, 2.0, None) == "Hold it"
    assert step_words(run, 2.0, Skip.NO_HAND) == "No hand in view"
    run.pause()
    assert step_words(run, 2.0, None) == "Paused"
    assert verdict_words(SCORE) == "Not always recognised: spock, like."
    assert basis_words(SCORE) == "4 hands, 3 gestures"
    assert [taken_words(one) for one in SCORE.gestures] == ["fist", "", "not known to this model"]
    assert for_you_words(None) == ""
    assert "50" in for_you_words(SCORE)
    assert "recognised" in verdict_words(CheckScore("v1", SCORE.gestures[1:2]))


def test_hands_are_drawn_for_every_gesture() -> None:
    for label in GESTURES:
        image = draw_gesture(label, "Right", 120, mirrored=False)
        assert image is not None
        covered = np.array([image.pixelColor(x, y).alpha() > 0 for x in range(0, 120, 6) for y in range(0, 120, 6)])
        assert 0.1 < covered.mean() < 0.8, label
    plain = draw_gesture("call", "Right", 60, mirrored=False)
    mirrored = draw_gesture("call", "Right", 60, mirrored=True)
    assert plain is not None
    assert mirrored is not None
    assert plain.pixelColor(10, 30) == mirrored.pixelColor(49, 30)
    assert draw_gesture("spock", "Right", 60, mirrored=False) is None


def test_page_asks_for_what_its_buttons_say(page: CheckPage, qtbot: QtBot) -> None:
    page.show()
    with qtbot.waitSignal(page.start.start) as caught:
        page.start.hands.setCurrentIndex(3)
        qtbot.mouseClick(page.start._start, Qt.MouseButton.LeftButton)
    assert caught.args == [HandsAsked.HALVES]
    run = CheckRun(CheckPlan(("like", "peace_inverted")), 0.0)
    page.show_run(run, 0.0)
    assert page.guide.isVisible()
    assert not page.start.isVisible()
    assert page.guide.name.text() == "like"
    assert not page.guide._back.isEnabled()
    run.skip(1.0)
    page.show_skip(Skip.CUT)
    page.show_run(run, 3.0)
    assert page.guide.name.text() == "peace inverted"
    assert page.guide.step.text() == "Cut off by the border"
    for button, signal in (
        (page.guide._back, page.guide.back),
        (page.guide._skip_button, page.guide.skip),
        (page.guide._pause, page.guide.pause),
        (page.guide._stop, page.guide.stop),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    page.show_ended()
    page.show_score(SCORE)
    assert page.score.isVisible()
    assert [row.cells[0] for row in page.score.table.rows.rows] == ["spock", "like", "fist"]


def test_a_source_that_ends_says_so_over_its_last_picture(page: CheckPage, make_result: Callable[..., object]) -> None:
    page.show()
    page.show_status(SessionStatus(SessionState.RUNNING, "clip.mp4"))
    page.show_result(make_result())
    assert page._state.isHidden()
    page.show_status(SessionStatus(SessionState.ENDED, "clip.mp4"))
    assert page._state.state.title == "The end"
    page.hide()


def test_the_demo_hand_is_nobody(make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot) -> None:
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None, timeout=PATIENCE_MS)
    window.show_page(window.models_page)
    qtbot.mouseClick(window.models_page._check, Qt.MouseButton.LeftButton)
    assert window.check_page.isVisible()
    assert not window.check_page.start.usable
    assert "demo" in window.check_page.start._problem.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page.isVisible()


def test_the_demo_hand_goes_through_the_whole_check(
    make_window: Callable[..., MainWindow], equipped_home: Home, landmarker_file: Path, qtbot: QtBot
) -> None:
    """As a user would: each gesture held when it is asked for, one skipped, one done again; then a score."""
    window = make_window()
    window.show()
    window.models.begin()
    window.bridge.model_loaded.emit(load_model("shipped", equipped_home))
    window.live.status.emit(SessionStatus(SessionState.RUNNING, "a camera"))
    window.show_page(window.check_page)
    now = [100.0]
    window.check.clock = lambda: now[0]
    qtbot.mouseClick(window.check_page.start._start, Qt.MouseButton.LeftButton)
    run = window.check.run
    assert run is not None
    source = DemoSource()
    done_again = False
    with Recogniser(load_model("shipped", equipped_home), landmarker=landmarker_file) as recogniser:
        frame_number = 0
        while window.check.run is not None:
            now[0] += FRAME_S
            frame_number += 1
            if run.gesture == "rock":
                qtbot.mouseClick(window.check_page.guide._skip_button, Qt.MouseButton.LeftButton)
            elif run.gesture == "three" and not done_again:
                done_again = True
                qtbot.mouseClick(window.check_page.guide._back, Qt.MouseButton.LeftButton)
                assert run.gesture == "four"
            elif run.step(now[0]) is Step.HOLD:
                # Some of the frames in which the demo shows what is asked for.
                within = CHANGE_S + 0.1 + (frame_number % 10) * 0.1
                turn = ORDER.index(run.gesture) + len(ORDER)
                frame = source.frame(round((turn * GESTURE_S + within) * 30))
                window.live.result.emit(recogniser.process(replace(frame, time_s=now[0], index=frame_number)))
            else:
                window.check._tick()
            assert now[0] < 300.0
    assert now[0] - 100.0 < 80.0
    qtbot.waitUntil(lambda: window.check.score is not None, timeout=PATIENCE_MS)
    found = window.check.score
    assert {one.gesture for one in found.gestures} == set(GESTURES) - {"rock"}
    assert found.share > 0.9
    assert window.check_page.score.isVisible()
    assert window.check_page.score.figure.text()
    qtbot.waitUntil(lambda: bool(window.models.known), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "for you" in window.model_button._rows[-1].detail, timeout=PATIENCE_MS)
    window.close()
    with SampleStore(equipped_home.samples_database) as store:
        assert store.counts(SampleFilter(check=False)).total == 0
        assert store.counts(SampleFilter(check=True)).total == found.hands
        assert 0 < store.count(SampleFilter(gesture="four", binned=True)) <= 6


def test_stopping_keeps_what_was_held_and_leaving_the_page_pauses(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot, make_result, make_hand
) -> None:
    window = make_window()
    window.show()
    window.bridge.model_loaded.emit(load_model("shipped", equipped_home))
    window.live.status.emit(SessionStatus(SessionState.RUNNING, "a camera"))
    window.show_page(window.check_page)
    now = [0.0]
    window.check.clock = lambda: now[0]
    window.check.start(HandsAsked.EITHER)
    run = window.check.run
    assert run is not None
    while run.place == 0:
        now[0] += FRAME_S
        window.live.result.emit(make_result(make_hand("palm", scale=1 + 0.01 * (now[0] % 3))))
    window.open_page(0)
    assert run.step(now[0]) is Step.PAUSED
    window.show_page(window.check_page)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert run.step(now[0]) is Step.READY
    with qtbot.waitSignal(window.check.ended, timeout=PATIENCE_MS):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.check_page.isVisible()
    qtbot.waitUntil(lambda: window.check.score is not None, timeout=PATIENCE_MS)
    assert [one.gesture for one in window.check.score.gestures] == ["palm"]


def test_versions_are_scored_before_they_are_used_and_a_worse_one_is_told(
    make_window: Callable[..., MainWindow], equipped_home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    prior, rng = Prior.load(), np.random.default_rng(1)
    with SampleStore(equipped_home.samples_database) as store:
        for gesture in ("like", "fist", "palm"):
            take = store.start_take(store.start_session(), gesture, check=True)
            rows = prior.draw(gesture, 4, rng).reshape(-1, 21, 3)
            store.add(take, [NewSample(Hand(row, "Right", 1.0, (640, 480)), 0.0) for row in rows])
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.check.score is not None, timeout=PATIENCE_MS)
    assert window.check.score.hands == 12
    assert window.models_page._facts[-1].for_you
    heard: list[tuple[str, object]] = []
    window.models.scored.connect(lambda name, found: heard.append((name, found)))
    window.models.use("shipped")
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    assert heard[0][0] == "shipped"
    assert heard[0][1] == window.check.score
    worse = score_of("v9", ["like", "fist"], ["like", "like"], ("like", "fist"))
    window.messages.dismiss()
    window.check._take_scored("9", worse)
    assert window.messages.message is not None
    assert "v9" in window.messages.message.text


def test_a_gesture_of_the_users_own_is_shown_as_it_was_recorded(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot, make_hand
) -> None:
    window = make_window()
    window.show()
    shown = window.check_page.guide.guide
    window.check.progress.emit(CheckRun(CheckPlan(("spock",)), 0.0), 0.0)
    qtbot.waitUntil(lambda: bool(window.checked._pictures), timeout=PATIENCE_MS)
    assert shown._picture is None  # nothing is known but its name
    with SampleStore(equipped_home.samples_database) as store:
        take = store.start_take(store.start_session(), "live_long")
        store.add(take, [NewSample(make_hand("four").hand, 0.0)])
    window.check.progress.emit(CheckRun(CheckPlan(("live_long", "like"), HandsAsked.LEFT), 0.0), 0.0)
    qtbot.waitUntil(lambda: shown._picture is not None, timeout=PATIENCE_MS)
    assert window.check_page.guide.name.text() == "live long"
    assert window.check_page.guide.side.text() == "with your left hand"
    shown.grab()
    qtbot.waitUntil(lambda: len(window.checked._pictures) == 3, timeout=PATIENCE_MS)  # the next one, ahead of time


def test_a_store_that_cannot_be_written_ends_the_check_and_is_told(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    equipped_home.samples_database.mkdir()
    window = make_window()
    window.show()
    window.bridge.model_loaded.emit(load_model("shipped", equipped_home))
    with qtbot.waitSignal(window.check.ended, timeout=PATIENCE_MS):
        window.check.start(HandsAsked.EITHER)
    assert window.check.run is None
    assert not window.check_page.running
    assert window.messages.message is not None


def test_local_copies_of_versions_are_scored_without_a_registry(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot
) -> None:
    content = (shipped_folder() / MODEL_FILE).read_bytes()
    tags = {"sha256": hashlib.sha256(content).hexdigest(), "family": "mlp"}
    keep_copy(equipped_home, Version(12, (), tags, 0.0), content, find_store(equipped_home).registry)
    with SampleStore(equipped_home.samples_database) as store:
        take = store.start_take(store.start_session(), "fist", check=True)
        rows = Prior.load().draw("fist", 3, np.random.default_rng(2)).reshape(-1, 21, 3)
        store.add(take, [NewSample(Hand(row, "Left", 1.0, (640, 480)), 0.0) for row in rows])
    window = make_window()
    window.models.begin()
    window.recording.begin()
    facts = window.models_page
    qtbot.waitUntil(lambda: len(facts._facts) == 2 and all(one.for_you for one in facts._facts), timeout=PATIENCE_MS)
    assert [one.title for one in facts._facts] == ["v12", "Shipped model"]
    with SampleStore(equipped_home.samples_database) as store:
        store.delete(store.ids(SampleFilter(check=True)).tolist())
    window.recording.tell_changed()
    qtbot.waitUntil(lambda: not any(one.for_you for one in facts._facts), timeout=PATIENCE_MS)
