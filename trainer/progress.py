"""Progress on standard error: bars for people, one JSON object a line for programs, or nothing."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from trainer.cancelling import Cancellation, Cancelled, watch_standard_input

__all__ = ["Cancelled", "Progress", "add_progress_arguments", "progress_from"]

Mode = Literal["bar", "json", "quiet"]
JSON_INTERVAL_S = 0.1
LARGE_COUNT = 100_000
"""Totals from here on are bytes or rows, of which only the share is shown."""


class Progress:
    """Tells how far long work is; used by one command, from any of its threads.

    Parameters
    ----------
    mode
        ``bar``: messages, and bars where ``stream`` is a terminal. ``json``: one object a line with ``event``,
        ``done``, ``total``, ``eta_s`` and ``message``; a standard input that is a pipe is watched, and its end cancels.
        ``quiet``: nothing at all.
    stream
        Where to; standard error by default. Standard output is for results only.
    """

    def __init__(self, mode: Mode = "bar", stream: TextIO | None = None) -> None:
        self.mode = mode
        self._stream = sys.stderr if stream is None else stream
        self._lock = threading.Lock()
        self._cancellation = Cancellation()
        self._started: dict[str, tuple[float, float]] = {}
        self._written: dict[str, float] = {}
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        if mode == "json":
            self._cancellation.install()
            watch_standard_input(self.cancel)

    def message(self, text: str, event: str = "message") -> None:
        """Say one sentence."""
        if self.mode == "json":
            self._write_json({"event": event, "done": None, "total": None, "eta_s": None, "message": text})
        elif self.mode == "bar":
            with self._lock:
                if self._bars is not None:
                    self._bars.console.print(text, markup=False, highlight=False)
                else:
                    self._write(text)
        self.check()

    def advance(self, event: str, done: float, total: float | None, message: str = "", **more: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Say how far one kind of work is.

        Parameters
        ----------
        event
            What is being done, in a word or two; one bar each.
        done, total
            In any unit, the same for both; ``total`` is None where it is not known. ``done == total`` ends the bar.
        message
            What is being done at this moment.
        more
            Further fields of the JSON line, which makes it one that is never left out.

        Raises
        ------
        Cancelled
            When the work is not wanted any more.
        """
        if self.mode == "json":
            now = time.monotonic()
            last = self._written.get(event)
            ended = total is not None and done >= total
            if more or ended or last is None or now - last >= JSON_INTERVAL_S:
                self._written[event] = now
                eta_s = self._eta(event, done, total)
                self._write_json(
                    {"event": event, "done": done, "total": total, "eta_s": eta_s, "message": message, **more}
                )
        elif self.mode == "bar" and self._stream.isatty():
            with self._lock:
                self._draw(event, done, total, message)
        self.check()

    def cancel(self) -> None:
        """Ask the work to end: :meth:`check` raises, in ``json`` mode also out of a wait of the main thread."""
        self._cancellation.ask()

    @property
    def cancelled(self) -> bool:
        """True when the work is not wanted any more."""
        return self._cancellation.asked

    def check(self) -> None:
        """Raise :class:`Cancelled` when the work is not wanted any more; in the main thread only once."""
        self._cancellation.check()

    def close(self) -> None:
        """Take the bars off the screen and give ``Ctrl-C`` back; harmless when that was done."""
        self._cancellation.uninstall()
        with self._lock:
            if self._bars is not None:
                self._bars.stop()
                self._bars = None
                self._tasks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _eta(self, event: str, done: float, total: float | None) -> float | None:
        now = time.monotonic()
        began, at = self._started.setdefault(event, (now, done))
        if total is None or done <= at or now <= began:
            return None
        return round((now - began) / (done - at) * max(total - done, 0.0), 2)

    def _write(self, line: str) -> None:
        """Write a line; nobody listening any more means that nobody wants the work."""
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            self._cancellation.ask()

    def _write_json(self, fields: dict[str, Any]) -> None:
        with self._lock:
            self._write(json.dumps(fields, ensure_ascii=False, allow_nan=False))

    def _draw(self, event: str, done: float, total: float | None, message: str) -> None:
        if self._bars is None:
            self._bars = Bars(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}% {task.fields[count]}", markup=False),
                TimeRemainingColumn(elapsed_when_finished=True),
                TextColumn("{task.fields[note]}", style="dim", markup=False),
                console=Console(file=self._stream, stderr=False),
            )
            self._bars.start()
        if event not in self._tasks:
            self._tasks[event] = self._bars.add_task(event, total=total, note="", count="")
        count = f"{done:,.0f}/{total:,.0f}" if total is not None and total < LARGE_COUNT else ""
        self._bars.update(self._tasks[event], completed=done, total=total, note=message, count=count)


def add_progress_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--progress`` and ``--quiet``."""
    parser.add_argument(
        "--progress", choices=("bar", "json"), default="bar", help="how progress is shown on standard error"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no messages")


def progress_from(arguments: argparse.Namespace) -> Progress:
    """Make the progress that the arguments ask for."""
    return Progress("quiet" if arguments.quiet else arguments.progress)
