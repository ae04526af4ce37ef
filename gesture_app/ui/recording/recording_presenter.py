"""Joins the recording panel to the store: what is on the disk is shown, what the user wants is recorded."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from gesture_app.live.recording import Burst
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.widgets.picture_view import PictureView
from gesture_app.ui.widgets.record_card import RecordCard
from gesture_app.ui.wording import gesture_name


class RecordingPresenter(QObject):
    """Knows both sides of recording.

    Parameters
    ----------
    recording
        What records.
    card
        What is seen of it.
    picture
        Shows countdown and progress in large type.
    """

    def __init__(self, recording: RecordingController, card: RecordCard, picture: PictureView) -> None:
        super().__init__(recording)
        self._card = card
        self._picture = picture
        card.start.connect(recording.start)
        card.stop.connect(recording.stop)
        card.undo.connect(recording.undo)
        card.redo.connect(recording.redo)
        recording.progress.connect(self._show_take)
        recording.ended.connect(self._show_take_ended)
        recording.skipped.connect(card.show_skip)
        recording.counts.connect(lambda counts: card.show_counts(counts.gestures))
        recording.takes.connect(card.show_takes)

    def _show_take(self, burst: Burst, now_s: float) -> None:
        self._card.show_progress(burst, now_s)
        left = burst.seconds_left(now_s)
        text = self._card.progress_text
        if not self._card.isVisible():  # else the panel says what is recorded
            text = f"{gesture_name(burst.plan.gesture)}: {text}"
        self._picture.announce(str(math.ceil(left)) if left > 0 else text)

    def _show_take_ended(self, burst: Burst) -> None:
        self._card.show_ended(burst)
        self._picture.announce("")
