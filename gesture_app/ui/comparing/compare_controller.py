"""What happens when two versions are compared: the second one is loaded, runs beside the first, and is counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gesture_app.live.comparing import Comparison
from gesture_app.live.result import FrameResult
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.session_bridge import SessionBridge, tried_out
from gesture_app.ui.training.training_words import model_label
from gesture_app.ui.versions.model_controller import ModelController
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import tr

if TYPE_CHECKING:
    from models.gesture.catalog import ModelEntry
    from models.gesture.classifier import GestureClassifier


class CompareController(QObject):
    """Knows which version runs beside the one in use, and how they agree.

    Parameters
    ----------
    models
        The versions, and which one is in use.
    bridge
        The session that both run in.
    jobs
        For what the window must not wait for.
    parent
        Its owner.
    """

    comparing = Signal(bool)
    """Whether a second version is wanted."""

    offered = Signal(object, str)
    """The :class:`~models.gesture.catalog.ModelEntry` tuple that can run beside, and the name of the one that does."""

    loading = Signal(str)
    """Name of the version that is being loaded; empty when none is."""

    compared = Signal(object)
    """A :class:`~gesture_app.live.result.FrameResult` that both labelled."""

    moments = Signal()
    """Moments came or went."""

    loaded = Signal(object)
    """The classifier that runs beside."""

    said = Signal(object)

    def __init__(
        self, models: ModelController, bridge: SessionBridge, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._bridge = bridge
        self._jobs = jobs
        self._on = False
        self._name = ""
        self._wanted = ""
        self._live = models.name
        self.comparison = Comparison()
        models.entries.connect(self._take_entries)
        models.using.connect(self._take_using)

    @property
    def on(self) -> bool:
        """Whether a second version is wanted."""
        return self._on

    @property
    def name(self) -> str:
        """Name of the version that runs beside; empty for none."""
        return self._name

    @property
    def candidates(self) -> tuple[ModelEntry, ...]:
        """Versions other than the one in use."""
        return tuple(entry for entry in self._models.known if entry.name != self._live)

    def toggle(self) -> None:
        """Begin to compare, or end it."""
        self._on = not self._on
        self.comparing.emit(self._on)
        if self._on:
            self._offer()
            self._begin()
        else:
            self._wanted = ""
            self.loading.emit("")
            self._bridge.compare_with(None)
            # Its name stays: the next comparison begins with it.

    def choose(self, name: str) -> None:
        """Let another version run beside; the one before does until it is loaded."""
        self._wanted = name
        self.loading.emit(name)

        def failed(error: Exception) -> None:
            if self._wanted == name:
                self._wanted = ""
                self.loading.emit("")
                text = tr("{name} cannot run beside the model in use.").format(name=model_label(name))
                self.said.emit(Message(text, "warning", str(error)))

        def loaded(classifier: GestureClassifier) -> None:
            if not self._on or self._wanted != name:
                return
            self._bridge.compare_with(classifier)
            self._wanted, self._name = "", name
            self.loading.emit("")
            self._offer()
            self.loaded.emit(classifier)

        self._jobs.run(lambda: tried_out(self._models.load(name)), loaded, failed, name="compared model")

    def start_over(self) -> None:
        """Count from now on."""
        self.comparison.clear()
        self.moments.emit()

    def look_at(self, result: FrameResult) -> None:
        """Take a frame into the comparison."""
        if not self._on or result.other is None:
            return
        before = self.comparison.agreement.moments
        new = self.comparison.add(result, time.time())
        self.compared.emit(result)
        if new or self.comparison.agreement.moments < before:
            self.moments.emit()

    def _begin(self) -> None:
        usable = [entry.name for entry in self.candidates if not entry.unusable]
        if usable and not self._wanted:
            self.choose(self._name if self._name in usable else usable[0])

    def _offer(self) -> None:
        self.offered.emit(self.candidates, self._name)

    def _take_entries(self) -> None:
        if self._on:
            self._offer()
            if not self._name:
                self._begin()

    def _take_using(self, name: str) -> None:
        before, self._live = self._live, name
        if not self._on:
            return
        self._offer()
        if name in {self._name, self._wanted}:
            # What ran beside is in use now: what was in use before runs beside it.
            usable = [entry.name for entry in self.candidates if not entry.unusable]
            if before in usable or usable:
                self.choose(before if before in usable else usable[0])
