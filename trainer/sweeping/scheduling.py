"""Many tasks over the cores of this machine or of a Dask cluster, each answer as soon as it is there.

A worker that dies takes its tasks with it. They are tried again, those under suspicion one at a time, so that one task
which kills its worker costs nobody else anything.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol

import joblib
from joblib.externals.loky import get_reusable_executor


@dataclass(frozen=True, slots=True)
class Done:
    """The answer of one task, by its place in the list of tasks."""

    place: int
    answer: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that took its worker with it, tried alone and again."""

    place: int
    reason: str


Calls = Sequence[tuple[int, Callable[..., Any], tuple[Any, ...]]]


class Workers(Protocol):
    """Where tasks run.

    Attributes
    ----------
    count
        How many tasks run at a time.
    deaths
        What :meth:`run` raises when a worker died.
    """

    count: int
    deaths: tuple[type[BaseException], ...]

    def run(self, calls: Calls) -> Generator[Done]:
        """Give answers in the order of their coming; raises one of :attr:`deaths` when a worker died."""
        ...

    def close(self) -> None:
        """Let go of the workers; tasks that still run are ended."""
        ...


class LocalWorkers:
    """Processes on this machine, started once and kept.

    Parameters
    ----------
    count
        How many; the cores that this process may use by default.
    """

    deaths: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, count: int | None = None) -> None:
        self.count = count or joblib.cpu_count()
        self._warming: Generator[Any] | None = None

    def warm_up(self, function: Callable[[], object]) -> None:
        """Start the processes and let each call a function, while the caller does something else; once."""
        if self._warming is None:
            with without_ctrl_c():
                self._warming = self._parallel()(joblib.delayed(function)() for _ in range(self.count))

    def run(self, calls: Calls) -> Generator[Done]:
        """See :class:`Workers`. Large arrays that are memory-mapped are opened by the workers, not copied."""
        with without_advice():
            for _ in self._warming or ():
                pass
        with ended(self._parallel()(joblib.delayed(run_call)(*call) for call in calls)) as answers:
            for answer in answers:  # noqa: UP028 - ending must pass through this frame
                yield answer

    def close(self) -> None:
        """See :class:`Workers`."""
        if self._warming is not None:
            with ended(self._warming) as warming, contextlib.suppress(*self.deaths):
                # loky trips over its own threads when it is ended while it starts: only who is in a hurry does that.
                for _ in () if sys.exc_info()[0] is KeyboardInterrupt else warming:
                    pass
        get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)

    def _parallel(self) -> joblib.Parallel:
        # joblib runs a single job in this process; a task that dies must not take the sweep with it.
        return joblib.Parallel(
            n_jobs=max(self.count, 2),
            backend="loky",
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch=self.count,
            max_nbytes=None,
        )


@contextlib.contextmanager
def ended(answers: Generator[Any]) -> Iterator[Generator[Any]]:
    """End the workers at once when their answers are not all wanted."""
    try:
        yield answers
    finally:
        with without_advice():
            answers.close()


@contextlib.contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Let the processes that are started meanwhile never hear ``Ctrl-C``: this process ends them, and says so once.

    On POSIX a new process ignores what was ignored where it was started. A blocked signal would do as well and not be
    lost to this process meanwhile, but loky unblocks it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def without_advice() -> Iterator[None]:
    """Keep joblib's advice about answers that nobody waits for to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def run_all(workers: Workers, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> Generator[Done | Lost]:
    """Run a function over many arguments and give each answer as soon as it is there.

    Parameters
    ----------
    workers
        Where they run.
    function
        Importable by the workers.
    tasks
        Arguments of each call, the longest first.

    Yields
    ------
    Done or Lost
        One for each task.
    """
    open_places = list(range(len(tasks)))
    while open_places:
        calls = [(place, function, tasks[place]) for place in open_places]
        try:
            with contextlib.closing(workers.run(calls)) as answers:
                for done in answers:
                    open_places.remove(done.place)
                    yield done
        except workers.deaths:
            # Whoever killed a worker was among the first ones that are still open.
            for suspect in open_places[: 2 * workers.count]:
                yield _alone(workers, function, suspect, tasks[suspect])
                open_places.remove(suspect)


def _alone(workers: Workers, function: Callable[..., Any], place: int, arguments: tuple[Any, ...]) -> Done | Lost:
    try:
        return next(iter(list(workers.run([(place, function, arguments)]))))
    except workers.deaths as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Lost(place, f"The worker process died, twice: {first}. Perhaps it ran out of memory.")


def run_call(place: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Done:
    """Call a function in a worker."""
    return Done(place, function(*arguments))
