"""The panel of suspicious samples: its rows, its keys, and what it says of a search."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from suspicious_samples import KEEP, RELABEL, hands

from gesture_app.training.events import Said, Step
from gesture_app.training.suspicions import SearchResult, Suspicion
from gesture_app.ui.samples.review import SHOWN, Review
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.review_panel import ReviewPanel
from models.samples import Sample


def made_up(count: int, theme: Theme) -> Review:
    rng = np.random.default_rng(0)
    suspicions = tuple(Suspicion(number, "fist", "two_up", 0.97, 0.01) for number in range(1, count + 1))
    samples = {
        number: Sample(number, 3, 1, "fist", hand.hand, 1.7e9, None, None, None, check=False, binned=False)
        for number, hand in enumerate(hands("like", min(count, SHOWN), rng), start=1)
    }
    return Review(SearchResult(suspicions, 400, 2, ("A note.",)), suspicions, samples)


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> ReviewPanel:
    made = ReviewPanel(theme)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def test_many_are_shown_some_at_a_time(panel: ReviewPanel, theme: Theme, qtbot: QtBot) -> None:
    panel.show_review(made_up(500, theme))
    assert len(panel.rows) < SHOWN  # the window lives on while they are made
    qtbot.waitUntil(lambda: len(panel.rows) == SHOWN)
    assert [row.suspicion.sample for row in panel.rows] == list(range(1, SHOWN + 1))
    assert panel._title.text() == "500 suspicious samples"
    assert f"first {SHOWN} are shown" in panel._line.text()
    assert "2 that you kept before" in panel._line.text()
    assert panel._notes.text() == "A note."


def test_a_decision_is_told_once_and_the_keyboard_goes_on_with_the_next(
    panel: ReviewPanel, theme: Theme, qtbot: QtBot
) -> None:
    whole = made_up(3, theme)
    panel.show_review(whole)
    panel.activateWindow()
    first = panel.rows[0]
    first.buttons[KEEP].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is first.buttons[KEEP])
    told: list[Suspicion] = []
    panel.keep.connect(told.append)
    for _ in range(2):
        qtbot.keyClick(first.buttons[KEEP], Qt.Key.Key_Space)
    assert [one.sample for one in told] == [1]
    panel.show_review(Review(whole.result, whole.waiting[1:], whole.samples, "Kept as fist"))
    assert [row.suspicion.sample for row in panel.rows] == [2, 3]
    assert QApplication.focusWidget() is panel.rows[0].buttons[KEEP]
    panel.show_review(Review(whole.result, whole.waiting, whole.samples))
    assert [row.suspicion.sample for row in panel.rows] == [1, 2, 3]


def test_the_key_for_deleting_is_about_the_row_that_has_the_focus(
    panel: ReviewPanel, theme: Theme, qtbot: QtBot
) -> None:
    panel.show_review(made_up(3, theme))
    panel.activateWindow()
    second = panel.rows[1].buttons[RELABEL]
    second.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is second)
    with qtbot.waitSignal(panel.discard) as caught:
        qtbot.keyClick(second, Qt.Key.Key_Delete)
    assert caught.args[0].sample == 2


def test_a_row_says_all_that_helps_to_decide(panel: ReviewPanel, theme: Theme) -> None:
    panel.show_review(made_up(1, theme))
    (row,) = panel.rows
    assert row._title.text() == "Labelled fist, looks like two up, 97\N{NARROW NO-BREAK SPACE}%"
    for part in ("fist only 1", "right hand", "take 3", str(datetime.fromtimestamp(1.7e9).astimezone().year)):
        assert part in row._facts.text()
    assert panel._title.text() == "1 suspicious sample"
    before = row._hand.pixmap().toImage()
    panel.set_mirrored(True)
    assert row._hand.pixmap().toImage() != before
    assert all(button.accessibleName() for button in row.buttons)


@pytest.mark.parametrize("width", [420, 700, 1300])
def test_rows_fit_into_any_width(panel: ReviewPanel, theme: Theme, qtbot: QtBot, width: int) -> None:
    panel.show_review(made_up(2, theme))
    panel.resize(width, 600)
    buttons = [part for row in panel.rows for part in row.buttons] + [panel.all_button, panel.again_button]
    qtbot.waitUntil(lambda: all(part.width() >= part.sizeHint().width() for part in buttons))
    assert panel.width() == width
    for part in buttons:
        assert part.mapTo(panel, part.rect().topRight()).x() <= width, part.text()


def test_the_search_tells_how_far_it_is(panel: ReviewPanel) -> None:
    panel.show_searching()
    panel.show_event(Said("something"))
    panel.show_event(Step("looking for wrong labels", 30, 60, 7.0))
    state = panel.state_card.state
    assert state is not None
    assert (state.title, state.text, state.share) == ("Looking for wrong labels", "About 5 s left", 0.5)
    assert [choice.property("role") for choice in panel.state_card._choices] == [None]  # nothing invites to cancel
    assert not panel._area.isVisible()
