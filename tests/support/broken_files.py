"""A file that is broken in a way that happens, and the sentence that it is answered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Broken:
    """One file.

    Attributes
    ----------
    what
        What is wrong with it, in a few words.
    name
        Of the file.
    content
        Its bytes, or what makes them.
    sentence
        A part of the answer that tells it from others.
    """

    what: str
    name: str
    content: bytes | Callable[[], bytes]
    sentence: str

    def write(self, folder: Path) -> Path:
        """Write it into a folder."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content if isinstance(self.content, bytes) else self.content())
        return path
