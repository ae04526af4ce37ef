"""Suspicious samples: searched for by the trainer, and what the user decides about each, with undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gesture_app.training.events import Event
from gesture_app.training.suspicions import SEARCH_ARGUMENTS, SearchResult, Suspicion
from gesture_app.training.task import TaskEnd, TrainerTask
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.samples.decisions import Decision, Decisions, Work
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import counted, gesture_name, tr
from models.errors import GestureError
from models.home import Home

if TYPE_CHECKING:
    from models.samples.sample import Sample
    from models.samples.store import SampleStore

SHOWN = 30
"""Samples that are shown at once; the next ones come as these are decided."""


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """What there is to decide.

    Attributes
    ----------
    result
        What the search found.
    waiting
        What of it is not decided yet, most suspicious first.
    samples
        The first :data:`SHOWN` of these samples, by number.
    undo
        What undo would take back, in a few words; empty for nothing.
    """

    result: SearchResult
    waiting: tuple[Suspicion, ...]
    samples: Mapping[int, Sample] = field(default_factory=dict)
    undo: str = ""

    @property
    def shown(self) -> tuple[Suspicion, ...]:
        """What is shown of it."""
        return tuple(one for one in self.waiting[:SHOWN] if one.sample in self.samples)


class ReviewController(QObject):
    """Runs the search and does what the user decides; what is left to decide follows the store.

    Parameters
    ----------
    home
        The home folder.
    reading
        For what is read.
    opened
        Gives the store to read from, in a job; None while there is none.
    decisions
        What was done with samples, here and elsewhere on the page; undo goes back along it.
    parent
        Its owner.
    """

    began = Signal()
    """A search began."""

    happened = Signal(object)
    """What the trainer says meanwhile, see :mod:`gesture_app.training.events`."""

    stopped = Signal()
    """A search ended without a result."""

    reviewed = Signal(object)
    """A :class:`Review`, whenever it is another one."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    _told = Signal(object, object)
    _over = Signal(object, object)

    def __init__(
        self,
        home: Home,
        reading: Jobs,
        opened: Callable[[], SampleStore | None],
        decisions: Decisions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._reading = reading
        self._opened = opened
        self._tasks: set[TrainerTask] = set()
        self._current: TrainerTask | None = None
        self._result: SearchResult | None = None
        self._waiting: tuple[Suspicion, ...] = ()
        self._mark = ""  # of the file that was searched
        self._decisions = decisions
        decisions.replaced.connect(self._leave)
        decisions.failed.connect(lambda _: self.refresh())  # what waited for an answer waits for a decision again
        # Carried from the task's threads to the window's.
        self._told.connect(self._take_event)
        self._over.connect(self._take_end)

    @property
    def searching(self) -> bool:
        """Whether a search runs."""
        return self._current is not None

    def search(self) -> None:
        """Search anew."""
        if self._current is not None:
            return
        self._result, self._mark = None, ""
        task = TrainerTask(
            SEARCH_ARGUMENTS,
            self._home,
            lambda event: self._told.emit(task, event),
            lambda end: self._over.emit(task, end),
        )
        self._tasks.add(task)
        self._current = task
        self.began.emit()
        task.start()

    def leave(self) -> None:
        """End a search that runs, and forget what was found; what was decided stays."""
        self._result = None
        if self._current is not None:
            self._current.cancel()
            self._current = None
            self.stopped.emit()

    def relabel(self, one: Suspicion) -> None:
        """Give a sample the gesture that it looks like."""
        text = tr("Relabelled as {gesture}").format(gesture=gesture_name(one.suggested))
        self._decide(
            lambda store: store.relabel_each({one.sample: one.suggested}),
            lambda store: store.relabel_each({one.sample: one.label}),
            text,
        )

    def keep(self, one: Suspicion) -> None:
        """Remember that the label of a sample is right."""
        text = tr("Kept as {gesture}").format(gesture=gesture_name(one.label))
        self._decide(
            lambda store: store.confirm([one.sample]),
            lambda store: store.confirm([one.sample], confirmed=False),
            text,
        )

    def discard(self, one: Suspicion) -> None:
        """Put a sample into the bin."""
        self._decide(
            lambda store: store.delete([one.sample]),
            lambda store: store.restore([one.sample]),
            tr("Moved to the bin"),
        )

    def relabel_all(self) -> None:
        """Give every sample that waits the gesture that it looks like, at once."""
        new = {one.sample: one.suggested for one in self._waiting}
        old = {one.sample: one.label for one in self._waiting}

        def tell(count: int) -> None:
            text = counted("%Ln sample(s) relabelled as suggested. Undo takes it back.", count)
            self.said.emit(Message(text, "good"))

        if new:
            text = counted("%Ln sample(s) relabelled", len(new))
            self._decide(lambda store: store.relabel_each(new), lambda store: store.relabel_each(old), text, tell)

    def close(self) -> None:
        """End what runs; no process stays behind."""
        self._current = self._result = None
        for task in tuple(self._tasks):
            task.cancel()
        for task in tuple(self._tasks):
            task.close()
        self._tasks.clear()

    def _decide(self, work: Work, back: Work, text: str, tell: Callable[[int], None] | None = None) -> None:
        self._decisions.decide(Decision(text, work, back, self._mark), tell)

    def _leave(self) -> None:
        """Forget a result that nothing can be decided about any more."""
        if self._result is not None:
            self._result = None
            self.stopped.emit()

    def _give_up(self, message: Message) -> None:
        """Say why there is nothing to decide, and leave."""
        self._result = None
        self.said.emit(message)
        self.stopped.emit()

    def refresh(self) -> None:
        """Look what is left to decide: samples may have changed."""
        result = self._result
        if result is None:
            return

        def read() -> tuple[str, tuple[Suspicion, ...], dict[int, Sample]]:
            store = self._opened()
            if store is None:
                return "", (), {}
            labels = store.unconfirmed(one.sample for one in result.suspicions)
            waiting = tuple(one for one in result.suspicions if labels.get(one.sample) == one.label)
            return (
                store.mark,
                waiting,
                {sample.id: sample for sample in store.samples(one.sample for one in waiting[:SHOWN])},
            )

        def done(found: tuple[str, Any, Any]) -> None:
            if result is self._result:
                mark, waiting, samples = found
                if self._mark not in {"", mark}:
                    self._decisions.forget()
                    return
                self._mark, self._waiting = mark, waiting
                self.reviewed.emit(Review(result, self._waiting, samples, self._decisions.last))

        def failed(error: Exception) -> None:
            if result is self._result:
                self._give_up(Message(str(error), "bad"))

        self._reading.run(read, done, failed, name="review")

    @Slot(object, object)
    def _take_event(self, task: TrainerTask, event: Event) -> None:
        if task is self._current:
            self.happened.emit(event)

    @Slot(object, object)
    def _take_end(self, task: TrainerTask, end: TaskEnd) -> None:
        self._tasks.discard(task)
        task.close()  # its thread has nothing left to do but end
        if task is not self._current:
            return
        self._current = None
        try:
            if end.state == "finished":
                self._result = SearchResult.from_json(end.answer)
        except GestureError as error:
            end = TaskEnd("failed", problem=str(error))
        if self._result is not None:
            self.refresh()
            return
        if end.state == "failed":
            text = tr("The search for wrong labels failed: {why}").format(why=end.problem)
            self.said.emit(Message(text, "bad"))
        self.stopped.emit()
