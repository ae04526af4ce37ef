"""Many tasks over the cores of this machine or of a Dask cluster, each answer as soon as it is there.

A worker that dies takes its tasks with it. They are tried again, those under suspicion one at a time, so that one task
which kills its worker costs nobody else anything.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol

import joblib
from joblib.externals.loky import get_reusable_executor

from models.errors import GestureError

DASK_PATIENCE_S = 10
DASK_RETRIES = 3


class SchedulingError(GestureError):
    """Workers that cannot be had."""


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
    """Where tasks run."""

    count: int

    def run(self, calls: Calls) -> Generator[Done]:
        """Give answers in the order of their coming; raises one of :data:`DEATHS` when a worker died."""
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

    def __init__(self, count: int | None = None) -> None:
        self.count = count or joblib.cpu_count()

    @contextlib.contextmanager
    def warming_up(self, function: Callable[[], object]) -> Iterator[None]:
        """Start the processes and let each call a function while the caller does something else, then wait for them."""
        parallel = joblib.Parallel(n_jobs=max(self.count, 2), backend="loky", return_as="generator_unordered")
        with _ended(parallel(joblib.delayed(function)() for _ in range(self.count))) as answers:
            yield
            for _ in answers:
                pass

    def run(self, calls: Calls) -> Generator[Done]:
        """See :class:`Workers`. Large arrays that are memory-mapped are opened by the workers, not copied."""
        # joblib runs a single job in this process; a task that dies must not take the sweep with it.
        parallel = joblib.Parallel(
            n_jobs=self.count if self.count > 1 else 2,
            backend="loky",
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch=self.count,
            max_nbytes=None,
        )
        with _ended(parallel(joblib.delayed(_call)(*call) for call in calls)) as answers:
            for answer in answers:  # noqa: UP028 - ending must pass through this frame
                yield answer

    def close(self) -> None:
        """See :class:`Workers`."""
        get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)


class DaskWorkers:
    """A Dask cluster, through joblib's own backend.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://127.0.0.1:8786``.

    Raises
    ------
    SchedulingError
        When the scheduler does not answer, or has no workers.
    """

    def __init__(self, address: str) -> None:
        import distributed  # noqa: PLC0415 - only for those who ask for a cluster

        make: Any = distributed.Client
        try:
            self._client: Any = make(address, timeout=DASK_PATIENCE_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SchedulingError(
                f"No Dask scheduler answers at {address!r} ({error}). Start one with 'dask scheduler' and name its"
                " tcp:// address."
            ) from error
        self.count = sum(self._client.ncores().values())
        if not self.count:
            self._client.close()
            raise SchedulingError(
                f"The Dask scheduler at {address} has no workers. Start some with 'dask worker {address}'."
            )

    def run(self, calls: Calls) -> Generator[Done]:
        """See :class:`Workers`. Large arguments are sent to every worker once."""
        large = {id(value): value for _, _, arguments in calls for value in arguments if _large(value)}
        with joblib.parallel_config(
            backend="dask", client=self._client, scatter=list(large.values()), retries=DASK_RETRIES
        ):
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="all")
            with _ended(parallel(joblib.delayed(_call)(*call) for call in calls)) as answers:
                for answer in answers:  # noqa: UP028 - as above
                    yield answer

    def close(self) -> None:
        """See :class:`Workers`."""
        with contextlib.suppress(TimeoutError, OSError):
            self._client.close(timeout=DASK_PATIENCE_S)


@contextlib.contextmanager
def _ended(answers: Generator[Any]) -> Iterator[Generator[Any]]:
    """End the workers at once when their answers are not all wanted; joblib's advice about that is not for us."""
    try:
        yield answers
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            answers.close()


DEATHS = (BrokenProcessPool, CancelledError)


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
        except DEATHS:
            # Whoever killed a worker was among the first ones that are still open.
            for suspect in open_places[: 2 * workers.count]:
                yield _alone(workers, function, suspect, tasks[suspect])
                open_places.remove(suspect)


def _alone(workers: Workers, function: Callable[..., Any], place: int, arguments: tuple[Any, ...]) -> Done | Lost:
    try:
        return next(iter(list(workers.run([(place, function, arguments)]))))
    except DEATHS as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Lost(place, f"The worker process died, twice: {first}. Perhaps it ran out of memory.")


def _call(place: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Done:
    return Done(place, function(*arguments))


def _large(value: object) -> bool:
    return getattr(value, "nbytes", 0) > 100_000


def cores() -> int:
    """Give the cores that this process may use."""
    return int(joblib.cpu_count()) or os.cpu_count() or 1
