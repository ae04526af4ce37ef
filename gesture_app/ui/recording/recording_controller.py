"""What happens when the user records: bursts become takes on the disk, and takes are undone and redone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gesture_app.live.recording import Burst, Phase, Plan, Skip
from gesture_app.live.result import FrameResult
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import counted, decimal, gesture_name, tr
from models.errors import GestureError
from models.gesture.collisions import Collision
from models.home import Home

if TYPE_CHECKING:
    from models.samples.sample import NewSample, Take
    from models.samples.store import SampleStore

TICK_MS = 50
SKIP_SHOWN_S = 1.0


class RecordingController(QObject):
    """Owns the store of samples and the burst that runs.

    Parameters
    ----------
    home
        The home folder.
    parent
        Its owner.
    """

    progress = Signal(object, float)
    """The :class:`Burst` and the time of its clock, while one runs."""

    ended = Signal(object)
    """The :class:`Burst` that is over, all of it on the disk."""

    skipped = Signal(object)
    """A :class:`Skip`; None when frames are kept again."""

    counts = Signal(object)
    """The :class:`~models.samples.filtering.SampleCounts`."""

    takes = Signal(object, object)
    """The take that undo would undo and the one that redo would bring back; None for none."""

    changed = Signal()
    """Samples came, went or changed."""

    said = Signal(object)
    over = Signal(str)
    """The text of a message that no longer holds."""

    _noted = Signal(str)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._writing = Jobs(self, threads=1)
        self._noted.connect(self._tell_note)  # comes from the writing thread
        self._writing.failed.connect(lambda error: self.said.emit(Message(str(error), "bad")))
        self._store: SampleStore | None = None
        self._session: int | None = None
        self._burst: Burst | None = None
        self._take: int | None = None
        self._pending = 0
        self._skip_s = 0.0
        self._skip: Skip | None = None
        self._warned = ""
        self._keep_pictures = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def recording(self) -> bool:
        """Whether a burst runs."""
        return self._burst is not None

    def begin(self) -> None:
        """Look what there is already."""
        if self._home.samples_database.exists():
            self._look()

    def keep_pictures(self, keep: bool) -> None:  # noqa: FBT001 - a setting
        """Keep pictures with the samples, or not."""
        self._keep_pictures = keep

    def start(self, plan: Plan) -> None:
        """Begin a burst."""
        if self._burst is None:
            self.take_warning_back()
            self._burst = Burst(plan, time.monotonic())
            self._take = None
            self._pending = 0
            self._timer.start()
            self._tick()

    def stop(self) -> None:
        """End the burst with what there is."""
        if self._burst is not None:
            self._burst.stop()
            self._tick()

    def take_warning_back(self) -> None:
        """Take back what was said of the last take: the user is at something else."""
        warned, self._warned = self._warned, ""
        if warned:
            self.over.emit(warned)

    def look_at(self, result: FrameResult) -> None:
        """Take a frame into the burst, when one runs and it is good enough."""
        if self._burst is None:
            return
        offer = self._burst.offer(result, time.monotonic(), time.time())
        if offer.skip is not None:
            self._show_skip(offer.skip)
        elif offer.sample is not None:
            self._show_skip(None)
            self._write(self._burst, offer.sample, result)

    def keep_one(self, sample: NewSample, gesture: str, done: Callable[[int], None]) -> None:
        """Keep a single sample as a take of its own.

        Parameters
        ----------
        sample
            The hand.
        gesture
            What it shows.
        done
            Gets the number of the take, once it is on the disk.
        """

        def work(store: SampleStore) -> int:
            if self._session is None:
                self._session = store.start_session()
            take = store.start_take(self._session, gesture)
            store.add(take, [sample])
            return take

        def kept(take: int) -> None:
            text = tr("Kept as a sample of “{gesture}”; it can be undone as a take.")
            self.said.emit(Message(text.format(gesture=gesture_name(gesture)), "good"))
            done(take)
            self.tell_changed()

        self.run(work, kept)

    def undo(self) -> None:
        """Undo the last take."""
        self.stop()
        self._change(
            lambda store: store.undo(), lambda count: counted("Undone: a take of %n sample(s) of {gesture}.", count)
        )

    def redo(self) -> None:
        """Bring back the take that was undone last."""
        self._change(
            lambda store: store.redo(), lambda count: counted("Back again: a take of %n sample(s) of {gesture}.", count)
        )

    def run(
        self,
        work: Callable[[SampleStore], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do something with the store, in the order in which it was asked for."""
        self._writing.run(lambda: self._with_store(work), done, failed)

    def mend(self, done: Callable[[], None]) -> None:
        """Look for damage in the file of samples, and set it aside where there is some.

        Parameters
        ----------
        done
            Called when it may be opened again.
        """

        def look(_: SampleStore) -> None:
            self._drop()
            self._opened(look_inside=True)

        self.run(look, lambda _: done())

    def tell_changed(self) -> None:
        """Say that samples changed, and count anew."""
        self._look()
        self.changed.emit()

    def close(self) -> None:
        """Write what waits to be written and close the store."""
        self._timer.stop()
        self._burst = None
        self._writing.close(finish=True)
        if self._store is not None:
            self._store.close()
            self._store = None

    def _with_store(self, work: Callable[[SampleStore], Any]) -> Any:  # noqa: ANN401 - whatever the work answers
        """Work with the store; once more with that of a new opening, where the file is not what it was any more."""
        from models.samples.errors import DamagedStoreError, MovedStoreError, SampleStoreError  # noqa: PLC0415

        try:
            return work(self._opened())
        except (DamagedStoreError, MovedStoreError) as error:
            self._drop()
            return work(self._opened(look_inside=isinstance(error, DamagedStoreError)))
        except SampleStoreError:
            self._drop()  # the next sample opens it anew, whatever the cause was
            raise

    def _opened(self, *, look_inside: bool = False) -> SampleStore:
        """Open the store; only in the writing thread."""
        from models.samples.mending import open_samples  # noqa: PLC0415

        if self._store is None:
            opened = open_samples(self._home.samples_database, look_inside=look_inside)
            self._store = opened.store
            if opened.note:
                self._noted.emit(opened.note)
        return self._store

    def _drop(self) -> None:
        """Close the store; only in the writing thread."""
        if self._store is not None:
            self._store.close()
        self._store = self._session = self._written_burst = None

    def _tell_note(self, note: str) -> None:
        self.said.emit(Message(note, "bad"))
        self.changed.emit()

    def _write(self, burst: Burst, sample: NewSample, result: FrameResult) -> None:
        self._pending += 1
        pictures = self._home.root / "pictures" if self._keep_pictures else None

        def work(store: SampleStore) -> None:
            if self._session is None:
                self._session = store.start_session()
            if burst is not self._written_burst:
                self._take = store.start_take(self._session, burst.plan.gesture)
                self._written_burst = burst
            kept = sample if pictures is None else _with_picture(sample, result, pictures)
            store.add(self._take or 0, [kept])

        def done(_: object) -> None:
            self._pending -= 1
            burst.kept += 1
            self._tick()

        def failed(error: Exception) -> None:
            self._pending -= 1
            burst.stop()
            self.said.emit(Message(str(error), "bad"))
            self._tick()

        self._writing.run(lambda: self._with_store(work), done, failed)

    _written_burst: Burst | None = None

    def _tick(self) -> None:
        burst = self._burst
        if burst is None:
            return
        now = time.monotonic()
        if self._skip is not None and now - self._skip_s > SKIP_SHOWN_S:
            self._show_skip(None)
        if burst.phase(now) is Phase.DONE and self._pending == 0:
            self._timer.stop()
            self._burst = None
            self._show_skip(None)
            self.ended.emit(burst)
            self._warn_of(burst.collision)
            self.tell_changed()
            return
        self.progress.emit(burst, now)

    def _warn_of(self, collision: Collision | None) -> None:
        if collision is None:
            return
        text = counted(
            "{alike} of %Ln sample(s) of “{gesture}” look like “{other}”, which the model knows already. Hold the new"
            " gesture more differently, or undo the take and record it under that name.",
            collision.hands,
        )
        gesture, other = gesture_name(collision.label), gesture_name(collision.other)
        words = text.format(alike=decimal(collision.alike), gesture=gesture, other=other)
        self._warned = words
        self.said.emit(Message(words, "warning"))

    def _show_skip(self, skip: Skip | None) -> None:
        if skip is not None:
            self._skip_s = time.monotonic()
        elif self._skip is not None and time.monotonic() - self._skip_s < SKIP_SHOWN_S and self.recording:
            return  # a reason stays for a second, so that it can be read
        if skip is not self._skip:
            self._skip = skip
            self.skipped.emit(skip)

    def _change(self, what: Callable[[SampleStore], Take | None], text: Callable[[int], str]) -> None:
        def done(take: Take | None) -> None:
            if take is not None:
                words = text(take.count).format(gesture=gesture_name(take.gesture) or tr("several gestures"))
                self.said.emit(Message(words, "good"))
            self.tell_changed()

        self.run(what, done)

    def _look(self) -> None:
        def look(store: SampleStore) -> tuple[object, Take | None, Take | None]:
            return store.counts(), store.undoable(), store.redoable()

        def done(found: tuple[Any, Take | None, Take | None]) -> None:
            counts, undoable, redoable = found
            self.counts.emit(counts)
            self.takes.emit(undoable, redoable)

        self.run(look, done)


def _with_picture(sample: NewSample, result: FrameResult, folder: Path) -> NewSample:
    """Write the picture of a sample beside the store and name it in the sample."""
    from dataclasses import replace  # noqa: PLC0415

    from models.hand.opencv import cv2  # noqa: PLC0415

    if result.frame.picture is None:
        return sample
    name = f"{sample.time:.3f}.jpg"
    done, content = cv2.imencode(".jpg", result.frame.picture)
    if not done:
        raise GestureError("The picture of a sample could not be packed. Switch pictures off in the settings.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.tobytes())
    except OSError as error:
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)
        raise GestureError(
            f"The picture of a sample cannot be written to {folder}: {error.strerror or error}. Make room, or switch"
            " pictures off in the settings; what was saved before is safe."
        ) from error
    return replace(sample, picture=f"{folder.name}/{name}")
