"""One slot between two threads: the newest wins, and what was passed over is counted."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds at most one thing; putting another replaces it. Safe between any number of threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: tuple[T] | None = None
        self._closed = False
        self._dropped = 0

    def put(self, item: T) -> bool:
        """Leave the newest thing.

        Returns
        -------
        bool
            True when the slot was empty, False when an older thing was replaced or the mailbox is closed.
        """
        with self._changed:
            if self._closed:
                return False
            was_empty = self._item is None
            self._dropped += not was_empty
            self._item = (item,)
            self._changed.notify_all()
            return was_empty

    def take(self) -> T | None:
        """Empty the slot at once: its thing, or None when there is none."""
        with self._changed:
            return self._empty()

    def wait(self, timeout: float | None = None) -> T | None:
        """Wait until there is something and take it.

        Parameters
        ----------
        timeout
            Longest wait in seconds; None waits until something comes or the mailbox is closed.

        Returns
        -------
        T or None
            None when the time is over or the mailbox was closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed, timeout)
            return self._empty()

    def wait_taken(self, timeout: float | None = None) -> bool:
        """Wait until the slot is empty or closed; False when the time was over before."""
        with self._changed:
            return self._changed.wait_for(lambda: self._item is None, timeout)

    def close(self) -> None:
        """Drop what is in the slot, take nothing more, and wake everyone who waits."""
        with self._changed:
            self._closed = True
            self._item = None
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """True after :meth:`close`."""
        with self._changed:
            return self._closed

    @property
    def dropped(self) -> int:
        """How many things were replaced before anybody took them."""
        with self._changed:
            return self._dropped

    def _empty(self) -> T | None:
        if self._item is None:
            return None
        (item,) = self._item
        self._item = None
        self._changed.notify_all()
        return item
