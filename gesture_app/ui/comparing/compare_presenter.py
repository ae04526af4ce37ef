"""Joins the comparison's card, toolbar button and corrections to what runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from gesture_app.live.comparing import Moment
from gesture_app.live.recording import Skip, skip_reason
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.comparing.compare_controller import CompareController
from gesture_app.ui.live.live_controller import LiveController
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.pages.live_page import LivePage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.widgets.compare_card import CompareCard
from gesture_app.ui.widgets.correction_menu import CorrectionMenu
from gesture_app.ui.widgets.live_toolbar import LiveToolbar
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.widgets.version_rows import row_of
from models.gesture.gestures import NO_GESTURE
from models.hand.landmarks import Hand
from models.samples.sample import NewSample, Opinion

if TYPE_CHECKING:
    from models.gesture.catalog import ModelEntry
    from models.gesture.classifier import GestureClassifier
    from models.samples.filtering import SampleCounts
    from models.samples.sample import Take


@dataclass(frozen=True, slots=True)
class CompareParts:
    """What the presenter joins.

    Attributes
    ----------
    card, toolbar, page
        What is seen.
    comparing, recording, live, bridge
        What runs.
    preferences
        The user's settings.
    """

    card: CompareCard
    toolbar: LiveToolbar
    page: LivePage
    comparing: CompareController
    recording: RecordingController
    live: LiveController
    bridge: SessionBridge
    preferences: Preferences


class ComparePresenter(QObject):
    """Knows both sides of the comparison, and turns what was labelled wrongly into samples.

    Parameters
    ----------
    window
        Owner of the menu.
    parts
        What is joined.
    """

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    def __init__(self, window: QWidget, parts: CompareParts) -> None:
        super().__init__(window)
        self._card, self._toolbar, self._page = parts.card, parts.toolbar, parts.page
        self._comparing, self._recording = parts.comparing, parts.recording
        self._kept: dict[Moment, str] = {}
        self._takes: dict[int, Moment] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        self._menu = CorrectionMenu(window)
        self._menu.chosen.connect(self._correct_hand)
        self._hand: tuple[Hand, Opinion] | None = None
        self._card.hide()
        self._connect()
        parts.live.result.connect(parts.comparing.look_at)
        parts.live.status.connect(self._show_status)
        parts.bridge.model_loaded.connect(self._show_model)
        parts.preferences.changed.connect(lambda settings: self._card.moments.set_mirrored(settings.mirror))
        self._card.moments.set_mirrored(parts.preferences.settings.mirror)

    def _connect(self) -> None:
        comparing, card = self._comparing, self._card
        self._toolbar.compare.clicked.connect(comparing.toggle)
        comparing.comparing.connect(self._show_on)
        comparing.offered.connect(self._show_versions)
        comparing.loading.connect(card.model.show_loading)
        comparing.compared.connect(self._show_result)
        comparing.moments.connect(self._show_moments)
        comparing.loaded.connect(self._show_model)
        comparing.said.connect(self.said.emit)
        card.version.connect(comparing.choose)
        card.start_over.connect(comparing.start_over)
        card.corrected.connect(self._correct_moment)
        self._recording.counts.connect(self._show_recorded)
        self._recording.takes.connect(self._show_takes)
        self._page.hands.wrong.connect(self._ask_what_it_was)

    def _show_on(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        with QSignalBlocker(self._toolbar.compare):
            self._toolbar.compare.setChecked(on)
        self._card.setVisible(on)
        if on:
            self._card.show_result(None)
            self._card.show_agreement(self._comparing.comparison.agreement)
            self._show_moments()
            if not self._page.side_open:
                self._page.open_side(shown=True)
                self._toolbar.side.setChecked(self._page.side_open)

    def _show_status(self, status: SessionStatus) -> None:
        if status.state in {SessionState.OPENING, SessionState.IDLE, SessionState.FAILED}:
            self._card.show_result(None)  # another source, or none: what was in view is gone

    def _show_versions(self, entries: Iterable[ModelEntry], using: str) -> None:
        now = datetime.now().astimezone()
        self._card.show_versions([row_of(entry, now) for entry in entries], using)

    def _show_result(self, result: FrameResult) -> None:
        if self._page.side_open:
            self._card.show_result(result)
            self._card.show_agreement(self._comparing.comparison.agreement)

    def _show_moments(self) -> None:
        moments = self._comparing.comparison.moments
        self._kept = {moment: gesture for moment, gesture in self._kept.items() if moment in moments}
        self._card.show_moments(moments, self._kept)
        self._card.show_agreement(self._comparing.comparison.agreement)

    def _show_recorded(self, counts: SampleCounts) -> None:
        self._show_known("", tuple(counts.gestures))

    def _show_model(self, classifier: GestureClassifier) -> None:
        self._show_known(classifier.name, classifier.labels)

    def _show_known(self, whose: str, gestures: tuple[str, ...]) -> None:
        self._known[whose] = gestures
        self._card.show_gestures(self._gestures)

    @property
    def _gestures(self) -> set[str]:
        return {gesture for known in self._known.values() for gesture in known}

    def _correct_moment(self, moment: Moment, gesture: str) -> None:
        def done(take: int) -> None:
            self._takes[take] = moment
            self._kept[moment] = gesture
            self._show_moments()
            self._go_on()

        self._keep(NewSample(moment.hand, moment.time, moment.live), gesture, done)

    def _go_on(self) -> None:
        """Choose the newest moment that nobody has said anything of."""
        rest = (moment for moment in self._comparing.comparison.moments if moment not in self._kept)
        following = next(rest, None)
        if following is not None:
            self._card.moments.choose(following)

    def _show_takes(self, _: Take | None, redoable: Take | None) -> None:
        """Take the mark from a moment whose sample was undone."""
        undone = [take for take in self._takes if redoable is not None and take >= redoable.id]
        for take in undone:
            self._kept.pop(self._takes.pop(take), None)
        if undone:
            self._show_moments()

    def _ask_what_it_was(self, track: int, teller: QWidget) -> None:
        result = self._page.picture.result
        hands = () if result is None else result.hands
        hand = next((hand for hand in hands if hand.track == track), None)
        if result is None or hand is None:
            return
        self._hand = (hand.hand, Opinion(hand.label, hand.confidence, result.model))
        likely = [result.labels[place] for place in hand.probabilities.argsort()[::-1]]
        first = [label for label in likely if label not in {hand.label, NO_GESTURE}][:3]
        self._menu.offer(self._gestures.union(result.labels) - {hand.label}, first)
        self._menu.open_at(teller)

    def _correct_hand(self, gesture: str) -> None:
        if self._hand is not None:
            hand, opinion = self._hand
            self._keep(NewSample(hand, time.time(), opinion), gesture, _nothing)

    def _keep(self, sample: NewSample, gesture: str, done: Callable[[int], None]) -> None:
        words = {
            Skip.SMALL: self.tr("Not kept: the hand is too small to learn from."),
            Skip.CUT: self.tr("Not kept: the hand is cut off by the border of the picture."),
        }
        reason = skip_reason(sample.hand, None)
        if reason is not None:
            self.said.emit(Message(words[reason], "warning"))
            return
        self._recording.keep_one(sample, gesture, done)


def _nothing(_: int) -> None:
    """Do nothing: a hand in view has no row that could show what became of it."""
