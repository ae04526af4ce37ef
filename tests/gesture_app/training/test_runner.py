"""The real trainer as a real process, on small data."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gesture_app.training.events import Event, Tried
from gesture_app.training.process import TrainerProcess, TrainingCancelled
from gesture_app.training.request import TrainingRequest
from gesture_app.training.runner import Outcome, TrainingRunner
from models.home import Home

PATIENCE_S = 240.0
"""For machines with much else to do; nothing here waits that long on an idle one."""


class Training:
    """A runner with what it told."""

    def __init__(self, home: Home, request: TrainingRequest) -> None:
        self.events: list[Event] = []
        self.outcome: Outcome | None = None
        self.first = threading.Event()
        self.ended = threading.Event()
        self.runner = TrainingRunner(home, request, self._take, self._end)

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self.first.set()

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.ended.set()

    def finish(self) -> Outcome:
        self.runner.start()
        assert self.ended.wait(PATIENCE_S)
        assert self.outcome is not None
        return self.outcome


@pytest.fixture
def begin(stored_home: Home) -> Iterator[Callable[..., Training]]:
    begun: list[Training] = []

    def begin(request: TrainingRequest) -> Training:
        begun.append(Training(stored_home, request))
        return begun[-1]

    yield begin
    for training in begun:
        training.runner.close()
        assert not training.runner.running


def alive(pid: int) -> bool:
    """Whether a process lives; one that ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    if not Path("/proc").is_dir():
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def group_of(pid: int) -> list[int]:
    """Give the processes of a group that live."""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True, check=True).stdout
    rows = [row.split() for row in listed.splitlines()[1:]]
    return [int(one) for one, group, state, *_ in rows if int(group) == pid and not state.startswith("Z")]


@pytest.mark.long
def test_a_training_tells_its_progress_and_its_champion_beside_the_shipped_model(
    begin: Callable[..., Training], small_table: Path, small_space: Path, stored_home: Home
) -> None:
    training = begin(TrainingRequest((str(small_table),), str(small_space), "shipped", jobs=1))
    outcome = training.finish()
    assert outcome.state == "finished", outcome.problem
    result = outcome.result
    assert result is not None
    assert result.champion is not None
    assert [row.macro_f1 for row in result.rows] == sorted((row.macro_f1 for row in result.rows), reverse=True)  # type: ignore[type-var]
    assert not result.drawn
    tried = [event for event in training.events if isinstance(event, Tried)]
    assert len(tried) == len(result.rows) == 2
    assert tried[-1].step.share == 1.0
    comparison = outcome.comparison
    assert comparison is not None, outcome.problem
    assert (comparison.new, comparison.old) == (str(result.champion.version), "shipped")
    (part,) = comparison.parts
    assert {one.label for one in part.classes} == {"fist", "like", "palm"}
    assert sum(map(sum, part.new_matrix)) == part.rows
    assert outcome.log is not None
    written = outcome.log.read_text("utf-8")
    assert "gesture-train sweep" in written
    assert "macro F1" in written
    assert training.runner.pid is not None
    assert not alive(training.runner.pid)


def test_cancelling_leaves_no_process_and_says_cancelled(begin: Callable[..., Training], stored_home: Home) -> None:
    training = begin(TrainingRequest(("prior",), "quick", jobs=2))
    training.runner.start()
    assert training.first.wait(PATIENCE_S)
    pid = training.runner.pid
    assert pid is not None
    assert alive(pid)
    training.runner.cancel()
    assert training.ended.wait(PATIENCE_S)
    assert training.outcome is not None
    assert training.outcome.state == "cancelled"
    assert not alive(pid)
    assert group_of(pid) == []


def test_a_training_cancelled_before_it_began_does_nothing(begin: Callable[..., Training]) -> None:
    training = begin(TrainingRequest(("prior",), "quick"))
    training.runner.cancel()
    assert training.finish().state == "cancelled"
    assert training.runner.pid is None


def test_a_trainer_that_fails_gives_its_own_sentence(begin: Callable[..., Training], tmp_path: Path) -> None:
    outcome = begin(TrainingRequest((str(tmp_path / "none.csv"),), "quick", jobs=1)).finish()
    assert outcome.state == "failed"
    assert "none.csv" in outcome.problem
    assert not outcome.problem.startswith("gesture-train")
    assert outcome.log is not None
    assert "none.csv" in outcome.log.read_text("utf-8")


def test_a_trainer_that_is_killed_is_told(stored_home: Home) -> None:
    begun = threading.Event()
    process = TrainerProcess(
        TrainingRequest(("prior",), "quick", jobs=1).sweep_arguments(), stored_home, lambda _: begun.set()
    )
    problems: list[Exception] = []

    def run() -> None:
        try:
            process.run()
        except (Exception, TrainingCancelled) as error:  # noqa: BLE001 - looked at below
            problems.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(PATIENCE_S)
    assert process.pid is not None
    os.kill(process.pid, 9)
    thread.join(PATIENCE_S)
    assert "stopped in the middle" in str(problems[0])
    assert group_of(process.pid) == []


PARENT = """
import sys, threading
from gesture_app.training.request import TrainingRequest
from gesture_app.training.runner import TrainingRunner
from models.home import find_home

def tell(event):
    print(runner.pid, flush=True)

runner = TrainingRunner(find_home(), TrainingRequest(("prior",), "quick", jobs=1), tell, print)
runner.start()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks at process groups")
def test_the_trainer_ends_when_the_app_is_killed(stored_home: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    waited = threading.Event()
    for _ in range(200):
        if not group_of(pid):
            break
        waited.wait(0.1)
    assert group_of(pid) == []
