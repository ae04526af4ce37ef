"""What is said of takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gesture_app.live.recording import Plan
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.widgets.message_bar import Message
from models.gesture.collisions import Collision
from models.home import Home


@pytest.mark.parametrize(("hands", "words"), [(1, "1 of 1 sample of “spock”"), (12, "1 of 12 samples of “spock”")])
def test_what_looks_like_another_gesture_is_counted(home: Home, hands: int, words: str) -> None:
    recording = RecordingController(home)
    said: list[Message] = []
    recording.said.connect(said.append)
    recording._warn_of(Collision("spock", "palm", 1, hands))
    recording.close()
    assert said[0].text.startswith(words)


def test_a_warning_of_a_take_is_taken_back_with_the_next_page(
    make_window: Callable[..., MainWindow], home: Home
) -> None:
    window = make_window()
    window.recording._warn_of(Collision("spock", "palm", 1, 12))
    assert window.messages.message is not None
    window.open_page(1)
    assert window.messages.message is None


def test_a_warning_of_a_take_is_taken_back_by_the_next_take(home: Home) -> None:
    recording = RecordingController(home)
    over: list[str] = []
    said: list[Message] = []
    recording.over.connect(over.append)
    recording.said.connect(said.append)
    recording._warn_of(Collision("spock", "palm", 1, 12))
    recording.start(Plan("spock"))
    recording.close()
    assert over == [said[0].text]
