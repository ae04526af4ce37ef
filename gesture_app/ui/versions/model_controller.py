"""What happens with model versions: they are listed, loaded and changed without holding up the picture."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal

from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.session_bridge import SHIPPED, SessionBridge, tried_out
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import model_name, tr
from models.errors import GestureError
from models.home import Home

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore
    from models.gesture.catalog import ModelCatalog, ModelEntry
    from models.gesture.classifier import GestureClassifier
    from models.gesture.versions import Version

WATCH_MS = 3000
AGAIN_MS = 15_000
"""A registry that did not answer is asked again after this, then after twice as long each time."""

LONGEST_AGAIN_MS = 240_000


class ModelController(QObject):
    """Knows the versions, and which one is in use.

    Parameters
    ----------
    home
        The home folder.
    bridge
        The session that uses the model.
    preferences
        Remember the choice.
    jobs
        For what the window must not wait for.
    parent
        Its owner.
    """

    entries = Signal(object)
    """A tuple of :class:`~models.gesture.catalog.ModelEntry`, newest first, the shipped one last."""

    using = Signal(str)
    """Name of the model in use, as entries name it."""

    loading = Signal(str)
    """Name of the model that is being loaded; empty when none is."""

    scored = Signal(str, object)
    """Name of a model that is about to be used, and what :attr:`examine` says of it."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    over = Signal(str)
    """The text of a message that no longer holds."""

    looking = Signal(bool)
    """Whether the registry was asked by somebody who waits for its answer."""

    remote = Signal(str)
    """Address of a registry that is not on this computer; empty where it is."""

    def __init__(
        self, home: Home, bridge: SessionBridge, preferences: Preferences, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._bridge = bridge
        self._preferences = preferences
        self._jobs = jobs
        self._catalog: ModelCatalog | None = None
        self._opening = threading.Lock()
        self._known: tuple[ModelEntry, ...] = ()
        self._name = ""
        self._stamp: tuple[tuple[int, int], ...] = ()
        self._silent = tr("The registry does not answer; versions kept on this computer can be used.")
        self.examine: Callable[[GestureClassifier], CheckScore | None] = lambda _: None
        """Looks at a model before it is used, in the thread that loaded it."""
        self._timer = QTimer(self)
        self._timer.setInterval(WATCH_MS)
        self._timer.timeout.connect(self._watch)
        self._remote = False
        self._misses = 0
        self._told = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._follow)
        self._closed = False
        bridge.model_loaded.connect(self._take_loaded)

    @property
    def name(self) -> str:
        """Name of the model in use."""
        return self._name

    @property
    def known(self) -> tuple[ModelEntry, ...]:
        """The versions that are listed."""
        return self._known

    def load(self, name: str) -> GestureClassifier:
        """Load a model; called from threads that may wait.

        Raises
        ------
        GestureError
            When there is no such model, or it cannot be loaded.
        """
        return self._opened().load(name)

    def begin(self) -> None:
        """List what is known at once, and then what the registry says, where there is one."""
        self._jobs.run(lambda: (self._opened().entries(), _remote_address(self._home)), self._take_first, name="models")
        self._timer.start()

    def use(self, name: str) -> None:
        """Change to a model; the one before stays in use until it is there."""
        before = self._name
        self.loading.emit(name)

        def failed(error: Exception) -> None:
            self.loading.emit("")
            text = tr("{name} cannot be used; {before} stays in use.")
            text = text.format(name=model_name(_shown(name)), before=model_name(_shown(before)))
            self.said.emit(Message(text, "warning", str(error)))
            self.using.emit(before)
            # A version that turned out to be unusable is listed so, with the reason.
            self._jobs.run(lambda: self._opened().entries(), self._take_entries, name="models")

        def load() -> tuple[GestureClassifier, CheckScore | None]:
            classifier = tried_out(self._opened().load(name))
            return classifier, self.examine(classifier)

        def loaded(answer: tuple[GestureClassifier, CheckScore | None]) -> None:
            classifier, found = answer
            self.scored.emit(entry_name(classifier.name), found)
            self._bridge.use(classifier)
            self.loading.emit("")
            self._preferences.change(model=name)

        self._jobs.run(load, loaded, failed, name="model")

    def step(self, places: int) -> None:
        """Change to the version so many places further down the list."""
        usable = [entry.name for entry in self._known if not entry.unusable]
        if self._name in usable:
            place = usable.index(self._name) + places
            if 0 <= place < len(usable):
                self.use(usable[place])

    def promote(self, number: int) -> None:
        """Make a version the champion."""
        self._ask(lambda: self._opened().promote(number), tr("Version {number} is the champion now."))

    def roll_back(self) -> None:
        """Make the champion before this one champion again."""
        self._ask(lambda: self._opened().rollback(), tr("Version {number} is the champion again."), use=True)

    def export(self, name: str, folder: Path) -> None:
        """Write a version's files into a folder of its own within another."""

        def work() -> Path:
            from models.gesture.catalog import shipped_folder  # noqa: PLC0415
            from models.gesture.versions import copy_folder  # noqa: PLC0415

            self._opened().load(name)  # fetches it where it is not kept yet, and makes sure that it works
            origin = shipped_folder() if name == SHIPPED else copy_folder(self._home, int(name))
            target = folder / f"gesture-model-{_shown(name)}"
            try:
                shutil.copytree(origin, target, dirs_exist_ok=True)
            except OSError as error:  # also shutil.Error, which names each file
                why = error.strerror or tr("not every file can be written")
                raise GestureError(tr("{path} cannot be written: {why}.").format(path=target, why=why)) from error
            return target

        text = tr("Exported to {path}")
        self._jobs.run(work, lambda path: self.said.emit(Message(text.format(path=path), "good")))

    def refresh(self) -> None:
        """Ask the registry what there is, for somebody who wants to hear of it when it does not answer."""
        self.looking.emit(True)  # noqa: FBT003 - a signal
        self._list(lambda error: self._miss(error, tell=True))

    def close(self) -> None:
        """End the registry process; none is started from here on."""
        self._timer.stop()
        self._again.stop()
        with self._opening:
            self._closed = True
            catalog, self._catalog = self._catalog, None
        if catalog is not None:
            catalog.close()

    def _opened(self) -> ModelCatalog:
        from models.gesture.catalog import ModelCatalog  # noqa: PLC0415 - loads the model's runtime

        with self._opening:  # the recognition thread and a job may want it at the same time
            if self._closed:
                raise GestureError(tr("The program is closing. Start it again to use its models."))
            if self._catalog is None:
                self._catalog = ModelCatalog(self._home)
            return self._catalog

    def _ask(self, what: Callable[[], Version], text: str, *, use: bool = False) -> None:
        def answered(version: Version) -> None:
            self.said.emit(Message(text.format(number=version.number), "good"))
            self.refresh()
            if use:
                self.use(str(version.number))

        self._jobs.run(what, answered)

    def _take_first(self, found: tuple[list[ModelEntry], str]) -> None:
        entries, remote = found
        self._take_entries(entries)
        self._remote = bool(remote)
        self.remote.emit(remote)
        if remote:
            self._follow()

    def _take_answer(self, entries: list[ModelEntry]) -> None:
        # Asking touches the store's files, which is no change.
        self._stamp = self._stamp_now()
        self._misses, self._told = 0, False
        self._again.stop()
        self.over.emit(self._silent)
        self._take_entries(entries)

    def _take_entries(self, entries: list[ModelEntry]) -> None:
        self.looking.emit(False)  # noqa: FBT003 - a signal
        self._known = tuple(entries)
        self.entries.emit(self._known)

    def _list(self, failed: Callable[[Exception], None]) -> None:
        self._jobs.run(lambda: self._opened().refresh(), self._take_answer, failed, name="models")

    def _follow(self) -> None:
        """Ask without being asked to; a store on this computer may be late once, when there is much else to do."""
        self._list(lambda error: self._miss(error, tell=not self._told and (self._remote or self._misses > 0)))

    def _miss(self, error: Exception, *, tell: bool) -> None:
        """List what is kept, which the trainer may have added to just now, and ask again later."""
        self.looking.emit(False)  # noqa: FBT003 - a signal
        self._again.start(min(AGAIN_MS << min(self._misses, 8), LONGEST_AGAIN_MS))
        self._misses += 1
        if tell:
            self._told = True
            self.said.emit(Message(self._silent, "warning", str(error)))
        self._jobs.run(lambda: self._opened().entries(), self._take_kept, name="models")

    def _take_kept(self, entries: list[ModelEntry]) -> None:
        if tuple(entries) != self._known:
            self._take_entries(entries)

    def _take_loaded(self, classifier: GestureClassifier) -> None:
        self._name = entry_name(classifier.name)
        self.using.emit(self._name)
        if any(entry.name == self._name and not entry.local for entry in self._known):  # it is kept from now on
            self._jobs.run(lambda: self._opened().entries(), self._take_kept, name="models")

    def _watch(self) -> None:
        """Look whether the local store changed: a version may have appeared."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp = stamp
            if stamp[0] != (0, 0):
                self._follow()

    def _stamp_now(self) -> tuple[tuple[int, int], ...]:
        database = self._home.registry_database
        return tuple(_stamp(path) for path in (database, database.with_name(f"{database.name}-wal")))


def entry_name(name: str) -> str:
    """Give the name by which a model is listed: ``12`` for a version that calls itself ``v12``."""
    digits = name.removeprefix("v")
    return digits if digits.isdigit() else name


def _remote_address(home: Home) -> str:
    from models.gesture.store import find_store  # noqa: PLC0415

    address = find_store(home).registry
    parts = urlsplit(address)
    return (parts.hostname or address) if parts.scheme in {"http", "https", "databricks"} else ""


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _shown(name: str) -> str:
    return f"v{name}" if name.isdigit() else name
