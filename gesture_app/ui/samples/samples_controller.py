"""What happens on the samples page: samples are listed, fetched, relabelled, binned, exported and imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gesture_app.ui.jobs import Jobs
from gesture_app.ui.recording.recording_controller import RecordingController
from gesture_app.ui.samples.decisions import Decision, Decisions
from gesture_app.ui.samples.review import ReviewController
from gesture_app.ui.samples.samples_listing import Listing, read_listing
from gesture_app.ui.samples.samples_model import PAGE, Ids, PageRequest, SamplesModel
from gesture_app.ui.samples.samples_transfer import SamplesTransfer
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import counted, gesture_name, tr
from models.home import Home
from models.samples.filtering import SampleFilter, SampleOrder

if TYPE_CHECKING:
    from gesture_app.ui.pages.samples_page import SamplesPage
    from models.samples.sample import Sample
    from models.samples.store import SampleStore


class SamplesController(QObject):
    """Reads samples with a connection of its own and changes them in the order in which takes are written.

    Parameters
    ----------
    home
        The home folder.
    recording
        Owns what is written.
    parent
        Its owner.
    """

    listed = Signal(object)
    """A :class:`~gesture_app.ui.samples.samples_listing.Listing`."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    def __init__(self, home: Home, recording: RecordingController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._recording = recording
        self._reading = Jobs(self, threads=1)
        self._reading.failed.connect(self._tell_failed)
        self._store: SampleStore | None = None
        self._chosen = SampleFilter()
        self._order = SampleOrder.NEWEST
        self._watched = False
        self.model = SamplesModel(self)
        self.transfer = SamplesTransfer(home, self)
        self.edits = Decisions(recording, self)
        self.edits.said.connect(self.said.emit)
        self.edits.replaced.connect(self._tell_replaced)
        self.edits.failed.connect(self._tell_failed)
        self.review = ReviewController(home, self._reading, self._opened, self.edits, self)
        self.review.said.connect(self.said.emit)
        self.model.wanted.connect(self._fetch)
        self.transfer.said.connect(self.said.emit)
        self.transfer.imported.connect(self._remember_import)
        recording.changed.connect(self._follow)
        recording.changed.connect(self.review.refresh)

    def connect_page(self, page: SamplesPage) -> None:
        """Do what the page asks for, and let it show what comes of that."""
        page.watched.connect(self.watch)
        page.chosen.connect(self.choose)
        page.relabel.connect(self.relabel)
        page.delete.connect(self.delete)
        page.restore.connect(self.restore)
        page.empty_bin.connect(self.empty_bin)
        page.undo.connect(self.undo)
        page.redo.connect(self.edits.redo)
        self.edits.changed.connect(lambda: page.selection_bar.show_undo(self.edits.last))
        page.export_file.connect(self.transfer.export)
        page.import_file.connect(self.transfer.import_file)
        self.listed.connect(page.show_listing)
        self.transfer.busy.connect(page.header.show_busy)
        self._connect_review(page)

    def _connect_review(self, page: SamplesPage) -> None:
        review, panel = self.review, page.review
        page.review_wanted.connect(lambda wanted: review.search() if wanted else review.leave())
        for asked, answer in (
            (panel.search, review.search),
            (panel.relabel, review.relabel),
            (panel.keep, review.keep),
            (panel.discard, review.discard),
            (panel.relabel_all, review.relabel_all),
            (panel.undo, self.edits.undo),
            (panel.redo, self.edits.redo),
            (review.began, panel.show_searching),
            (review.happened, panel.show_event),
            (review.reviewed, panel.show_review),
            (review.stopped, page.header.leave_review),
        ):
            asked.connect(answer)

    def watch(self, watched: bool) -> None:  # noqa: FBT001 - whether the page is seen
        """Keep the listing up to date while somebody looks."""
        self._watched = watched
        if watched:
            self.refresh()

    def choose(self, chosen: SampleFilter, order: SampleOrder) -> None:
        """List other samples, or in another order."""
        self._chosen, self._order = chosen, order
        self.refresh()

    def refresh(self) -> None:
        """List anew: first the samples, then what there is beside them."""
        chosen, order = self._chosen, self._order

        def show(found: tuple[Ids, list[Sample]]) -> None:
            ids, first = found
            self.model.show_ids(ids, first)
            self._reading.run(lambda: self._read_rest(chosen, order, ids), self.listed.emit, name="rest")

        self._reading.run(lambda: self._read_ids(chosen, order), show, name="ids")

    def relabel(self, ids: Ids, gesture: str) -> None:
        """Give samples another gesture."""
        name = gesture_name(gesture)
        before: dict[int, str] = {}

        def work(store: SampleStore) -> int:
            before.update(store.gestures_of(ids))
            return store.relabel(ids, gesture)

        self._decide(
            Decision(
                tr("Relabelled as {gesture}").format(gesture=name), work, lambda store: store.relabel_each(before)
            ),
            lambda count: counted("Relabelled as {gesture}: %Ln sample(s). Undo takes it back.", count).format(
                gesture=name
            ),
        )

    def delete(self, ids: Ids) -> None:
        """Put samples into the bin."""
        self._decide(
            Decision(tr("Moved to the bin"), lambda store: store.delete(ids), lambda store: store.restore(ids)),
            lambda count: counted("Moved to the bin: %Ln sample(s). Undo brings them back.", count),
        )

    def restore(self, ids: Ids) -> None:
        """Take samples out of the bin."""
        self._decide(
            Decision(tr("Restored"), lambda store: store.restore(ids), lambda store: store.delete(ids)),
            lambda count: counted("Restored: %Ln sample(s).", count),
        )

    def undo(self) -> None:
        """Take back what was done on the page last, or say that there is nothing."""
        if self.edits.last:
            self.edits.undo()
        else:
            text = tr("Nothing was changed here that could be undone. Takes are undone on the live page.")
            self.said.emit(Message(text))

    def empty_bin(self) -> None:
        """Delete what is in the bin for good."""

        def done(count: int) -> None:
            self.said.emit(Message(counted("Deleted for good: %Ln sample(s).", count), "good"))
            self._recording.tell_changed()

        self._recording.run(lambda store: store.empty_bin(), done)

    def close(self) -> None:
        """End what runs and close the store."""
        self.review.close()
        self.transfer.close()
        self._reading.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _follow(self) -> None:
        if self._watched:
            self.refresh()

    def _decide(self, decision: Decision, text: Callable[[int], str]) -> None:
        self.edits.decide(decision, lambda count: self.said.emit(Message(text(count), "good")))

    def _remember_import(self) -> None:
        """Let undo take back what was brought in just now, unless a take came after it."""

        def look(store: SampleStore) -> tuple[int | None, str]:
            take = store.undoable()
            return (None if take is None else take.id), store.mark

        def done(found: tuple[int | None, str]) -> None:
            number, mark = found

            def back(store: SampleStore) -> int:
                newest = store.undoable()
                undone = store.undo() if newest is not None and newest.id == number else None
                return 0 if undone is None else undone.count

            def work(store: SampleStore) -> int:
                newest = store.redoable()
                again = store.redo() if newest is not None and newest.id == number else None
                return 0 if again is None else again.count

            if number is not None:
                self.edits.add(Decision(tr("Hands were imported"), work, back, mark))
            self._recording.tell_changed()

        self._recording.run(look, done)

    def _tell_replaced(self) -> None:
        text = tr("The file of samples was replaced by another one meanwhile, so nothing was changed.")
        self.said.emit(Message(text, "warning"))

    def _opened(self) -> SampleStore | None:
        """Open the store if there is one; only in the reading thread."""
        if self._store is not None and not self._store.current:
            self._drop()
        if self._store is None and self._home.samples_database.exists():
            from models.samples.store import SampleStore  # noqa: PLC0415

            self._store = SampleStore(self._home.samples_database)
        return self._store

    def _read_ids(self, chosen: SampleFilter, order: SampleOrder) -> tuple[Ids, list[Sample]]:
        store = self._opened()
        if store is None:
            return np.empty(0, np.int64), []
        ids = store.ids(chosen, order)
        return ids, store.samples(ids[:PAGE])

    def _read_rest(self, chosen: SampleFilter, order: SampleOrder, ids: Ids) -> Listing:
        store = self._opened()
        return Listing(chosen, order, ids) if store is None else read_listing(store, chosen, order, ids)

    def _fetch(self, request: PageRequest) -> None:
        def fetch() -> list[Sample]:
            store = self._opened()
            return [] if store is None else store.samples(request.ids)

        def failed(error: Exception) -> None:
            self.model.show_page(request, [])
            self._tell_failed(error)

        def done(samples: Any) -> None:  # noqa: ANN401 - what a job answers
            self.model.show_page(request, samples)

        self._reading.run(fetch, done, failed)

    def _drop(self) -> None:
        """Close the store; only in the reading thread."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _tell_failed(self, error: Exception) -> None:
        from models.samples.errors import DamagedStoreError  # noqa: PLC0415

        if isinstance(error, DamagedStoreError):  # whoever writes sets the file aside and says so
            self._reading.run(self._drop, lambda _: self._recording.mend(self.refresh))
            return
        self.said.emit(Message(str(error), "bad"))
