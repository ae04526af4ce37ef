from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gesture_app.doctor import Finding
from gesture_app.settings import Settings, load_settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.theme import DARK, Theme
from gesture_app.ui.widgets.message_bar import Message
from models.home import Home


def test_settings_take_effect_at_once_and_are_remembered(
    make_window: Callable[..., MainWindow], home: Home, theme: Theme, qtbot: QtBot
) -> None:
    window = make_window(Settings(theme="light"))
    window.show()
    page = window.settings_page
    with qtbot.waitSignal(theme.changed):
        page.changed.emit("theme", "dark")
    assert QApplication.palette().window().color().name().upper() == DARK.background
    page.changed.emit("mirror", False)
    assert not window.page.picture.mirrored
    assert not window.toolbar.mirror.isChecked()
    page.changed.emit("camera_size", (1280, 720))
    page.show_settings(window._preferences.settings)
    assert page._camera.currentText() == "1280 x 720"
    window.close()
    kept = load_settings(home.settings).settings
    assert (kept.theme, kept.mirror, kept.camera_size) == ("dark", False, (1280, 720))
    theme.apply("light")


def test_a_size_that_is_not_offered_is_shown_as_it_is(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light", camera_size=(999, 555)))
    assert window.settings_page._camera.currentText() == "999 x 555"


def test_reset_keeps_source_and_model(make_window: Callable[..., MainWindow], home: Home, theme: Theme) -> None:
    window = make_window(Settings(theme="light", hands=4, source="camera:3", model="7", threshold=0.9))
    window.settings_page.reset.emit()
    assert window._preferences.settings == Settings(source="camera:3", model="7")
    assert window.page.recognition._hands.value() == 2
    theme.apply("light")


def test_help_lists_every_key_and_checks_the_computer(
    make_window: Callable[..., MainWindow], home: Home, qtbot
) -> None:
    window = make_window()
    window.show()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.help_page.isVisible()
    asked: list[int] = []
    window.help_page.examine.disconnect()
    window.help_page.examine.connect(lambda: asked.append(1))
    qtbot.mouseClick(window.help_page._look, Qt.MouseButton.LeftButton)
    assert asked
    window.help_page.show_findings([Finding("Cameras", "good", "one"), Finding("Display", "bad", "none: start X")])
    assert "1 of 2" in window.help_page._summary.text()
    window.help_page._copy_report()
    assert "Display: none" in QGuiApplication.clipboard().text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page.isVisible()


def test_pages_keep_a_small_live_picture(
    make_window: Callable[..., MainWindow], home: Home, make_result, make_hand
) -> None:
    window = make_window()
    window.show()
    window.show_page(window.settings_page)
    window.live.result.emit(make_result(make_hand()))
    assert window.shown.small_picture.isVisible()
    assert window.shown.small_picture.result is not None
    window.open_page(0)
    assert not window.shown.small_picture.isVisible()


def test_the_first_start_checks_camera_and_hands(
    make_window: Callable[..., MainWindow], home: Home, make_result, make_hand, qtbot: QtBot
) -> None:
    window = make_window()
    window.welcome()
    window.show()
    page = window.welcome_page
    assert page.isVisible()
    assert not window.rail.isVisible()
    assert page.done == (False, False, False)
    window.live.result.emit(make_result())
    assert page.done == (True, False, False)
    for _ in range(12):
        window.live.result.emit(make_result(make_hand(handedness="Right")))
    assert page.done == (True, True, True)
    qtbot.mouseClick(page._start, Qt.MouseButton.LeftButton)
    assert window.page.isVisible()
    assert window.rail.isVisible()
    assert window._preferences.settings.welcomed


def test_the_line_over_the_pages_is_as_high_over_each(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window(Settings(theme="light"))
    window.resize(960, 480)
    window.show()
    window.say(Message("Something takes of the height. " * 8))
    heights = set()
    for place in range(window.rail.count):
        window.open_page(place)
        QApplication.processEvents()
        heights.add(window.navigation._headers.height())
    assert len(heights) == 1
