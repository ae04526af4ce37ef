"""Tells where things are in the window, as JSON: run on the same screen, home and source as the program itself.

The program has no port for automation; another window of it, in the same state, lies at the same places.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from gesture_app.settings import load_settings
from gesture_app.ui.app import make_application
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.record_button import RecordButton
from models.home import find_home

LOOK_MS = 50


def main(source: str, typed: str) -> int:
    application = make_application(sys.argv[:1])
    home = find_home()
    settings = load_settings(home.settings).settings
    theme = Theme(application)
    theme.apply(settings.theme, settings.font_scale)
    window = MainWindow(theme, Preferences(settings, home.settings), home)
    window.show()
    window.begin(source, "shipped", None)

    def middle(widget: QWidget, place: QPoint | None = None) -> tuple[int, int]:
        found = widget.mapToGlobal(widget.rect().center() if place is None else place)
        return found.x(), found.y()

    def look() -> None:
        rows = window.model_button.popup.list
        if not window.page.hands.cards or rows.count() < 2 or "fps" not in window.status.text():
            return
        names = next(box for box in window.findChildren(QComboBox) if box.accessibleName() == "Gesture to record")
        if names.currentText() != typed:
            names.setEditText(typed)  # what is said of it moves what stands below
            return
        timer.stop()
        found = {
            part.accessibleName(): middle(part) for part in window.findChildren(QAbstractButton) if part.isVisible()
        }
        found["record"] = middle(window.findChildren(RecordButton)[0])
        found["name"] = middle(names.lineEdit())
        picture = window.page.picture
        corner = picture.mapToGlobal(QPoint(0, 0))
        found["picture"] = (corner.x(), corner.y(), picture.width(), picture.height())
        found["model"] = middle(window.model_button)
        window.model_button.open_menu()
        for row in range(rows.count()):
            found[f"version {row}"] = middle(rows.viewport(), rows.visualItemRect(rows.item(row)).center())
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        window.close()
        application.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    application.exec()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
