from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.theme import Theme
from gesture_app.ui.versions import model_controller
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.version_rows import day_words, row_of
from models.errors import GestureError
from models.gesture.catalog import ModelEntry, shipped_folder
from models.gesture.versions import Version
from models.home import Home

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
GOOD = Version(
    12,
    ("champion",),
    {"family": "mlp", "macro_f1": "0.98123", "classes": "like,fist,spock,no_gesture", "sha256": "00"},
    NOW.timestamp() - 3600,
)
BAD = Version(11, (), {"family": "knn", "unusable": "It takes 4 ms a hand; at most 2 ms are allowed."}, 0.0)
ENTRIES = [ModelEntry("12", GOOD), ModelEntry("11", BAD, unusable=BAD.unusable or "x"), ModelEntry("shipped")]


def test_rows_say_what_matters() -> None:
    good, bad, shipped = (row_of(entry, NOW.astimezone()) for entry in ENTRIES)
    assert good.title == "v12"
    assert good.badges == ("champion",)
    assert "MLP" in good.detail
    assert "0.981" in good.detail
    assert "3 gestures, 1 of yours" in good.detail
    assert "today" in good.detail
    assert not bad.usable
    assert "4 ms" in bad.detail or "model file" in bad.detail
    assert shipped.usable
    assert "18 gestures" in shipped.detail


def test_days_have_names() -> None:
    now = NOW.astimezone()
    assert day_words(now, now).startswith("today")
    assert day_words(now - timedelta(days=1), now).startswith("yesterday")
    assert day_words(now - timedelta(days=9), now) == (now - timedelta(days=9)).strftime("%Y-%m-%d")


@pytest.fixture
def made(theme: Theme, qtbot: QtBot) -> ModelButton:
    button = ModelButton(theme)
    qtbot.addWidget(button)
    button.show_rows([row_of(entry, NOW.astimezone()) for entry in ENTRIES])
    button.show_using("shipped")
    return button


def test_choosing_with_the_keyboard(made: ModelButton, qtbot: QtBot) -> None:
    made.show()
    made.open_menu()
    listed = made.popup.list
    assert listed.count() == 3
    assert listed.currentRow() == 2
    listed.setCurrentRow(1)
    qtbot.keyClick(listed, Qt.Key.Key_Return)  # greyed: nothing happens
    assert made.popup.isVisible()
    listed.setCurrentRow(0)
    with qtbot.waitSignal(made.use) as caught:
        qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert caught.args == ["12"]
    assert not made.popup.isVisible()
    made.hide()


def test_only_a_version_in_use_can_be_promoted(made: ModelButton, qtbot: QtBot) -> None:
    assert not made.popup._promote.isEnabled()
    made.show_using("12")
    assert not made.popup._promote.isEnabled()  # it is the champion
    assert made.text() == "v12 · champion"
    made.show_rows([row_of(ModelEntry("13", Version(13, (), {"sha256": "0"}, 0.0)), NOW.astimezone())])
    made.show_using("13")
    with qtbot.waitSignal(made.promote) as caught:
        made.popup._promote.click()
    assert caught.args == [13]


def test_rolling_back_needs_a_champion_before(made: ModelButton) -> None:
    assert not made.popup._rollback.isEnabled()
    assert "first champion" in made.popup._rollback.toolTip()
    made.show_rows([row_of(ModelEntry("12", replace(GOOD, before=11)), NOW.astimezone())])
    assert made.popup._rollback.isEnabled()
    assert "v11" in made.popup._rollback.toolTip()


def test_a_version_that_is_not_listed_is_named_as_versions_are(made: ModelButton) -> None:
    made.show_using("5")
    assert made.text() == "v5"
    made.show_loading("6")
    assert "v6" in made.text()


