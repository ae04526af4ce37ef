from __future__ import annotations

import argparse
import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from trainer.progress import Cancelled, Progress, add_progress_arguments, progress_from


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(stream: io.StringIO) -> Iterator[Progress]:
    with Progress("json", stream) as made:
        yield made


def test_json_lines_have_the_contract_s_fields(progress: Progress, stream: io.StringIO) -> None:
    progress.message("it begins")
    progress.advance("reading", 0, 10)
    progress.advance("reading", 10, 10, "a.csv", rows=3)
    began, first, last = lines(stream)
    assert began == {"event": "message", "done": None, "total": None, "eta_s": None, "message": "it begins"}
    assert first == {"event": "reading", "done": 0, "total": 10, "eta_s": None, "message": ""}
    assert last == {"event": "reading", "done": 10, "total": 10, "eta_s": 0.0, "message": "a.csv", "rows": 3}


def test_json_lines_are_not_a_flood_and_end_with_the_end(progress: Progress, stream: io.StringIO) -> None:
    for done in range(1001):
        progress.advance("reading", done, 1000)
    told = lines(stream)
    assert len(told) < 50
    assert told[-1]["done"] == 1000


def test_time_left_follows_the_rate(progress: Progress, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.0, 10.0, 10.0])
    monkeypatch.setattr("trainer.progress.time.monotonic", lambda: next(now))
    progress.advance("work", 0, 100)
    progress.advance("work", 20, 100)
    assert lines(stream)[-1]["eta_s"] == 40.0


def test_quiet_says_nothing_and_bar_draws_no_bars_into_a_file() -> None:
    stream = io.StringIO()
    with Progress("quiet", stream) as progress:
        progress.message("x")
        progress.advance("reading", 1, 2)
    assert stream.getvalue() == ""
    with Progress("bar", stream) as progress:
        progress.message("a sentence")
        progress.advance("reading", 1, 2)
    assert stream.getvalue() == "a sentence\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bar_draws_on_a_terminal_and_leaves_it() -> None:
    stream = Terminal()
    with Progress("bar", stream) as progress:
        progress.advance("reading [a].csv", 1, 2)
        progress.message("between [bars]")
        progress.advance("reading [a].csv", 2, 2)
    assert "reading [a].csv" in stream.getvalue()
    assert "between [bars]" in stream.getvalue()


def test_cancelling_raises_at_the_next_word() -> None:
    progress = Progress("quiet", io.StringIO())
    progress.check()
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.advance("reading", 1, 2)
    assert progress.cancelled
    progress.message("cleaning up goes on")
    assert issubclass(Cancelled, KeyboardInterrupt)


def test_every_thread_is_told_that_it_is_cancelled() -> None:
    progress = Progress("quiet", io.StringIO())
    progress.cancel()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(progress.check) for _ in range(3)]:
            with pytest.raises(Cancelled):
                done.result(10)


def test_ctrl_c_is_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Progress("json", io.StringIO()):
        assert signal.getsignal(signal.SIGINT) != before
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before


def test_nobody_listening_cancels() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with Progress("json", Broken()) as progress, pytest.raises(Cancelled):
        progress.message("x")


def test_threads_may_tell_at_once(progress: Progress, stream: io.StringIO) -> None:
    threads = [threading.Thread(target=lambda: [progress.message("x" * 200) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(lines(stream)) == 200


def test_arguments() -> None:
    parser = argparse.ArgumentParser()
    add_progress_arguments(parser)
    assert progress_from(parser.parse_args([])).mode == "bar"
    assert progress_from(parser.parse_args(["--progress", "json", "--quiet"])).mode == "quiet"


WAITING = """
import sys, threading
from trainer.progress import Progress
try:
    progress = Progress("json")
    progress.message("waiting")
    {wait}
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("wait", ["threading.Event().wait()", "\n    while True: progress.check()"])
def test_closing_standard_input_ends_a_waiting_and_a_working_process(wait: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING.format(wait=wait)], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr.readline()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait(5)
        process.stderr.close()


def test_the_null_device_as_standard_input_cancels_nothing() -> None:
    code = "from trainer.progress import Progress\np = Progress('json')\np.message('x')\np.check()"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert done.returncode == 0
