"""What somebody needs who sees little, sees no colours, or has no mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QRadioButton,
    QScrollBar,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.theme import Theme
from models.home import Home

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView)


def controls(window: MainWindow) -> list[QWidget]:
    """The controls that can be seen now; parts that Qt makes inside of them are not counted."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox | QAbstractItemView | QHeaderView)
        and not widget.objectName().startswith("qt_")
    ]


def on_every_page(window: MainWindow) -> Iterator[QWidget]:
    for place in range(window.rail.count):
        window.open_page(place)
        yield from controls(window)


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


def test_every_control_has_a_name(make_window: Callable[..., MainWindow], home: Home) -> None:
    window = make_window()
    window.show()
    nameless = [
        f"{type(part).__name__} in {type(part.parent()).__name__}"
        for part in on_every_page(window)
        if not name_of(part)
    ]
    assert not nameless


def test_every_control_of_the_live_page_is_reached_by_tab(
    make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    wanted = {part for part in controls(window) if part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus}
    reached = set()
    part = window.nextInFocusChain()
    while part is not None and part is not window:
        reached.add(part)
        part = part.nextInFocusChain()
    assert wanted <= reached
    assert {type(part).__name__ for part in wanted} >= {"SourceButton", "ModelButton", "QToolButton", "QPushButton"}


def test_icons_alone_keep_their_names_when_there_is_little_room(
    make_window: Callable[..., MainWindow], home: Home
) -> None:
    window = make_window()
    window.show()
    window.resize(700, 500)
    assert all(name_of(part) for part in on_every_page(window))


def test_focus_is_seen(make_window: Callable[..., MainWindow], home: Home, qtbot: QtBot) -> None:
    window = make_window()
    window.show()
    window.activateWindow()
    for part in (window.toolbar.source, window.toolbar.mirror, window.record._button, window.record._count):
        window.page.picture.setFocus()
        before = picture_of(part)
        part.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if part.hasFocus():
            assert picture_of(part) != before, type(part).__name__


def picture_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_all_text_grows_and_is_not_cut(
    make_window: Callable[..., MainWindow], home: Home, theme: Theme, scale: float
) -> None:
    window = make_window(Settings(theme="light", font_scale=scale))
    window.show()
    QApplication.processEvents()
    assert QApplication.font().pixelSize() == theme.sizes.body >= round(13 * scale)
    for part in window.rail.findChildren(QAbstractButton):
        text = part.fontMetrics().horizontalAdvance(part.text())
        assert part.width() >= text + 20, part.text()
    window.close()
    theme.apply("light")


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_what_is_ticked_grows_with_its_text(theme: Theme, qtbot: QtBot, kind: type[QCheckBox | QRadioButton]) -> None:
    element = {
        QCheckBox: QStyle.SubElement.SE_CheckBoxIndicator,
        QRadioButton: QStyle.SubElement.SE_RadioButtonIndicator,
    }[kind]
    edges = []
    for scale in (1.0, 2.0):
        theme.apply("light", scale)
        box = kind("HHH")
        qtbot.addWidget(box)
        box.show()
        for checked in (False, True):  # as large either way, or the words would jump
            box.setChecked(checked)
            option = QStyleOptionButton()
            box.initStyleOption(option)
            edges.append(box.style().subElementRect(element, option, box).width())
    theme.apply("light")
    assert edges[0] == edges[1]
    assert edges[2] == edges[3] >= 1.5 * edges[0]
