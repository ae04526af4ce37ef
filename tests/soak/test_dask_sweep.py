"""A sweep on a Dask cluster of real processes, one of which is killed in the middle; run by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.home import Home
from trainer.progress import Progress
from trainer.sweep import sweep
from trainer.sweeping.dask_workers import DaskWorkers
from trainer.sweeping.scheduling import Done, Lost, run_all
from trainer.sweeping.sweep_facts import SweepOptions

SPACE = """
rows = 3000
[[extra_trees]]
n_estimators = 60
max_depth = [8, 10, 12, 14]
[[mlp]]
hidden_layer_sizes = [[32], [64]]
max_iter = 10
[[svm]]
C = [1, 10]
"""


class Cluster:
    """A scheduler and two workers without nannies: what dies stays dead."""

    def __init__(self, folder: Path, *worker_options: str) -> None:
        options = ["--host", "127.0.0.1", "--no-dashboard"]
        self.scheduler = self._start(folder / "scheduler", "scheduler", *options, "--port", "0")
        self.address = _address(folder / "scheduler")
        self.workers = [
            self._start(folder / name, "worker", self.address, *options, "--nthreads", "1", *worker_options)
            for name in ("one", "two")
        ]

    @staticmethod
    def _start(log: Path, *words: str) -> subprocess.Popen[bytes]:
        with log.open("wb") as file:
            return subprocess.Popen([sys.executable, "-m", "dask", *words], stdout=file, stderr=subprocess.STDOUT)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.terminate()
            process.wait(90)


def _address(log: Path) -> str:
    import re
    import time

    for _ in range(600):
        found = re.search(r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    from distributed import Client

    made = Cluster(tmp_path, *getattr(request, "param", ["--no-nanny"]))
    with Client(made.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield made
    made.close()


class KillOne(Progress):
    """Kills a worker when the first configuration is done."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__("quiet")
        self.cluster = cluster

    def advance(self, event: str, done: float, total: float | None, message: str = "", **more: Any) -> None:
        if "macro_f1" in more and self.cluster.workers[0].poll() is None:
            self.cluster.workers[0].kill()
            self.cluster.workers[0].wait(10)


@pytest.mark.timeout(600)
def test_the_sweep_finishes_when_a_worker_dies(cluster: Cluster, stored_home: Home, tmp_path: Path) -> None:
    space = tmp_path / "space.toml"
    space.write_text(SPACE)
    options = SweepOptions(data=("prior",), space=str(space), dask=cluster.address)
    report = sweep(options, KillOne(cluster)).content
    assert cluster.workers[0].poll() is not None
    assert (report["finished"], report["failed"]) == (8, 0)
    assert report["workers"] == 2
    assert report["champion"]["version"] >= 1


def _die_at_three(number: int) -> int:
    import os

    if number == 3:
        os._exit(1)
    return number * number


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cluster", [["--nanny"]], indirect=True)
def test_a_task_that_kills_every_worker_is_lost_and_the_others_are_not(cluster: Cluster) -> None:
    workers = DaskWorkers(cluster.address)
    found = {done.place: done for done in run_all(workers, _die_at_three, [(number,) for number in range(6)])}
    workers.close()
    assert isinstance(found.pop(3), Lost)
    assert {place: done.answer for place, done in found.items() if isinstance(done, Done)} == {
        0: 0,
        1: 1,
        2: 4,
        4: 16,
        5: 25,
    }
