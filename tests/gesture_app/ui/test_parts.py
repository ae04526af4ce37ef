from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from gesture_app.settings import Settings, load_settings
from gesture_app.ui.hotkeys import Hotkeys
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.address_dialog import AddressDialog
from gesture_app.ui.widgets.message_bar import Message, MessageBar
from gesture_app.ui.widgets.recognition_card import RecognitionCard, interpolate
from gesture_app.ui.widgets.source_button import CameraChoice, SourceButton
from gesture_app.ui.widgets.status_line import StatusLine
from gesture_app.ui.wording import decimal, milliseconds, share, source_title
from models.gesture.classifier import CurvePoint, ModelInfo


@pytest.fixture
def bar(theme: Theme, qtbot) -> MessageBar:
    made = MessageBar(theme)
    qtbot.addWidget(made)
    return made


def test_a_message_is_said_once_and_the_one_before_comes_back(bar) -> None:
    bar.say(Message("first", "warning"))
    bar.say(Message("second", "bad", "Traceback ..."))
    bar.say(Message("second", "bad", "Traceback ..."))
    assert bar.message.text == "second"
    bar.dismiss()
    assert bar.message.text == "first"
    bar.dismiss()
    assert bar.message is None
    assert bar.isHidden()


def test_details_and_copy(bar) -> None:
    bar.say(Message("It broke.", "bad", "line 3"))
    assert not bar._details_button.isHidden()
    bar.copy()
    assert QGuiApplication.clipboard().text() == "It broke.\n\nline 3"
    bar.say(Message("Fine.", "good"))
    assert bar._details_button.isHidden()
    assert "Done" in bar.accessibleName()


def test_messages_are_plain_text(bar) -> None:
    bar.say(Message("<b>x</b>"))
    assert bar._text.textFormat() == Qt.TextFormat.PlainText


def test_jobs_answer_in_the_windows_thread(qtbot) -> None:
    jobs = Jobs()
    seen: list[object] = []
    jobs.run(threading.get_ident, lambda ident: seen.extend([ident, threading.get_ident()]))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0] != seen[1] == threading.get_ident()
    jobs.close()


def test_jobs_tell_errors_in_one_place_and_drop_what_is_outdated(qtbot) -> None:
    jobs = Jobs()
    with qtbot.waitSignal(jobs.failed) as caught:
        jobs.run(lambda: 1 / 0)
    assert isinstance(caught.args[0], ZeroDivisionError)
    go = threading.Event()
    seen: list[str] = []
    jobs.run(lambda: go.wait(5) and "old", seen.append, name="one")
    jobs.run(lambda: "new", seen.append, name="one")
    qtbot.waitUntil(lambda: seen == ["new"])
    go.set()
    jobs.close()
    assert seen == ["new"]


def test_preferences_are_written_a_moment_later_and_at_the_end(home, qtbot) -> None:
    preferences = Preferences(Settings(), home.settings)
    preferences.change(mirror=False)
    assert not home.settings.exists()
    qtbot.waitUntil(home.settings.exists)
    preferences.change(hands=3)
    preferences.close()
    assert load_settings(home.settings).settings == Settings(mirror=False, hands=3)


def test_settings_that_cannot_be_written_are_told(tmp_path, qtbot) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    preferences = Preferences(Settings(), blocked / "settings.toml")
    preferences.change(hands=1)
    with qtbot.waitSignal(preferences.failed):
        preferences.close()


def press(keys: Hotkeys, key: Qt.Key, text: str = "", modifiers=Qt.KeyboardModifier.NoModifier, focus=None) -> bool:
    return keys.press(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text), focus)


def test_bare_keys_rest_while_text_is_typed(qtbot) -> None:
    keys = Hotkeys()
    done: list[str] = []
    keys.add("M", "", lambda: done.append("m"))
    keys.add("Ctrl+S", "", lambda: done.append("s"))
    keys.add("[", "", lambda: done.append("["))
    field = QLineEdit()
    qtbot.addWidget(field)
    assert press(keys, Qt.Key.Key_M, "m")
    assert not press(keys, Qt.Key.Key_M, "m", focus=field)
    assert press(keys, Qt.Key.Key_S, "", Qt.KeyboardModifier.ControlModifier, focus=field)
    # On a German keyboard the bracket needs AltGr.
    assert press(keys, Qt.Key.Key_8, "[", Qt.KeyboardModifier.GroupSwitchModifier)
    assert not press(keys, Qt.Key.Key_X, "x")
    assert done == ["m", "s", "["]