def test_switches_between_models_while_the_picture_runs(
    make_window: Callable[..., MainWindow], equipped_home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    exported = tmp_path / "mine"
    exported.mkdir()
    (exported / "classifier.onnx").write_bytes((shipped_folder() / "classifier.onnx").read_bytes())
    window = make_window()
    window.show()
    window.begin("demo", "shipped", None)
    qtbot.waitUntil(lambda: window.page.picture.result is not None, timeout=30_000)
    qtbot.waitUntil(lambda: bool(window.models.known), timeout=30_000)
    assert window.model_button.text() == "Shipped model"
    window.models.use(str(exported))
    qtbot.waitUntil(lambda: window.page.picture.result.model == "mine", timeout=30_000)
    assert window.model_button.text() == "mine"
    window.models.use("404")
    qtbot.waitUntil(lambda: window.messages.message is not None, timeout=60_000)
    assert "mine stays in use" in window.messages.message.text
    assert window.page.picture.result.model == "mine"


def test_models_page_says_all_and_asks(theme: Theme, qtbot: QtBot) -> None:
    from gesture_app.ui.pages.models_page import ModelsPage

    page = ModelsPage(theme)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show_entries(ENTRIES)
    page.show_using("shipped")
    assert page.table.rowCount() == 3
    assert page.table.item(2, 1).text() == "in use"
    assert not page.details._use.isEnabled()
    page.table.selectRow(0)
    assert page.details._title.text() == "v12"
    assert "spock" in page.details._gestures.text()
    assert not page.details._promote.isEnabled()
    asked: list[object] = []
    page.use.connect(asked.append)
    page.export.connect(asked.append)
    page.details._use.click()
    page.details._export.click()
    assert asked == ["12", "12"]
    page.table.selectRow(1)
    assert not page.details._use.isEnabled()
    assert page.details._state.text() == (BAD.unusable or "x")
    page.resize(600, 700)
    page.grab()


def test_exports_the_shipped_model(
    make_window: Callable[..., MainWindow], equipped_home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.models.export("shipped", tmp_path)
    qtbot.waitUntil(lambda: window.messages.message is not None, timeout=30_000)
    assert (tmp_path / "gesture-model-shipped" / "classifier.onnx").is_file()


def test_that_the_registry_is_silent_is_taken_back_when_it_answers(
    make_window: Callable[..., MainWindow], home: Home, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    class Catalog:
        def __init__(self) -> None:
            self.answers = False

        def refresh(self) -> list[ModelEntry]:
            if not self.answers:
                raise GestureError("Nothing came.")
            return [ModelEntry("shipped")]

        def entries(self) -> list[ModelEntry]:
            return []

        def close(self) -> None:
            pass

    catalog = Catalog()
    window = make_window()
    window.show()
    monkeypatch.setattr(window.models, "_catalog", catalog)
    window.models.refresh()
    qtbot.waitUntil(lambda: window.messages.message is not None, timeout=30_000)
    catalog.answers = True
    window.models.refresh()
    qtbot.waitUntil(lambda: window.messages.message is None, timeout=30_000)


class LateCatalog:
    """Answers from a given question on."""

    def __init__(self, misses: int) -> None:
        self.misses = misses
        self.asked = 0
        self.kept: list[ModelEntry] = []

    def refresh(self) -> list[ModelEntry]:
        self.asked += 1
        if self.asked <= self.misses:
            raise GestureError("Nothing came.")
        return [ModelEntry("shipped")]

    def entries(self) -> list[ModelEntry]:
        return self.kept

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("misses", "remote", "messages"), [(1, False, 0), (3, False, 1), (3, True, 1)])
def test_a_registry_that_is_late_is_asked_again_and_one_miss_of_a_local_store_is_not_told(
    make_window: Callable[..., MainWindow],
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    misses: int,
    remote: bool,
    messages: int,
) -> None:
    monkeypatch.setattr(model_controller, "AGAIN_MS", 10)
    models = make_window().models
    catalog = LateCatalog(misses)
    monkeypatch.setattr(models, "_catalog", catalog)
    monkeypatch.setattr(models, "_remote", remote)
    said: list[object] = []
    models.said.connect(said.append)
    waits: list[int] = []
    begin_waiting = models._again.start
    monkeypatch.setattr(models._again, "start", lambda wait: (waits.append(wait), begin_waiting(wait)))
    with qtbot.waitSignal(models.entries):
        models._follow()
    assert catalog.asked == misses + 1
    assert len(said) == messages
    assert waits == [10, 20, 40][:misses]
    assert not models._again.isActive()


def test_what_is_kept_is_listed_when_the_registry_does_not_answer(
    make_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = make_window()
    catalog = LateCatalog(10)
    catalog.kept = [ModelEntry("5", replace(GOOD, number=5)), ModelEntry("shipped")]  # kept since the window opened
    monkeypatch.setattr(window.models, "_catalog", catalog)
    window.models.using.emit("5")
    page, seek = window.models_page, window.models_page._refresh
    seek.click()
    assert not seek.isEnabled()
    assert "Looking" in seek.text()
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=8000)
    assert seek.isEnabled()
    assert seek.text() == "Look for new versions"
    assert page.table.item(0, 1).text() == "in use, champion"
    assert window.model_button.text() == "v5 · champion"
    assert window.messages.message is not None
    window.models._again.stop()


def test_no_registry_process_is_made_while_closing(make_window: Callable[..., MainWindow]) -> None:
    window = make_window()
    window.models.close()
    with pytest.raises(GestureError, match="closing"):
        window.models.load("shipped")
    assert window.models._catalog is None


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_column_of_the_versions_is_cut_once_the_page_is_seen(
    make_window: Callable[..., MainWindow], home: Home, theme: Theme, qtbot: QtBot, scale: float
) -> None:
    theme.apply("light", scale)
    window = make_window(Settings(theme="light", font_scale=scale))
    window.show()
    network = Version(13, ("champion",), GOOD.tags | {"family": "guarded network", "latency_us": "867"}, 0.0)
    window.models.entries.emit((ModelEntry("13", network), *ENTRIES))  # while another page is open
    table = window.models_page.table
    try:
        for width in range(1180, 1320, 20):
            window.open_page(0)
            window.resize(width, 800)
            window.show_page(window.models_page)
            qtbot.waitUntil(lambda: table.horizontalHeader().length() == table.viewport().width())
    finally:
        window.close()
        theme.apply("light")
