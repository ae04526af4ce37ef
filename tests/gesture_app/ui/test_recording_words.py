"""What is said of takes."""

from __future__ import annotations

import pytest

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
