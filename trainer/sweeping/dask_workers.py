"""Tasks on a Dask cluster, through joblib's own backend."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator
from concurrent.futures import CancelledError
from typing import Any

import joblib
from distributed import Client, KilledWorker
from joblib._dask import DaskDistributedBackend

from models.errors import GestureError
from trainer.sweeping.scheduling import Calls, Done, ended, run_call

PATIENCE_S = 10
RETRIES = 3
LARGE_BYTES = 100_000


class SchedulingError(GestureError):
    """Workers that cannot be had."""


class CarefulBackend(DaskDistributedBackend):  # type: ignore[misc]
    """joblib's backend, which waits for ever for a task that Dask gave up: here that task ends with its error."""

    async def _collect(self) -> None:
        while self._continue:
            async for future, result in self.waiting_futures:
                answer, callback = self._results.pop(future), self._callbacks.pop(future)
                given = result[1] if future.status == "error" else result
                if isinstance(given, BaseException):
                    answer.set_exception(given)
                else:
                    answer.set_result(given)
                # joblib raises what it is called back with when that is an exception.
                callback(given)
            await asyncio.sleep(0.01)


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

    deaths: tuple[type[BaseException], ...] = (KilledWorker, CancelledError, asyncio.CancelledError)

    def __init__(self, address: str) -> None:
        make: Any = Client
        try:
            self._client: Any = make(address, timeout=PATIENCE_S, set_as_default=False)
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
        large = {
            id(value): value
            for _, _, arguments in calls
            for value in arguments
            if getattr(value, "nbytes", 0) > LARGE_BYTES
        }
        backend = CarefulBackend(client=self._client, scatter=list(large.values()), retries=RETRIES)
        with joblib.parallel_config(backend=backend):
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="all")
            with ended(parallel(joblib.delayed(run_call)(*call) for call in calls)) as answers:
                for answer in answers:  # noqa: UP028 - as above
                    yield answer

    def close(self) -> None:
        """See :class:`Workers`."""
        with contextlib.suppress(TimeoutError, OSError):
            self._client.close(timeout=PATIENCE_S)
