"""The training page alone, with events made to measure; with the real trainer it is in the test of the whole story."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.training.events import Said, Step, Tried
from gesture_app.training.request import TrainingRequest
from gesture_app.training.results import (
    Champion,
    ClassComparison,
    Comparison,
    LeaderboardRow,
    PartComparison,
    SweepResult,
)
from gesture_app.training.runner import Outcome
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.training_page import TrainingPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import (
    champion_text,
    change,
    comparison_text,
    data_words,
    elapsed,
    score,
    step_title,
    time_left,
    verdict_words,
)
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows
from models.home import Home
from models.samples import NewSample, SampleStore

PATIENCE_MS = 240_000
"""For machines with much else to do."""

BETTER = ClassComparison("rock", 40, 0.99, 0.90, 0.02, 0.15)
WORSE = ClassComparison("fist", 40, 0.90, 0.95, -0.09, -0.01)
ALIKE = ClassComparison("like", 40, 0.97, 0.96, -0.02, 0.04)
NEW = ClassComparison("boulder", 40, 0.95, 0.0, 0.9, 0.99, known=False)
PART = PartComparison(
    "test",
    160,
    0.953,
    0.702,
    0.1,
    0.4,
    (ALIKE, BETTER, NEW, WORSE),
    ("boulder", "fist", "like", "rock"),
    ((38, 2, 0, 0), (0, 40, 0, 0), (0, 0, 40, 0), (0, 0, 1, 39)),
    ((0, 40, 0, 0), (0, 40, 0, 0), (0, 0, 40, 0), (0, 0, 4, 36)),
    ("These hands were drawn from the prior.",),
)
ROWS = (
    LeaderboardRow("mlp", "alpha 0.01", 0.961, 0.962, 33.0, "run-1"),
    LeaderboardRow("logistic", "C 1", 0.960, 0.961, 12.0, "run-2"),
)
RESULT = SweepResult(ROWS, Champion(7, "run-2", "logistic", "C 1", 0.96, 31.0, 160, 0.953), 1, 42.0, False, "Divided.")
OUTCOME = Outcome("finished", RESULT, Comparison("7", "shipped", (PART,)))


@pytest.fixture
def page(theme: Theme, qtbot: QtBot) -> TrainingPage:
    made = TrainingPage(theme)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def said(page: QWidget) -> str:
    return "\n".join(words.text() for words in page.findChildren(QLabel) if words.isVisibleTo(page))


def cells(page: TrainingPage) -> list[tuple[str, ...]]:
    return [row.cells for row in page.leaderboard.rows.rows]


def test_the_empty_state_invites_and_starts_with_the_built_in_hands(page: TrainingPage, qtbot: QtBot) -> None:
    assert "None yet" in said(page)
    assert not page.setup.samples.isEnabled()
    with qtbot.waitSignal(page.start) as started:
        page.setup.start_button.click()
    assert started.args == [TrainingRequest(("prior",), "quick")]


def test_choices_become_the_request(page: TrainingPage, tmp_path: Path) -> None:
    page.show_samples(240, 3)
    assert "240 hands of 3 gestures" in said(page)
    page.setup.use_file(tmp_path / "more.parquet")
    page.setup.choose_space("classic")
    assert page.setup.request == TrainingRequest(("prior", "samples", str(tmp_path / "more.parquet")), "classic")
    page.setup.samples.click()
    page.show_samples(260, 3)
    assert "samples" not in page.setup.request.data  # what the user switched off stays off
    page.setup.prior.click()
    page.setup.file.click()
    assert page.setup.request.data == ()
    assert not page.setup.start_button.isEnabled()
    assert "at least one" in said(page)


def test_progress_fills_the_leaderboard_best_first(page: TrainingPage, qtbot: QtBot) -> None:
    page.show_started(TrainingRequest(("prior",), "quick"))
    assert not page.setup.isVisible()
    assert "Starting" in page.progress.text
    page.show_event(Step("drawing hands", 3, 19, 1.5))
    assert "Drawing built-in hands" in page.progress.text
    page.show_event(Tried(Step("sweep", 1, 3, 31.0), "knn", "n neighbors 3", 0.91))
    page.show_event(Tried(Step("sweep", 2, 3, 12.0), "mlp", "alpha 0.01", 0.96))
    page.show_event(Tried(Step("sweep", 3, 3, 0.0), "svm", "C 1", None, "ValueError: no"))
    assert [row[0] for row in cells(page)] == ["MLP", "KNN", "SVM"]
    assert cells(page)[2][2] == "failed"
    assert "Trying models: 3 of 3" in page.progress.text
    page.show_event(Said("A sentence."))
    page.show_event(Said("UserWarning: x", plain=True))
    assert "A sentence." in page.progress.text
    assert "UserWarning" not in page.progress.text
    assert "UserWarning" in page.log.text
    assert "failed: ValueError" in page.log.text
    page.log.copy()
    assert QGuiApplication.clipboard().text() == page.log.text
    with qtbot.waitSignal(page.cancel):
        page.progress.cancel_button.click()
    assert "Cancelling" in page.progress.text
    page.show_event(Step("sweep", 3, 3))
    assert "Cancelling" in page.progress.text  # at once, and for good


def test_one_kind_of_model_has_no_versions_before_it() -> None:
    assert "just before it" not in champion_text(replace(RESULT, rows=ROWS[1:]))


def test_the_result_in_plain_words_and_one_button(page: TrainingPage, qtbot: QtBot) -> None:
    page.show_using("shipped")
    page.show_started(TrainingRequest(("prior",), "quick"))
    page.show_event(Tried(Step("sweep", 3, 3, 0.0), "svm", "C 1", None, "ValueError: no"))
    page.show_outcome(OUTCOME)
    words = said(page)
    assert "Version 7 is the best of this training: Logistic" in words
    assert "Macro F1 0.953 on 160 test hands" in words
    assert "The versions numbered just before it are the best of the other kinds" in words
    assert "Beside the shipped model, on the same 160 test hands" in words
    assert (
        "Knows 1 gesture more. Better on 1 gesture, worse on 1 gesture; 1 too close to tell. Better on the gestures"
        in words
    )
    assert "drawn from the prior" in words
    assert [row[0] for row in cells(page)] == ["MLP", "Logistic · offered", "SVM"]
    table = [row.cells for row in page.figures.table.rows.rows]
    assert [row[0] for row in table] == ["fist", "boulder", "rock", "like"]
    assert table[0][4] == "worse \N{MINUS SIGN}0.050"
    assert table[1][4] == "new gesture"
    matrix = page.figures.matrix
    assert "boulder taken for fist: 2" in matrix.accessibleDescription()
    page.figures.which.setCurrentIndex(1)
    assert "boulder taken for fist: 40" in matrix.accessibleDescription()

    assert page.result.use_button.text() == "Use version 7"
    with qtbot.waitSignal(page.use) as used:
        qtbot.keyClick(page.result.use_button, Qt.Key.Key_Space)
    assert used.args == ["7"]
    page.show_using("7")
    assert page.result.use_button.text() == "Version 7 is in use"
    assert not page.result.use_button.isEnabled()
    page.result.again_button.click()
    assert page.setup.isVisible()


def test_the_users_own_check_set_comes_first(page: TrainingPage) -> None:
    check = replace(PART, part="check", rows=36)
    page.show_outcome(replace(OUTCOME, comparison=Comparison("7", "3", (check, PART))))
    words = said(page)
    assert words.index("Beside version 3, on your own check set of 36 hands") < words.index("on the same 160 test")
    assert page.figures.hands.currentText() == "Your check set"
    page.figures.hands.setCurrentIndex(1)
    assert page.figures.table.rows.rows[0].cells[1] == "40"


def test_what_could_not_be_compared_is_told(page: TrainingPage) -> None:
    page.show_outcome(Outcome("finished", RESULT, None, "version 3 is not whole."))
    assert "could not be compared with the model in use: version 3 is not whole." in said(page)
    assert not page.figures.isVisible()


def test_notes_of_the_training_are_said_with_its_result(page: TrainingPage) -> None:
    note = "No hands of boulder were left for validation: its score is not known."
    page.show_outcome(replace(OUTCOME, result=replace(RESULT, notes=(note,))))
    assert note in said(page)
    assert "one at a time" in said(page)
    assert "many hands at once" in said(page)


def test_that_a_gesture_was_not_measured_goes_before_the_scores(page: TrainingPage) -> None:
    note = "No hands of boulder were left for testing: record or import more of them."
    page.show_outcome(replace(OUTCOME, result=replace(RESULT, notes=("Some rows were left out.", note))))
    words = page.result.text
    assert words.index(note) < words.index("Beside the shipped model") < words.index("Some rows were left out.")
    assert words.count(note) == 1
    roles = {part.text(): part.property("role") for part in page.result.findChildren(QLabel)}
    assert roles[note] == "warning"
    assert roles["Some rows were left out."] == "small"


def test_the_note_of_a_step_goes_with_it(page: TrainingPage) -> None:
    page.show_started(TrainingRequest(("prior",), "quick"))
    page.show_event(Step("exporting", 1, 1, 0.0, "writing model files"))
    page.show_event(Step("comparing", 0))
    assert page.progress.text == "Comparing with the model in use"
    page.show_event(Said("Two hands are new to it."))
    page.show_event(Step("comparing", 1, 2))
    assert "Two hands are new to it." in page.progress.text


def test_no_champion(page: TrainingPage) -> None:
    page.show_outcome(Outcome("finished", replace(RESULT, champion=None)))
    assert "No model came out that this app can load" in said(page)
    assert not page.result.use_button.isVisible()


def test_cancelled_and_failed_lead_back_to_the_choices(page: TrainingPage) -> None:
    page.show_started(TrainingRequest(("prior",), "quick"))
    page.show_outcome(Outcome("cancelled"))
    assert "goes on from there" in page.note_text
    assert page.setup.isVisible()
    assert not page.board.isVisible()
    page.show_started(TrainingRequest(("prior",), "quick"))
    assert not page.note.isVisible()
    page.show_outcome(Outcome("failed", problem="There is no file x. Choose another."))
    assert "There is no file x." in page.note_text
    assert "There is no file x." in page.log.text


def test_everything_has_a_name_and_can_be_reached_with_the_keyboard(page: TrainingPage) -> None:
    page.show_started(TrainingRequest(("prior",), "quick"))
    page.show_outcome(OUTCOME)
    page.setup.show()
    for control in page.findChildren(QAbstractButton):
        if control.isVisible() and control.metaObject().className() != "QTableCornerButton":
            assert control.accessibleName() or control.text(), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.text()
    for part in (page.leaderboard, page.figures.table, page.figures.matrix, page.figures.which, page.log._text):
        assert part.accessibleName()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_matrix_paints_in_both_themes_and_names_its_cells(theme: Theme, page: TrainingPage, choice) -> None:
    theme.apply(choice)
    page.show_outcome(OUTCOME)
    matrix = page.figures.matrix
    assert not page.grab().isNull()
    assert not matrix.grab().isNull()
    assert matrix.height() > 100
    assert matrix.words_at(0, 1).startswith("boulder taken for fist: 2")
    assert matrix.words_at(1, 1).startswith("fist: 40 right (100")
    theme.apply("light")


def test_words() -> None:
    assert score(0.99996) == "0.999"
    assert score(1.0) == "1.000"
    assert change(-0.0001) == "0.000"
    assert change(0.02) == "+0.020"
    assert time_left(None) == ""
    assert time_left(3) == "a few seconds left"
    assert time_left(19.4) == "about 20 s left"
    assert time_left(70) == "about a minute left"
    assert time_left(200) == "about 3 min left"
    assert elapsed(65) == "1:05"
    assert elapsed(3665) == "1:01:05"
    assert step_title(Step("reading file", 1, 2)) == "Reading file"
    assert data_words(5, 1) == "5 hands of one gesture."
    assert verdict_words(ALIKE) == "alike +0.010"
    alike = replace(PART, classes=(ALIKE,), low=-0.1, high=0.1)
    assert comparison_text(alike).startswith("No gesture is clearly better or worse. Overall too close to tell")
    assert "Better on 1 gesture, worse on none." in comparison_text(replace(PART, classes=(BETTER,)))
    poorer = comparison_text(replace(PART, classes=(BETTER,), lost=("vulcan", "two_up"), unmeasured=("pesce",)))
    assert poorer.startswith("No longer knows “vulcan”, “two up”. Learned “pesce”, too, but no test hand shows it")
    assert "Better on the gestures that both know" in poorer


def keep_samples(home: Home) -> None:
    import numpy as np

    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for label in ("fist", "like"):
            rows = gesture_rows(label, 3, np.random.default_rng(0))
            take = store.start_take(session, label)
            store.add(take, [NewSample(Hand(row.reshape(21, 3), "Right", 1.0, (640, 480)), 1.0) for row in rows])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_closing_over_a_training_asks_once_and_leaves_no_process(
    make_window: Callable[..., MainWindow], stored_home: Home, qtbot: QtBot
) -> None:
    keep_samples(stored_home)
    window = make_window()
    window.show()
    window.training.count_samples()
    qtbot.waitUntil(window.training_page.setup.samples.isEnabled)
    window.show_page(window.training_page)
    window.training_page.setup.start_button.click()
    qtbot.waitUntil(lambda: window.training.pid is not None, timeout=PATIENCE_MS)
    pid = window.training.pid
    assert pid is not None

    assert not window.close()
    assert not window.close()
    (question,) = window.findChildren(QMessageBox)
    question.reject()
    assert window.isVisible()
    assert window.training.running

    assert not window.close()
    question = next(one for one in window.findChildren(QMessageBox) if one.isVisible())
    next(one for one in question.buttons() if "close" in one.text()).click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert not window.training.running
    assert not alive(pid)
