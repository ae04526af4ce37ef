"""What was done with samples and can be taken back: a history that undo and redo walk along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import tr

if TYPE_CHECKING:
    from models.samples.store import SampleStore

Work = Callable[["SampleStore"], int]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, how it is taken back, and in which file: in another one, other samples have these numbers.

    Attributes
    ----------
    text
        In a few words.
    work, back
        Does it and takes it back, in the writing thread; both give how many samples changed.
    mark
        Of the file that it is about; empty for the one that is there when it is done first.
    """

    text: str
    work: Work
    back: Work
    mark: str = ""


class Decisions(QObject):
    """Does things with samples, in the order in which takes are written, and takes them back.

    Parameters
    ----------
    recording
        Owns what is written.
    parent
        Its owner.
    """

    changed = Signal()
    """Undo would take back something else now."""

    replaced = Signal()
    """The file is another one than that which was decided about; nothing was done, and the history is gone."""

    failed = Signal(object)
    """The error that kept something from being done."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    def __init__(self, recording: RecordingController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recording = recording
        self._made: list[Decision] = []
        self._undone: list[Decision] = []

    @property
    def last(self) -> str:
        """What undo would take back, in a few words; empty for nothing."""
        return self._made[-1].text if self._made else ""

    def decide(self, decision: Decision, tell: Callable[[int], None] | None = None) -> None:
        """Do something.

        Parameters
        ----------
        decision
            What.
        tell
            Gets how many samples changed, unless none did.
        """

        def done(found: tuple[int | None, str]) -> None:
            count, mark = found
            if count is None:
                self.forget()
            elif count:
                self.add(replace(decision, mark=mark))
                if tell is not None:
                    tell(count)
            self._recording.tell_changed()

        self._recording.run(lambda store: _in_its_file(decision, decision.work, store), done, self.failed.emit)

    def add(self, decision: Decision) -> None:
        """Remember what was done already."""
        self._made.append(decision)
        self._undone.clear()
        self.changed.emit()

    def undo(self) -> None:
        """Take the last decision back."""
        if self._made:
            decision = self._made.pop()
            self._repeat(decision, decision.back, self._made, self._undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._undone:
            decision = self._undone.pop()
            self._repeat(decision, decision.work, self._undone, self._made)

    def forget(self) -> None:
        """Forget all that was decided: the file is another one."""
        self._made.clear()
        self._undone.clear()
        self.changed.emit()
        self.replaced.emit()

    def _repeat(self, decision: Decision, work: Work, taken: list[Decision], given: list[Decision]) -> None:
        def done(found: tuple[int | None, str]) -> None:
            count, _ = found
            if count is None:
                self.forget()
            elif count:
                given.append(decision)
            else:
                text = tr("Nothing left to do for “{what}”: the samples were changed or deleted meanwhile.")
                self.said.emit(Message(text.format(what=decision.text), "warning"))
            self.changed.emit()
            self._recording.tell_changed()

        def failed(error: Exception) -> None:
            taken.append(decision)
            self.failed.emit(error)

        self._recording.run(lambda store: _in_its_file(decision, work, store), done, failed)


def _in_its_file(decision: Decision, work: Work, store: SampleStore) -> tuple[int | None, str]:
    """Do it, or nothing where the file is another one; None then. And the file's mark."""
    mark = store.mark
    return (work(store) if decision.mark in {"", mark} else None), mark
