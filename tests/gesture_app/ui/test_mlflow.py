"""A version's page in MLflow is opened from the window; the browser is the test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from models.gesture.catalog import ModelEntry
from models.gesture.versions import Version
from models.home import Home

ENTRIES = (ModelEntry("12", Version(12, (), {"sha256": "00"}, 1.0)), ModelEntry("shipped"))


@pytest.fixture
def window(make_window: Callable[..., MainWindow], home: Home, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    made = make_window(Settings(theme="light"))
    made.show()
    made.models.entries.emit(ENTRIES)
    return made


def test_from_page_and_list(window: MainWindow, qtbot: QtBot) -> None:
    opened: list[str] = []
    window.mlflow.show = lambda address: not opened.append(address)  # type: ignore[func-returns-value]
    window.show_page(window.models_page)
    window.models_page.table.selectRow(0)
    window.models_page.details._mlflow.click()
    qtbot.waitUntil(lambda: opened == ["http://127.0.0.1:9/#/models/gesture-classifier/versions/12"])
    assert window.messages.message is not None
    assert "open in the browser" in window.messages.message.text

    window.model_button.show_using("12")
    window.model_button.popup._mlflow.click()
    qtbot.waitUntil(lambda: len(opened) == 2)


def test_without_a_browser_the_address_is_said(window: MainWindow, qtbot: QtBot) -> None:
    window.mlflow.show = lambda address: False
    window.mlflow.open("12")
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert window.messages.message is not None
    assert "/versions/12" in window.messages.message.text


@pytest.mark.parametrize("browser", [True, False])
def test_no_password_is_said(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, *, browser: bool
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    opened: list[str] = []
    monkeypatch.setattr(window.mlflow, "show", lambda address: not opened.append(address) and browser)
    window.mlflow.open("12")
    qtbot.waitUntil(lambda: window.messages.message is not None)
    message = window.messages.message
    assert message is not None
    assert opened[0].startswith("http://me:secret@127.0.0.1:9/")
    assert "http://127.0.0.1:9/#/models" in message.text
    assert "secret" not in message.text + message.details


def test_nothing_to_show_is_a_sentence(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    window.mlflow.open("12")
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert window.messages.message is not None
    assert "Train a version first" in window.messages.message.text


def test_the_window_says_that_pages_are_starting_and_ends_them(
    make_window: Callable[..., MainWindow],
    stored_home: Home,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    import sys

    window = make_window(Settings(theme="light"))
    window.show()
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(window.mlflow.pages, "_command", lambda port: waiting)
    window.mlflow.open("12")
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert window.messages.message is not None
    assert "Starting MLflow" in window.messages.message.text
    qtbot.waitUntil(lambda: window.mlflow.pages.pid is not None)
    window.close()
    assert window.mlflow.pages.pid is None
