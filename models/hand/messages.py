"""Keeps what MediaPipe's native library writes to the terminal off it, and loses nothing else."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

log = logging.getLogger(__name__)

# absl: "W0000 00:00:1795406391.831968   13180 file.cc:121] text"; its preamble; TensorFlow Lite: "INFO: Created ...";
# LiteRT, since MediaPipe 1.2.3: "INFO: [environment.cc:36] Creating ...".
_NATIVE = re.compile(
    r"[IWE]\d{4} \d\d:\d\d:\d+(\.\d+)?\s+\d+ [\w./-]+:\d+\] |(INFO|WARNING): (\[[\w./-]+:\d+\] |[A-Z])"
)
# LiteRT says this once in a process, at the first picture whose copy happens to lie unaligned in memory: the first in
# nine processes of ten, in the others one of the next ten.
_ONCE = "Input tensor memory is not aligned"
_FIRST_DETECTIONS = 30
_STDERR = 2
_one_at_a_time = threading.RLock()
_once_heard = threading.Event()


@contextlib.contextmanager
def quiet_native_messages() -> Iterator[None]:
    """Catch the native library's messages on file descriptor 2 while the block runs.

    They go to this module's logger at level DEBUG, so a verbose run shows them. Every other line that is written
    meanwhile, by whichever thread, reaches the terminal when the block ends, errors included. Blocks in several
    threads wait for each other: keep them short. A program started meanwhile would inherit the caught descriptor, so
    none is started within a block. A process without a standard error is left as it is.
    """
    with _one_at_a_time, contextlib.ExitStack() as cleanup:
        try:
            terminal = os.dup(_STDERR)
        except OSError:
            yield
            return
        cleanup.callback(os.close, terminal)
        caught = cleanup.enter_context(tempfile.TemporaryFile())
        _flush_python()
        os.dup2(caught.fileno(), _STDERR)
        try:
            yield
        finally:
            _flush_python()
            os.dup2(terminal, _STDERR)
            caught.seek(0)
            _pass_on(caught.read().decode(errors="replace"), terminal)


def quiet_detection(number: int) -> AbstractContextManager[None]:
    """Catch the messages of a landmarker's ``number``-th detection, counted from 0, where any may come.

    The first sets up inference, which the native side tells at length. The others of the first 30 may bring the one
    remark that comes once in a process: they are caught until it was heard, and no longer, so that landmarkers in
    several threads need not wait for each other.
    """
    if number == 0 or (number < _FIRST_DETECTIONS and not _once_heard.is_set()):
        return quiet_native_messages()
    return contextlib.nullcontext()


def _pass_on(text: str, terminal: int) -> None:
    for line in text.splitlines(keepends=True):
        if _NATIVE.match(line):
            if _ONCE in line:
                _once_heard.set()
            log.debug("%s", line.rstrip())
        else:
            os.write(terminal, line.encode(errors="replace"))


def _flush_python() -> None:
    if sys.stderr is not None and not sys.stderr.closed:
        sys.stderr.flush()
