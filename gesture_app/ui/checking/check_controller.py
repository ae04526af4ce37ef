"""What happens in a guided check: gestures that were held become check samples, and versions are scored on them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gesture_app.live.checking import CheckPlan, CheckRun, HandsAsked, Held, Step, gestures_to_check
from gesture_app.live.result import FrameResult
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.session_bridge import SessionBridge
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.versions.model_controller import ModelController, entry_name
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import model_name, share, tr
from models.home import Home

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore, CheckSet
    from models.gesture.classifier import GestureClassifier
    from models.samples.filtering import SampleCounts
    from models.samples.sample import Sample
    from models.samples.store import SampleStore

TICK_MS = 50
MOST_SCORED = 30
"""Versions that are scored without being asked for, newest first."""

CLEARLY_WORSE = 0.02


class CheckController(QObject):
    """Owns the check that runs, and the scores of all versions on the check set.

    Parameters
    ----------
    home
        The home folder.
    recording
        Writes samples, in the order in which they come.
    models
        The versions.
    bridge
        Tells which model is loaded.
    parent
        Its owner.
    """

    progress = Signal(object, float)
    """The :class:`~gesture_app.live.checking.CheckRun` and the time of its clock, while one runs."""

    ended = Signal(object)
    """The run that is over, all that was held on the disk."""

    skipped = Signal(object)
    """Why the newest frame does not count, as a :class:`~gesture_app.live.recording.Skip`; None when it does."""

    scores = Signal(object)
    """What is known by model name: a dictionary of :class:`~gesture_app.live.check_score.CheckScore`."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    def __init__(
        self,
        home: Home,
        recording: RecordingController,
        models: ModelController,
        bridge: SessionBridge,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._recording = recording
        self._models = models
        self._scoring = Jobs(self, threads=1)
        self._scoring.failed.connect(lambda error: self.said.emit(Message(str(error), "warning")))
        self._live: GestureClassifier | None = None
        self._run: CheckRun | None = None
        # This and the next are touched by the writing thread only, and hold for one store.
        self._session: tuple[SampleStore, int] | None = None
        self._ids: dict[int, list[int]] = {}
        self._set: CheckSet | None = None
        self._scores: dict[str, CheckScore] = {}
        self.clock: Callable[[], float] = time.monotonic
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        bridge.model_loaded.connect(self._take_model)
        recording.counts.connect(self._take_counts)
        models.entries.connect(lambda _: self._score_missing())
        models.scored.connect(self._take_scored)
        models.examine = self.examine

    @property
    def run(self) -> CheckRun | None:
        """The check that runs."""
        return self._run

    @property
    def score(self) -> CheckScore | None:
        """What is known of the model in use; None for nothing."""
        return self._scores.get(self._models.name)

    def start(self, hands: HandsAsked) -> None:
        """Begin a check of the model in use; does nothing while one runs, or where no model is loaded yet."""
        if self._run is None and self._live is not None:
            self._run = CheckRun(CheckPlan(gestures_to_check(self._live.labels), hands), self.clock())
            self._recording.run(lambda _: self._ids.clear(), _nothing, self._fail)
            self._timer.start()
            self._tick()

    def stop(self) -> None:
        """End now; what was held to the end stays."""
        run, self._run = self._run, None
        if run is not None:
            self._timer.stop()
            # Asked for last, so that it is answered when all is on the disk.
            self._recording.run(_nothing, lambda _: self._end(run), lambda _: self.ended.emit(run))

    def skip(self) -> None:
        """Leave the gesture out."""
        if self._run is not None:
            self._run.skip(self.clock())
            self._tick()

    def back(self) -> None:
        """Show the gesture before this one again, and put what was kept of it into the bin."""
        if self._run is not None:
            self._run.back(self.clock())
            place = self._run.place
            self._recording.run(lambda store: store.delete(self._ids.pop(place, [])), _nothing, self._fail)
            self._tick()

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the state itself
        """Wait, or go on."""
        if self._run is not None:
            if paused:
                self._run.pause()
            else:
                self._run.resume(self.clock())
            self._tick()

    def look_at(self, result: FrameResult) -> None:
        """Look at a frame, when a check runs."""
        if self._run is None or self._recording.recording:
            return
        look = self._run.offer(result, self.clock(), time.time())
        if look.held is not None:
            self._write(look.held)
            self._tick()
        if self._run is not None:
            self.skipped.emit(look.skip if self._run.step(self.clock()) is Step.HOLD else None)

    def find_sample(self, gesture: str, done: Callable[[Sample | None], None]) -> None:
        """Find a recorded hand of a gesture, to be drawn."""

        def find(store: SampleStore) -> Sample | None:
            from models.samples.filtering import SampleFilter  # noqa: PLC0415

            ids = store.ids(SampleFilter(gesture=gesture))
            found = store.samples([int(ids[len(ids) // 2])]) if len(ids) else []
            return found[0] if found else None

        if self._home.samples_database.exists():
            self._recording.run(find, done)
        else:
            done(None)

    def refresh(self) -> None:
        """Read the check set, and score what is not scored on it yet."""
        if self._home.samples_database.exists():
            from gesture_app.live.check_score import read_check_set  # noqa: PLC0415

            self._recording.run(read_check_set, self._take_set)

    def examine(self, classifier: GestureClassifier) -> CheckScore | None:
        """Score a model that is about to be used; called from a thread that may wait."""
        from gesture_app.live.check_score import score  # noqa: PLC0415

        check = self._set
        return None if check is None else score(classifier, check)

    def close(self) -> None:
        """End; nothing is waited for."""
        self._timer.stop()
        self._run = None
        self._scoring.close()

    def _tick(self) -> None:
        run = self._run
        if run is None:
            return
        if run.step(self.clock()) is Step.DONE:
            self.stop()
            return
        self.progress.emit(run, self.clock())

    def _write(self, held: Held) -> None:
        def work(store: SampleStore) -> None:
            if self._session is None or self._session[0] is not store:
                self._session = store, store.start_session("check")
                self._ids.clear()  # in another store, other samples have these numbers
            take = store.start_take(self._session[1], held.gesture, check=True)
            self._ids[held.place] = store.add(take, held.samples)

        self._recording.run(work, _nothing, self._fail)

    def _fail(self, error: Exception) -> None:
        self.said.emit(Message(str(error), "bad"))
        self.stop()

    def _end(self, run: CheckRun) -> None:
        self.ended.emit(run)
        self._recording.tell_changed()  # counts anew, which scores anew

    def _take_model(self, classifier: GestureClassifier) -> None:
        self._live = classifier
        self._score_missing()

    def _take_counts(self, counts: SampleCounts) -> None:
        if counts.check or self._set is not None:  # reading nothing out of many samples takes its time, too
            self.refresh()

    def _take_set(self, check: CheckSet) -> None:
        if self._set is None or check.key != self._set.key:
            self._set = check
            self._scores = {}
        self._score_missing()

    def _score_missing(self) -> None:
        check, live = self._set, self._live
        if check is None:
            return
        entries = [entry.name for entry in self._models.known if entry.local and not entry.unusable][:MOST_SCORED]
        missing = [name for name in entries if name not in self._scores] if len(check) else []
        own = live if live is not None and entry_name(live.name) not in self._scores else None
        if not missing and (own is None or not len(check)):
            self.scores.emit(dict(self._scores))
            return

        def work() -> dict[str, CheckScore]:
            from gesture_app.live.check_score import score  # noqa: PLC0415
            from models.errors import GestureError  # noqa: PLC0415

            found = {} if own is None else {entry_name(own.name): score(own, check)}
            for name in missing:
                if name not in found:
                    try:
                        found[name] = score(self._models.load(name), check)
                    except GestureError:
                        continue  # told when somebody wants to use it
            return {name: value for name, value in found.items() if value is not None}

        def done(found: dict[str, CheckScore]) -> None:
            if check is self._set:
                self._scores.update(found)
                self.scores.emit(dict(self._scores))

        self._scoring.run(work, done, name="scores")

    def _take_scored(self, name: str, found: CheckScore | None) -> None:
        """Note the score of a model that is about to be used, and warn where it is clearly worse than the present."""
        if found is None:
            return
        before = self.score
        self._scores[name] = found
        self.scores.emit(dict(self._scores))
        if before is not None and before.share - found.share > CLEARLY_WORSE:
            text = tr("On your own check, {name} is right for {share} of the hands; {before} was for {other}.")
            self.said.emit(
                Message(
                    text.format(
                        name=model_name(found.model),
                        share=share(found.share),
                        before=model_name(before.model),
                        other=share(before.share),
                    ),
                    "warning",
                )
            )


def _nothing(_: object) -> None:
    """Do nothing with it."""
