"""Keys can be changed, refused, reset, and are remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QKeySequenceEdit, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.live.recording import Plan
from gesture_app.settings import Settings, load_settings
from gesture_app.shortcuts import SHORTCUTS
from gesture_app.ui.hotkeys import Hotkeys
from gesture_app.ui.main_window import MainWindow
from models.home import Home

PATIENCE_MS = 20_000


@pytest.fixture
def window(make_window: Callable[..., MainWindow], home: Home) -> MainWindow:
    made = make_window(Settings(theme="light"))
    made.show()
    return made


def press(
    field: QKeySequenceEdit, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key in a field and leave it."""
    field.setFocus()
    QTest.keyClick(field, key, modifiers)
    field.editingFinished.emit()  # as it does by itself a second later


def listed(window: MainWindow) -> set[str]:
    return {words.text() for words in window.help_page.findChildren(QLabel) if words.property("role") == "key"}


def test_every_key_that_can_be_changed_is_used_once(window: MainWindow) -> None:
    named = {hotkey.name: hotkey.keys for hotkey in window.hotkeys.all if hotkey.name}
    assert named == dict(SHORTCUTS)
    keys = [hotkey.keys for hotkey in window.hotkeys.all]
    assert len(set(keys)) == len(keys)


def test_a_changed_key_works_at_once_and_is_shown_everywhere(window: MainWindow, home: Home, qtbot: QtBot) -> None:
    window.show_page(window.settings_page)
    field = window.settings_page.keys.field("mirror")
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: "J" in listed(window))
    assert "(J)" in window.toolbar.mirror.toolTip()
    window.open_page(0)
    before = window._preferences.settings.mirror
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert window._preferences.settings.mirror is before
    qtbot.keyClick(window, Qt.Key.Key_J)
    assert window._preferences.settings.mirror is not before
    window.close()
    assert load_settings(home.settings).settings.shortcuts == {"mirror": "J"}


def test_a_key_that_is_taken_is_refused_with_a_sentence(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page(window.settings_page)
    keys = window.settings_page.keys
    press(keys.field("mirror"), Qt.Key.Key_R)
    assert "R is taken by “Start or end a take”" in keys.problem
    assert keys.field("mirror").keySequence().toString() == "M"
    assert window.hotkeys.shown("mirror") == "M"
    press(keys.field("mirror"), Qt.Key.Key_3)
    assert "1 to 9" in keys.problem
    press(keys.field("mirror"), Qt.Key.Key_Down)
    assert "uses them" in keys.problem
    press(keys.field("mirror"), Qt.Key.Key_Escape)
    assert not keys.problem
    assert keys.field("mirror").keySequence().toString() == "M"
    assert window._preferences.settings.shortcuts == {}
    press(keys.field("mirror"), Qt.Key.Key_J)
    assert not keys.problem
    assert window.hotkeys.shown("mirror") == "J"


def test_one_key_or_all_are_reset(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page(window.settings_page)
    keys = window.settings_page.keys
    press(keys.field("mirror"), Qt.Key.Key_J)
    press(keys.field("compare"), Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    keys.back("mirror").click()
    assert window._preferences.settings.shortcuts == {"compare": "Ctrl+K"}
    keys.reset_all.click()
    assert window._preferences.settings.shortcuts == {}
    assert window.hotkeys.shown("compare") == "C"
    assert not keys.reset_all.isEnabled()


def test_an_action_may_have_no_key_at_all(window: MainWindow) -> None:
    window.show_page(window.settings_page)
    (none,) = (
        button
        for button in window.settings_page.keys.findChildren(QToolButton)
        if button.toolTip() == "No key for: Start or end a take"
    )
    none.click()
    assert window.hotkeys.shown("record") == ""
    assert not window.record._held.isVisible()
    assert window._preferences.settings.shortcuts == {"record": ""}


def test_two_keys_may_have_been_exchanged(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light", shortcuts={"mirror": "C", "compare": "M"}))
    assert (window.hotkeys.shown("mirror"), window.hotkeys.shown("compare")) == ("C", "M")
    assert window.messages.message is None


@pytest.mark.parametrize("keys", ["Hyper+Nonsense", "R", "Ctrl+K, Ctrl+L"])
def test_a_remembered_key_that_cannot_be_is_told_once(
    keys: str, make_window: Callable[..., MainWindow], home: Home
) -> None:
    window = make_window(Settings(theme="light", shortcuts={"mirror": keys}))
    assert window.messages.message is not None
    assert "“Mirror the picture”" in window.messages.message.text
    assert window.hotkeys.shown("mirror") == "M"
    window.messages.dismiss()
    window._preferences.change(hands=1)
    assert window.messages.message is None


def test_settings_tell_what_is_no_key_and_use_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[shortcuts]\nmirror = "J"\nfly = "X"\nrecord = 3\n')
    loaded = load_settings(path)
    assert loaded.settings.shortcuts == {"mirror": "J"}
    assert len(loaded.notes) == 2
    assert "'fly'" in loaded.notes[0]
    assert "'R' is used instead" in loaded.notes[1]


def test_brackets_follow_the_list_downwards(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    steps: list[int] = []
    monkeypatch.setattr(window.models, "step", steps.append)
    qtbot.keyClick(window, Qt.Key.Key_BracketRight)
    qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    assert steps == [1, -1]


def test_the_first_page_is_left_in_one_way_only(make_window: Callable[..., MainWindow], home: Home, qtbot) -> None:
    window = make_window()
    window.welcome()
    window.show()
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F11, Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_P):
        qtbot.keyClick(window, key)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.welcome_page.isVisible()
    assert not window.rail.isVisible()
    assert not window._preferences.settings.welcomed
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page.isVisible()
    assert window.rail.isVisible()
    assert window._preferences.settings.welcomed


def test_a_key_lasts_while_a_field_has_the_focus_only_with_a_modifier(qtbot: QtBot) -> None:
    keys = Hotkeys()
    keys.add("M", "Mirror", lambda: None, "mirror")
    assert keys.problem("mirror", "Ctrl+M") == ""
    keys.change("mirror", "Ctrl+M")
    assert keys.changes == {"mirror": "Ctrl+M"}


def test_a_take_that_lasts_while_its_key_is_held_ends_when_another_window_is_used(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
    window.record._held.setChecked(True)
    window.recording.start(Plan("like", None, countdown_s=0.0))
    assert window.recording.recording
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()  # the key is let go of there
    qtbot.waitUntil(lambda: not window.recording.recording, timeout=PATIENCE_MS)
