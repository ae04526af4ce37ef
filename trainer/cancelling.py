"""Cancelling in good order: asked for once from anywhere, seen by all threads, raised once in the main thread."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any


class Cancelled(KeyboardInterrupt):
    """The user wants no more of it: ``Ctrl-C``, or whoever started the program closed its standard input."""


class Cancellation:
    """Whether work is still wanted.

    An exception that came twice, once from :meth:`check` and once from the signal that wakes a waiting main thread,
    would tear up the cleaning up after the first; so the main thread gets it once.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._signalled = False
        self._raised = False
        self._installed = False
        self._previous: Any = None

    def install(self) -> None:
        """Let :meth:`ask` wake the main thread out of a wait; without effect in another thread."""
        if threading.current_thread() is threading.main_thread() and not self._installed:
            self._previous = signal.signal(signal.SIGINT, self._on_signal)
            self._installed = True

    def uninstall(self) -> None:
        """Give the handling of ``Ctrl-C`` back; without effect where it was not taken."""
        if threading.current_thread() is threading.main_thread() and self._installed:
            signal.signal(signal.SIGINT, self._previous)
            self._installed = False

    def ask(self) -> None:
        """Ask for the end of the work."""
        if self._asked.is_set():
            return
        if self._installed:
            self._signalled = True
            _signal_main_thread()
        self._asked.set()

    @property
    def asked(self) -> bool:
        """True when the work is not wanted any more."""
        return self._asked.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` when the work is not wanted any more; in the main thread only once."""
        if not self._asked.is_set():
            return
        if threading.current_thread() is threading.main_thread():
            if self._raised:
                return
            self._raised = True
        raise Cancelled

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self._signalled:
            if callable(self._previous):  # the user's own Ctrl-C
                self._previous(number, frame)
            return
        self._signalled = False
        if not self._raised:
            self._raised = True
            raise Cancelled


def watch_standard_input(ended: Callable[[], None]) -> threading.Thread | None:
    """Call ``ended`` from a thread when standard input ends, where it is a pipe.

    A terminal is not watched (reading would take the user's keys), nor are files and the null device, which are at
    their end from the start and say nothing about a parent.
    """
    try:
        descriptor = sys.stdin.fileno()
        kind = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return None

    def watch() -> None:
        try:
            while os.read(descriptor, 4096):
                pass
        except OSError:
            return
        ended()

    thread = threading.Thread(target=watch, name="standard input", daemon=True)
    thread.start()
    return thread


def _signal_main_thread() -> None:
    if hasattr(signal, "pthread_kill"):
        identity = threading.main_thread().ident
        if identity is not None:
            signal.pthread_kill(identity, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
