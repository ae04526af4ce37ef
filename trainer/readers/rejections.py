"""Counting what is refused, by reason and file, with its places."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.dataset import Rejection

KEPT_PLACES = 1000


class RejectionLog:
    """Collects refused rows while a source is read; a broken file of any size takes little memory."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._places: dict[tuple[str, str], list[str]] = {}

    def add(self, reason: str, file: str, places: Iterable[str]) -> None:
        """Note refused rows by their places."""
        key = (reason, file)
        kept = self._places.setdefault(key, [])
        count = 0
        for place in places:
            count += 1
            if len(kept) < KEPT_PLACES:
                kept.append(place)
        self._counts[key] = self._counts.get(key, 0) + count

    def result(self) -> tuple[Rejection, ...]:
        """Give all of it, in the order in which the reasons first came up."""
        return tuple(
            Rejection(reason, file, count, tuple(self._places[reason, file]))
            for (reason, file), count in self._counts.items()
            if count
        )

    @property
    def total(self) -> int:
        """Rows refused so far."""
        return sum(self._counts.values())