def test_source_menu_offers_cameras_by_name(theme: Theme, qtbot) -> None:
    made = SourceButton(theme)
    qtbot.addWidget(made)
    made.show_source("camera:1")
    assert made.text() == "Camera 2"
    made.show_cameras([CameraChoice("camera:0", "Front & back"), CameraChoice("camera:1", "Brio 4K")])
    assert made.text() == "Brio 4K"
    actions = [action for action in made.menu_shown.actions() if not action.isSeparator()]
    assert actions[0].text() == "Front && back"
    assert "in use" in actions[1].text()
    with qtbot.waitSignal(made.chosen) as caught:
        actions[0].trigger()
    assert caught.args == ["camera:0"]
    with qtbot.waitSignal(made.wanted) as caught:
        next(action for action in actions if "stream" in action.text()).trigger()
    assert caught.args == ["address"]
    made.show_cameras([])
    assert "No camera" in made.menu_shown.actions()[0].text()


def test_address_dialog_says_what_is_wrong_below_the_field(theme: Theme, qtbot) -> None:
    dialog = AddressDialog(theme, lambda address: "" if address.startswith("http://") else "That is no address.")
    qtbot.addWidget(dialog)
    dialog.show()
    opened: list[str] = []
    dialog.chosen.connect(opened.append)
    open_button = next(part for part in dialog.findChildren(QPushButton) if part.text() == "Open")
    qtbot.keyClicks(dialog._field, "nonsense")
    qtbot.mouseClick(open_button, Qt.MouseButton.LeftButton)
    assert dialog._problem.text() == "That is no address."
    assert opened == []
    dialog._field.setText("http://127.0.0.1/x")
    qtbot.mouseClick(open_button, Qt.MouseButton.LeftButton)
    assert opened == ["http://127.0.0.1/x"]


def test_recognition_card_shows_what_the_threshold_does(theme: Theme, qtbot) -> None:
    card = RecognitionCard(theme)
    qtbot.addWidget(card)
    curve = (CurvePoint(0.2, 0.4, 0.0), CurvePoint(0.6, 0.2, 0.1), CurvePoint(0.9, 0.0, 0.3))
    card.show_options(2, None, smoothing=True)
    card.show_model(ModelInfo(("like",), 0.4, curve))
    assert card.threshold == 0.4
    assert "30" in card._effect.text()
    changed: list[object] = []
    card.threshold_changed.connect(changed.append)
    card._slider.setValue(60)
    card._take_models_own()
    assert changed == [0.6, None]
    assert interpolate(curve, 0.05) == (0.4, 0.0)
    assert interpolate(curve, 1.0) == (0.0, 0.3)


def test_status_line_shows_figures_only_while_they_run(theme: Theme, qtbot) -> None:
    line = StatusLine(theme)
    qtbot.addWidget(line)
    line.show_model("Shipped model")
    line.show_state("opening")
    assert line.text() == "opening · Shipped model"
    line.show_state("")
    line.show_figures(29.7, 12.3, 9.1, 0.42, 3)
    shown = line.text().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert shown == "30 fps · 12 ms (detect 9, rest 0.4) · 3 dropped · Shipped model"


def test_words() -> None:
    assert share(0.999).startswith("99")
    assert share(1.0).startswith("100")
    assert source_title("rtsp://user:secret@10.0.0.2/stream") == "10.0.0.2"
    assert source_title("/home/me/clip.mp4") == "clip.mp4"
    assert source_title("camera:1") == "Camera 2"
    assert source_title("camera:nothing") == "camera:nothing"
    assert source_title("camera:") == "camera:"


def test_figures_are_written_as_the_language_does() -> None:
    before = QLocale()
    try:
        for code, written in (("en_US", ("2.5", "1,234")), ("de_DE", ("2,5", "1.234"))):
            QLocale.setDefault(QLocale(code))
            assert (milliseconds(2.5), decimal(1234.4)) == written
    finally:
        QLocale.setDefault(before)
