"""Work that the window must not wait for: run in a pool, answered in the window's own thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

_log = logging.getLogger(__name__)

WAIT_MS = 5000


class _Answers(QObject):
    """Carries a job's answer to the window's thread."""

    done = Signal(object)
    failed = Signal(object)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any], answers: _Answers) -> None:
        super().__init__()
        self._work = work
        self._answers = answers

    def run(self) -> None:
        """Work, and say how it went. Called by the pool."""
        try:
            answer = self._work()
        except Exception as error:  # noqa: BLE001 - carried to whoever asked, who tells the user
            self._answers.failed.emit(error)
        else:
            self._answers.done.emit(answer)


class Jobs(QObject):
    """Runs functions off the window's thread.

    An answer that comes after :meth:`close`, or after the job was forgotten for a newer one of the same name, is
    dropped.

    Parameters
    ----------
    parent
        Its owner.
    threads
        How many run at once; with 1 they run in the order in which they came.
    """

    failed = Signal(object)
    """An error that nobody asked to hear of."""

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: set[_Answers] = set()
        self._newest: dict[str, _Answers] = {}
        self._closed = False

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        name: str = "",
    ) -> None:
        """Do some work.

        Parameters
        ----------
        work
            What is done, in a thread of the pool.
        done
            Gets its answer, in the window's thread.
        failed
            Gets its error, in the window's thread; without it the signal ``failed`` tells.
        name
            Of several jobs with one name only the newest is answered.
        """
        if self._closed:
            return
        answers = _Answers()
        self._running.add(answers)
        if name:
            self._newest[name] = answers

        def wanted() -> bool:
            self._running.discard(answers)
            return not self._closed and (not name or self._newest.get(name) is answers)

        def tell_done(answer: object) -> None:
            if wanted() and done is not None:
                done(answer)

        def tell_failed(error: Exception) -> None:
            if wanted():
                (failed or self.failed.emit)(error)

        answers.done.connect(tell_done)
        answers.failed.connect(tell_failed)
        self._pool.start(_Job(work, answers))

    def close(self, *, finish: bool = False) -> None:
        """Answer nobody from here on, and wait for what still runs, within bounds.

        Parameters
        ----------
        finish
            True where what waits is to be done, too.
        """
        self._closed = True
        if not finish:
            self._pool.clear()
        if not self._pool.waitForDone(WAIT_MS):
            _log.warning("Work in the background did not end within %d ms and is left alone.", WAIT_MS)
        self._running.clear()
        self._newest.clear()
