"""``kill -9`` at random moments of a sweep: started again, it ends with one finished run for each configuration.

Once by default, twelve times where SOAK=full is set.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from models.home import Home
from trainer.dataset import COORDINATES
from trainer.runs.run_facts import PARENT_TAG
from trainer.sweeping.journal import CONFIGURATION_TAG
from trainer.tracking import Tracker

SPACE = """
recipe = "geometry"
[[svm]]
C = [1, 3, 10]
[[extra_trees]]
n_estimators = [5, 10, 20, 40]
[[logistic]]
C = [0.1, 1]
"""
CONFIGURATIONS = 9


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    rng = np.random.default_rng(0)
    shapes, codes = rng.normal(size=(4, 63)) * 50, np.repeat(np.arange(4), 150)
    frame = pd.DataFrame(shapes[codes] + rng.normal(size=(600, 63)) * 16, columns=list(COORDINATES))
    frame["label"] = np.array(["fist", "like", "palm", "stop"])[codes]
    frame.to_csv(tmp_path / "hands.csv", index=False)
    (tmp_path / "space.toml").write_text(SPACE)
    files = ["--data", str(tmp_path / "hands.csv"), "--space", str(tmp_path / "space.toml")]
    return [sys.executable, "-m", "trainer.cli", "sweep", *files, "--jobs", "2", "--progress", "json"]


def killed(words: list[str], after: int, wait_s: float) -> tuple[int, bool]:
    """Start a sweep and kill it.

    Parameters
    ----------
    words
        Of the command line.
    after
        Configurations that it is left to do.
    wait_s
        How long after those, or after its first sign of work.

    Returns
    -------
    done, over
        How many it had done then, and whether it was over already.
    """
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, stdin=subprocess.PIPE) as process:
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        text, until = b"", 0.0
        while process.poll() is None and (not until or time.monotonic() < until):
            text += process.stderr.read() or b""
            if not until and b'"sweep"' in text and text.count(b'"macro_f1"') >= after:
                until = time.monotonic() + wait_s
            time.sleep(0.01)
        family = [process.pid, *(child.pid for child in _children(process.pid))]
        over = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        end = time.monotonic() + 30
        while any(_alive(pid) for pid in family[1:]):
            assert time.monotonic() < end, "processes were left behind"
            time.sleep(0.1)
        text += process.stderr.read() or b""
    return text.count(b'"macro_f1"'), over


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def one_each(parents: int) -> None:
    """Check that each configuration of each sweep has one finished run, and nothing is left half done."""
    tracker = Tracker.open()
    sweeps = tracker.runs({"gesture.kind": "sweep"})
    assert [sweep.status for sweep in sweeps] == ["FINISHED"] * parents
    for sweep in sweeps:
        runs = tracker.runs({PARENT_TAG: sweep.run_id})
        finished = Counter(run.tags[CONFIGURATION_TAG] for run in runs if run.status == "FINISHED")
        assert len(finished) == CONFIGURATIONS
        assert set(finished.values()) == {1}
        assert not [run for run in runs if run.status in {"RUNNING", "SCHEDULED"}]


@pytest.mark.timeout(1800)
def test_a_sweep_that_is_killed_goes_on_where_it_was(stored_home: Home, words: list[str], full: bool) -> None:
    rng = random.Random(2)
    kills, done = 0, []
    for _ in range(12 if full else 1):
        count, over = killed(words, rng.randint(0, 1), rng.uniform(0.0, 0.5))
        done.append(count)
        kills += not over
    finished = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-2000:]
    report = json.loads(finished.stdout)
    assert report["finished"] == CONFIGURATIONS
    one_each(1)
    print(f"{kills} kills, done in each {done}, {report['resumed']} taken over at the end, one finished run each")


@pytest.mark.timeout(600)
def test_two_sweeps_on_one_store_at_once(stored_home: Home, words: list[str]) -> None:
    both = [subprocess.Popen([*words, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [process.communicate(timeout=500) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes[0] == 0, ended
    assert all(b"Traceback" not in errors for _, errors in ended)
    one_each(2)  # the second of the same sweep runs beside the first, in runs of its own
    print(f"exit codes {codes}")


def serving(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a tracking server and wait until it answers."""
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'server.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    until = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return process
        except OSError:
            assert process.poll() is None, (folder / "server.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.mark.timeout(900)
def test_a_tracking_server_that_dies_and_returns_in_the_middle(
    home: Home, empty_store: Path, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "server.db").write_bytes(empty_store.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    server = serving(tmp_path, port)
    try:
        with subprocess.Popen(words, stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as sweep:
            assert sweep.stderr is not None
            lines = []
            for line in sweep.stderr:
                lines.append(line)
                if '"sweep"' in line and '"macro_f1"' in line and server.poll() is None:
                    os.killpg(server.pid, signal.SIGKILL)
                    server.wait()
            code = sweep.wait(300)
        assert "Traceback" not in "".join(lines), "".join(lines)[-3000:]
        server = serving(tmp_path, port)
        finished = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr[-2000:]
        report = json.loads(finished.stdout)
        assert report["finished"] == CONFIGURATIONS
        one_each(1)
        print(f"the sweep left with {code} and said {lines[-1].strip()[:200]!r}; {report['resumed']} taken over")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
