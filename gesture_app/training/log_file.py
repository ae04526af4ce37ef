"""The log of a training: a plain file in the home folder, the newest last by name."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from models.errors import without_secrets
from models.home import Home

KEPT = 20
PREFIX = "training-"


class TrainingLog:
    """Writes lines as they come; a folder that cannot be written costs the log and nothing else.

    Parameters
    ----------
    home
        The home folder.
    """

    def __init__(self, home: Home) -> None:
        self.path: Path | None = None
        self.problem = ""
        self._file: TextIO | None = None
        now = datetime.now().astimezone()
        path = home.logs / f"{PREFIX}{now:%Y%m%d-%H%M%S-%f}.log"
        try:
            home.logs.mkdir(parents=True, exist_ok=True)
            self._file = path.open("x", encoding="utf-8", buffering=1)
            self.path = path
            _prune(home.logs)
        except OSError as error:
            self.problem = f"The log cannot be written to {path.parent}: {error.strerror or error}."

    def write(self, line: str) -> None:
        """Add a line."""
        if self._file is not None and line:
            with contextlib.suppress(OSError):  # a full disk is told by the trainer itself
                self._file.write(without_secrets(line) + "\n")

    def close(self) -> None:
        """Close the file; harmless a second time."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _prune(folder: Path) -> None:
    for old in sorted(folder.glob(f"{PREFIX}*.log"))[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
