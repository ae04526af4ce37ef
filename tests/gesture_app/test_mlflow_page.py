"""MLflow's pages, served by a real MLflow for a store of the test's own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from gesture_app import mlflow_page
from gesture_app.mlflow_page import HOST, MlflowPageError, MlflowPages
from models.home import Home


def read(address: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return bytes(answer.read())


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def descendants(pid: int) -> list[int]:
    """All processes below one, by what Linux says of them."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux lists them")
def test_a_real_server_is_started_once_and_leaves_no_process(stored_home: Home) -> None:
    told: list[str] = []
    with MlflowPages(stored_home) as pages:
        page = pages.page(3, lambda: told.append("starting"))
        assert page.startswith(f"http://{HOST}:")
        assert page.endswith("/#/models/gesture-classifier/versions/3")
        base = page.partition("/#")[0]
        assert b"<html" in read(f"{base}/").lower()
        found = json.loads(read(f"{base}/api/2.0/mlflow/registered-models/search"))
        assert found == {} or "registered_models" in found
        assert pages.pid is not None
        processes = descendants(pages.pid)
        assert len(processes) >= 2
        assert pages.page() == f"{base}/#/models/gesture-classifier"
        assert told == ["starting"]
    assert all(map(gone, processes))
    assert not (Path.cwd() / "mlartifacts").exists()
    assert not (stored_home.root / "mlartifacts").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process as POSIX systems do")
def test_a_guarded_command_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    inner = (
        "import os, pathlib, sys, time\n"
        f"pathlib.Path({str(tmp_path / 'child')!r}).write_text(str(os.getpid()))\n"
        "time.sleep(60)"
    )
    starter = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-m', 'gesture_app.guarded', sys.executable, '-c', {inner!r}],"
        " stdin=subprocess.PIPE)\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", starter])
    until = time.monotonic() + 10
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
        assert time.monotonic() < until
        threading.Event().wait(0.02)
    child = int((tmp_path / "child").read_text())
    process.send_signal(signal.SIGKILL)
    process.wait(5)
    while not gone(child):
        assert time.monotonic() < until
        threading.Event().wait(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux lists them")
def test_what_a_stopped_guard_guards_ends_with_it(
    stored_home: Home, local: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow_page, "END_PATIENCE_S", 0.2)
    monkeypatch.setattr(mlflow_page, "_answers", lambda _: True)
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(MlflowPages, "_command", lambda *_: sleep)
    with MlflowPages(stored_home) as pages:
        pages.page()
        guard = pages.pid
        assert guard is not None
        until = time.monotonic() + 10
        watching = Path(f"/proc/{guard}/task")  # its second thread is begun when all is told
        while len(list(watching.iterdir())) < 2 and time.monotonic() < until:
            threading.Event().wait(0.02)
        processes = descendants(guard)
        os.kill(guard, signal.SIGSTOP)
    assert len(processes) == 2
    until = time.monotonic() + 10
    while not all(map(gone, processes)) and time.monotonic() < until:
        threading.Event().wait(0.02)
    assert all(map(gone, processes))


def test_a_registry_elsewhere_has_pages_of_its_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9/")
    with MlflowPages(home) as pages:
        assert pages.page(7) == "http://127.0.0.1:9/#/models/gesture-classifier/versions/7"
        assert pages.pid is None


def test_without_a_store_there_is_nothing_to_show(home: Home, local: None) -> None:
    with MlflowPages(home) as pages, pytest.raises(MlflowPageError, match="Train a version first"):
        pages.page()


def test_a_server_that_cannot_start_is_a_sentence(
    stored_home: Home, local: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = MlflowPages(stored_home)
    monkeypatch.setattr(pages, "_command", lambda port: [sys.executable, "-c", "raise SystemExit('no')"])
    with pages, pytest.raises(MlflowPageError, match=r"mlflow\.log"):
        pages.page()
    assert "no" in (stored_home.logs / "mlflow.log").read_text()


def test_closing_ends_a_start_that_waits(stored_home: Home, local: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = MlflowPages(stored_home)
    monkeypatch.setattr(pages, "_command", lambda port: [sys.executable, "-c", "import time; time.sleep(60)"])
    failed: list[Exception] = []
    started = threading.Event()

    def ask() -> None:
        try:
            pages.page(tell=started.set)
        except MlflowPageError as error:
            failed.append(error)

    asker = threading.Thread(target=ask)
    asker.start()
    assert started.wait(5)
    pages.close()
    asker.join(10)
    assert "closing" in str(failed[0])
    assert pages.pid is None
