from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from trainer.sweeping.dask_workers import DaskWorkers, SchedulingError
from trainer.sweeping.scheduling import Done, LocalWorkers, Lost, run_all
from trainer.sweeping.worker import settle_in

# Functions of test modules cannot be imported by other processes; those of the library can.


@pytest.fixture
def workers() -> LocalWorkers:
    return LocalWorkers(2)


def test_answers_come_with_their_place(workers: LocalWorkers) -> None:
    found = list(run_all(workers, divmod, [(number, 3) for number in range(7)]))
    assert sorted((done.place, done.answer) for done in found if isinstance(done, Done)) == [
        (number, divmod(number, 3)) for number in range(7)
    ]


def test_a_task_that_kills_its_worker_is_lost_and_the_others_are_not(workers: LocalWorkers) -> None:
    tasks = [(pow, (2, 3)), (os._exit, (3,)), (pow, (2, 5)), (pow, (2, 6)), (pow, (2, 7))]
    found = {done.place: done for done in run_all(workers, _call_kind, [(kind, args) for kind, args in tasks])}
    assert isinstance(found.pop(1), Lost)
    assert {place: done.answer for place, done in found.items() if isinstance(done, Done)} == {
        0: 8,
        2: 32,
        3: 64,
        4: 128,
    }


def _call_kind(function: object, arguments: tuple[object, ...]) -> object:
    assert callable(function)
    return function(*arguments)


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, time\n"
        "from trainer.sweeping.scheduling import LocalWorkers, run_all\n"
        "from trainer.sweeping.worker import settle_in\n"
        "def work(number):\n"
        "    settle_in()\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    list(run_all(LocalWorkers(2), work, [(1,), (2,)]))\n"
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    numbers = [int(process.stdout.readline()) for _ in range(2)]
    process.send_signal(signal.SIGKILL)
    # The workers hold the pipe: its end is the end of all of them.
    process.stdout.read()
    process.stdout.close()
    process.wait(10)
    assert numbers[0] != numbers[1]


def test_settling_in_does_nothing_outside_of_a_worker() -> None:
    before = signal.getsignal(signal.SIGINT)
    settle_in()
    assert signal.getsignal(signal.SIGINT) is before


def test_no_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.sweeping.dask_workers.PATIENCE_S", 1)
    with pytest.raises(SchedulingError, match=r"No Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        DaskWorkers("tcp://127.0.0.1:9")
