"""Entries of one large JSON object, one after the other, without the whole in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

CHUNK_BYTES = 1 << 20
LONGEST_ENTRY = 16 << 20
"""Characters of one entry: past them a missing quote or bracket is swallowing the file."""
NUMBER_TAIL = 2
"""A number may go on when the text ends so shortly after it: ``1`` before ``e+`` and more digits."""
SHOWN = 20
"""Characters that are shown of what cannot be read."""
_AFTER_SPACE = re.compile(r"[ \t\r\n]*")


class BrokenJsonError(ValueError):
    """The text stops being JSON.

    Parameters
    ----------
    line
        Line of the file where it does.
    """

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


class EntryStream:
    """Walks over the entries of the object that a file holds.

    Attributes
    ----------
    bytes_read
        How far the file was read.
    """

    def __init__(self, path: Path, chunk: int = CHUNK_BYTES) -> None:
        self._path = path
        self._chunk = chunk
        self._text = ""
        self._at = 0
        self._lines_before = 1
        self._decoder = json.JSONDecoder()
        self.bytes_read = 0

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Give key and value of each entry.

        Raises
        ------
        BrokenJsonError
            At the first entry that cannot be read; those before it were given.
        """
        with self._path.open("rb") as file:
            more = self._filler(file)
            self._expect("{", more)
            if self._peek(more) == "}":
                return
            while True:
                self._peek(more)
                key = self._value(more)
                self._expect(":", more)
                self._peek(more)
                value = self._value(more)
                yield str(key), value
                if self._expect(",}", more) == "}":
                    break
            if self._peek(more):
                raise self._broken("the object ends here, but more text follows", self._at)

    @property
    def line(self) -> int:
        """Line that is being read, from 1."""
        return self._lines_before + self._text.count("\n", 0, self._at)

    def _filler(self, file: BinaryIO) -> Callable[[], bool]:
        """Give a function that reads on, dropping what is done with; it tells whether there was more."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")

        def more() -> bool:
            read = file.read(self._chunk)
            self.bytes_read += len(read)
            self._lines_before = self.line
            self._text = self._text[self._at :] + decoder.decode(read, final=not read)
            self._at = 0
            return bool(read)

        return more

    def _peek(self, more: Callable[[], bool]) -> str:
        """Give the next character that is no space without taking it; "" at the end."""
        while True:
            self._at = _AFTER_SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not more():
                return ""

    def _expect(self, marks: str, more: Callable[[], bool]) -> str:
        """Take the next character, which has to be one of these."""
        mark = self._peek(more)
        if not mark or mark not in marks:
            reason = f"expected {' or '.join(marks)}, but " + (f"{mark} came" if mark else "the file ends too early")
            raise self._broken(reason, self._at)
        self._at += 1
        return mark

    def _value(self, more: Callable[[], bool]) -> Any:  # noqa: ANN401 - JSON holds anything
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # Far from the end of what was read so far the text is broken; near it, it may only be cut.
                if error.pos < len(self._text) - 64 and not error.msg.startswith("Unterminated"):
                    raise self._broken(self._said(error), error.pos) from error
                if len(self._text) - self._at > LONGEST_ENTRY:
                    raise self._broken("an entry is longer than any image's could be", self._at) from error
                place = error.pos - self._at  # reading on moves the text
                if not more():
                    ended = not self._text[self._at + place :].strip() or error.msg.startswith("Unterminated")
                    raise self._broken(
                        "the file ends too early, inside an entry" if ended else self._said(error), self._at + place
                    ) from error
                continue
            except (RecursionError, ValueError) as error:
                reason = "an entry is nested too deeply, or a number in it has thousands of digits"
                raise self._broken(reason, self._at) from error
            length = end - self._at  # reading on moves the text
            if end + NUMBER_TAIL >= len(self._text) and more():
                continue
            self._at += length
            return value

    @staticmethod
    def _said(error: json.JSONDecodeError) -> str:
        found = error.doc[error.pos : error.pos + SHOWN].split("\n", 1)[0].strip()
        return f"{error.msg[0].lower()}{error.msg[1:]}" + (f", but {found!r} came" if found else "")

    def _broken(self, reason: str, at: int) -> BrokenJsonError:
        return BrokenJsonError(reason, self._lines_before + self._text.count("\n", 0, at))
