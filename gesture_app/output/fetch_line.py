"""What is told while the hand landmarker is fetched: each sentence once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO


class FetchLine:
    """Tells how a download goes; a terminal sees its share grow in one line.

    Parameters
    ----------
    stream
        Standard error.
    quiet
        True writes nothing.
    wanted
        Asked each time; False ends the download.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False, wanted: Callable[[], bool] = lambda: True) -> None:
        self._stream = stream
        self._quiet = quiet
        self._wanted = wanted
        self._told = ""
        self._open = False

    def __call__(self, message: str, share: float | None) -> None:
        """Tell it, as :func:`models.hand.landmarker.find_landmarker` asks.

        Raises
        ------
        KeyboardInterrupt
            When it is not wanted any more.
        """
        if not self._wanted():
            self._end_line()
            raise KeyboardInterrupt
        if self._quiet:
            return
        if share is not None and share < 1 and self._stream.isatty():
            self._stream.write(f"\r{message}: {100 * share:.0f} %")
            self._open = True
        elif message != self._told:
            self._end_line()
            self._stream.write(f"{message}\n")
        self._told = message
        self._stream.flush()

    def _end_line(self) -> None:
        if self._open:
            self._stream.write("\n")
            self._open = False
