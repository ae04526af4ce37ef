"""States of the samples page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel

from gesture_app.training.events import Step
from gesture_app.ui.scenes.stage import SetUp, Stage
from gesture_app.ui.scenes.waiting import settle, wait_until
from gesture_app.ui.widgets.review_panel import ReviewPanel
from models.samples.filtering import SampleFilter

CHOSEN = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def show_samples(*, table: bool) -> SetUp:
    """Show the samples, some of them selected."""

    def set_up(stage: Stage) -> None:
        window, page = stage.window, stage.window.samples_page
        window.show_page(page)
        (page.header.table if table else page.header.grid).click()
        wait_until(lambda: bool(page.balance.counts) and window.samples.model.sample(0) is not None)
        page.view.clearSelection()
        for row in range(2, 5):
            page.view.selectionModel().select(window.samples.model.index(row, 0), CHOSEN)
        settle(400)  # hands are drawn within some frames

    return set_up


def show_no_samples(stage: Stage) -> None:
    """Show a bin with nothing in it."""
    page = stage.window.samples_page
    stage.window.show_page(page)
    page.filters.choose(SampleFilter(binned=True))
    wait_until(page.state_card.isVisible)


def show_all_samples(stage: Stage) -> None:
    """Leave the bin."""
    stage.window.samples_page.filters.choose(SampleFilter())
    wait_until(lambda: not stage.window.samples_page.state_card.isVisible())


def suspect(show: Callable[[ReviewPanel], object]) -> SetUp:
    """Show the search for wrong labels in some state."""

    def set_up(stage: Stage) -> None:
        page = stage.window.samples_page
        stage.window.show_page(page)
        blocked = page.blockSignals(True)  # noqa: FBT003 - nothing is searched for in earnest
        page.header.suspicious.setChecked(True)
        page.blockSignals(blocked)
        show(page.review)
        settle(200)  # rows are made within some turns

    return set_up


def end_suspicion(stage: Stage) -> None:
    """Leave that search."""
    stage.window.samples_page.header.leave_review()


def look_for_wrong_labels(panel: ReviewPanel) -> None:
    """Show that it runs."""
    panel.show_searching()
    panel.show_event(Step("looking for wrong labels", 27, 60, 4.0))
