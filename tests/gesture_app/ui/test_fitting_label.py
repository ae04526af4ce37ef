"""Long names are drawn smaller instead of pushing the panel wider."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gesture_app.ui.widgets.fitting_label import FittingLabel
from gesture_app.ui.widgets.record_card import RecordCard


def test_a_long_name_takes_no_more_width_and_is_drawn_smaller(qtbot: QtBot) -> None:
    label = FittingLabel("two up inverted")
    qtbot.addWidget(label)
    label.resize(400, 40)
    assert label.share_of_size() == 1.0
    label.resize(60, 40)
    assert label.share_of_size() < 1.0
    assert label.minimumSizeHint().width() == 0
    assert not label.grab().isNull()


def test_enter_ends_the_naming_of_a_gesture(qtbot: QtBot, theme: object) -> None:
    card = RecordCard(theme)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.show()
    qtbot.waitExposed(card)
    card.toggle()
    field = card.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "spock")
    from PySide6.QtCore import Qt

    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not isinstance(QApplication.focusWidget(), type(field)) or not field.hasFocus()
    assert card.gesture == "spock"
