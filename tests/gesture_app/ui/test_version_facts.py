"""What the models page says of a version, and of what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gesture_app.ui.pages.models_page import ModelsPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.version_rows import FOR_YOU, NOT_KNOWN, SCORE, STATE, TIME, facts_of, titles
from models.gesture.catalog import ModelEntry
from models.gesture.gestures import GESTURES
from models.gesture.shipped_facts import ShippedFacts
from models.gesture.versions import Version

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SHIPPED = ModelEntry(
    "shipped", shipped=ShippedFacts("guarded network", "2026-11-19", 800_677, GESTURES, 0.98034, 2482, None)
)
BARE = ModelEntry("3", Version(3, ("champion",), {"sha256": "00"}, NOW.timestamp()))


def test_what_is_known_of_the_shipped_model_is_shown() -> None:
    facts = facts_of(SHIPPED, NOW)
    cells = facts.cells(using=True)
    assert len(cells) == len(titles())
    assert cells[:4] == ("Shipped model", "in use", "Guarded network", NOT_KNOWN)
    assert cells[SCORE] == "0.980"
    assert cells[5] == "18"
    assert cells[7].startswith("0.80")
    assert cells[8] == "2026-11-19"
    assert "model card" in facts.hint(SCORE)
    assert dict(facts.lines)["Test hands"].replace(",", "") == "2482"


def test_what_is_not_known_has_a_dash_and_says_why() -> None:
    shipped, bare = facts_of(SHIPPED, NOW), facts_of(BARE, NOW)
    for facts in (shipped, bare):
        for column, cell in enumerate(facts.cells(using=False)):
            assert cell or column == STATE
            assert cell != NOT_KNOWN or facts.hint(column)
    assert "Not measured" in shipped.hint(TIME)
    assert "check" in bare.hint(FOR_YOU)
    assert "marked as the live one" in bare.hint(STATE)


def test_the_table_has_the_hints(theme: Theme, qtbot) -> None:
    page = ModelsPage(theme)
    qtbot.addWidget(page)
    page.show_entries([BARE, SHIPPED])
    page.show_using("shipped")
    assert page.table.item(1, TIME).text() == NOT_KNOWN
    assert "Not measured" in page.table.item(1, TIME).toolTip()
    assert "champion" in page.table.item(0, STATE).text()
    assert page.table.horizontalHeaderItem(SCORE).toolTip()


def test_what_was_measured_on_which_hands_is_said() -> None:
    heading, meaning = titles()[SCORE]
    assert heading == "Macro F1"
    assert "validation part of its own data" in meaning
    assert "Train page" in meaning
    tags = {"sha256": "00", "macro_f1": "0.981234", "test_macro_f1": "0.971999", "test_rows": "120"}
    lines = dict(facts_of(ModelEntry("4", Version(4, (), tags, NOW.timestamp())), NOW).lines)
    assert lines["Macro F1 on its own validation hands"] == "0.981"
    assert lines["Macro F1 on test hands"] == "0.972"


@pytest.mark.parametrize("before", [None, 2])
def test_the_page_rolls_back_only_to_a_champion_before(theme: Theme, qtbot, before: int | None) -> None:
    page = ModelsPage(theme)
    qtbot.addWidget(page)
    page.show_entries([ModelEntry("3", replace(BARE.version, before=before)), SHIPPED])
    page.table.selectRow(0)
    assert page.details._rollback.isVisibleTo(page)
    assert page.details._rollback.isEnabled() is (before is not None)
    assert ("first champion" in page.details._rollback.toolTip()) is (before is None)


@pytest.mark.parametrize("entry", [SHIPPED, BARE, ModelEntry("shipped")])
def test_only_versions_have_a_page_in_mlflow(entry: ModelEntry, theme: Theme, qtbot) -> None:
    page = ModelsPage(theme)
    qtbot.addWidget(page)
    page.show_entries([entry])
    page.table.selectRow(0)
    assert page.details._mlflow.isVisibleTo(page) is (entry is BARE)
