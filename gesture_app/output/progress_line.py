"""One line on the terminal that says how far a run is."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self, TextIO

_REFRESH_S = 0.2


class ProgressLine:
    """Counts frames and rewrites one line, which it takes away at the end; nothing where nobody watches a terminal.

    Parameters
    ----------
    stream
        Standard error.
    quiet
        True writes nothing at all.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._shown = not quiet and stream.isatty()
        self._start_s = time.monotonic()
        self._last_s = 0.0
        self._width = 0

    def advance(self, done: int, total: int | None) -> None:
        """Show that this many frames are done, of this many where that is known."""
        now = time.monotonic()
        if not self._shown or now - self._last_s < _REFRESH_S:
            return
        self._last_s = now
        rate = done / max(now - self._start_s, 1e-6)
        text = f"{done} frames, {rate:.0f} a second"
        if total:
            left = max(total - done, 0) / max(rate, 1e-6)
            minutes, seconds = divmod(round(left), 60)
            share = f"{done} of {total} frames ({100 * done / total:.0f} %)"
            text = f"{share}, {rate:.0f} a second, {minutes}:{seconds:02} left"
        self._rewrite(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._rewrite("")
            self._width = 0

    def _rewrite(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
        self._stream.flush()
        self._width = len(text)
