"""Names that look like HTML are shown as they are: of gestures, sittings, files and addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QTextBrowser, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from gesture_app.settings import Settings
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import source_title, tip
from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample, Opinion, SampleStore

EVIL = "<img src='file:///etc/passwd'><b>fat</b>"
PATIENCE_MS = 30_000


def rich(window: MainWindow) -> list[str]:
    """Whatever Qt would show as HTML with a name of ours in it."""
    found = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel) and EVIL in widget.text() and widget.textFormat() != Qt.TextFormat.PlainText:
            found.append(f"{type(widget).__name__} {widget.text()[:60]}")
        if isinstance(widget, (QTextEdit, QTextBrowser)) and "fat" in widget.toHtml() and EVIL not in widget.toHtml():
            found.append(f"{type(widget).__name__}")
        if EVIL in widget.toolTip():
            found.append(f"tool tip of {type(widget).__name__}")
    return found


def test_names_that_look_like_html_are_shown_as_they_are(
    make_window: Callable[..., MainWindow], equipped_home: Home, qtbot: QtBot, tmp_path: Path
) -> None:
    points = np.random.default_rng(0).uniform(100, 400, (21, 3)).astype(np.float32)
    with SampleStore(equipped_home.samples_database) as store:
        take = store.start_take(store.start_session(EVIL), EVIL)
        hand = Hand(points, "Right", 0.9, (640, 480))
        store.add(take, [NewSample(hand, 1.7e9, Opinion(EVIL, 0.5, EVIL), origin={"source": EVIL, "id": EVIL})] * 3)
    recent = (f"http://bob:s3cret@host/{EVIL}", str(tmp_path / EVIL.replace("/", "|")))
    window = make_window(Settings(recent_sources=recent, source=recent[0], welcomed=True))
    window.show()
    window.begin("demo", "shipped", None)
    window.say(Message(EVIL, "bad", EVIL))
    qtbot.waitUntil(lambda: bool(window.page.hands.cards), timeout=PATIENCE_MS)
    window.record._name.setEditText(EVIL)
    model = window.samples.model
    window.samples.watch(True)
    qtbot.waitUntil(lambda: model.rowCount() == 3 and model.sample(0) is not None, timeout=PATIENCE_MS)
    assert rich(window) == []
    tips = [model.data(model.index(row, 0), Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert all(EVIL not in text for text in tips if text)
    assert "s3cret" not in " ".join(
        action.toolTip() + action.text() for menu in window.findChildren(QWidget) for action in menu.actions()
    )


@pytest.mark.parametrize("text", [EVIL, "“<b>x</b>”", "a < b & c > d", "plain", "<p>", "&lt;"])
def test_tool_tips_show_the_text_itself(text: str) -> None:
    label = QLabel(tip(text))
    document = QTextDocument()
    (document.setHtml if "<" in text else document.setPlainText)(label.text())
    assert document.toPlainText() == text


def test_a_title_never_holds_a_password() -> None:
    assert source_title("rtsp://bob:x@cam:554/a") == "cam:554"
