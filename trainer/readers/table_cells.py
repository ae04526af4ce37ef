"""Cells of a table: blocks of text lines to numbers and texts, with the rows that cannot be read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from models.hand.landmarks import LANDMARK_COUNT
from models.spreadsheets import GUARDED
from trainer.readers.table_heading import TableHeading

BLOCK_BYTES = 1 << 20  # measured: Arrow parses blocks of 1 MB a third faster than of 4 MB
AHEAD = 2
NO_NUMBER = ("", "nan", "null", "none", "na", "n/a", "#n/a", "<na>", "-nan")
"""Ways of writing that there is no number, in small letters."""
_NULLS = sorted(
    {spelt for word in NO_NUMBER for spelt in (word, word.upper(), word.capitalize(), word.title())} | {"NaN"}
)
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$|^[-+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?$"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole lines of a file, the number of the first of them, and how many they are."""

    content: bytes
    first_line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Cells:
    """A block understood.

    Attributes
    ----------
    columns
        ``(63, n)`` float32, NaN where there is no number.
    texts
        Arrow columns of the table's other columns, by name.
    lines
        ``(n,)`` line in the file of each row, or None where they simply follow the first one.
    first_line
        Line of the first row.
    wrong_length, not_numbers
        Lines of the rows left out because they have another number of cells than the heading, or because a coordinate
        is no number.
    """

    columns: NDArray[np.float32]
    texts: dict[str, Any]
    lines: NDArray[np.int64] | None
    first_line: int
    wrong_length: tuple[int, ...] = ()
    not_numbers: tuple[int, ...] = ()

    def line(self, row: int) -> int:
        """Line in the file of a row."""
        return self.first_line + row if self.lines is None else int(self.lines[row])


def text_blocks(file: BinaryIO, first_line: int) -> Iterator[TextBlock]:
    """Cut the rest of a file into blocks of whole rows; a row may go over lines within quotes."""
    line = first_line
    for content in _whole_rows(file):
        count = _count(b"\n", content) + (not content.endswith(b"\n"))
        if content.lstrip(b"\r\n"):
            yield TextBlock(content, line, count)
        line += count


def _whole_rows(file: BinaryIO) -> Iterator[bytes]:
    while read := file.read(BLOCK_BYTES):
        content = read + file.readline()
        if _count(b'"', content) % 2 == 0:
            yield content
            continue
        # A row that goes on, or a stray quote: what is before it is read for itself, so that its rows keep their lines.
        end = _end_of_rows(content)
        if end:
            yield content[:end]
        parts = [content[end:]]
        while more := file.readline():
            parts.append(more)
            if _count(b'"', more) % 2:
                break
        yield b"".join(parts)


def _end_of_rows(content: bytes) -> int:
    """Give where the last line ends that no open quote goes on from."""
    characters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    closed = ends[np.cumsum(characters == ord('"'))[ends] % 2 == 0]
    return int(closed[-1]) + 1 if len(closed) else 0


def _count(byte: bytes, text: bytes) -> int:
    # Several times as fast as bytes.count where there are many, and outside Python's lock.
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == byte[0]))


def parsed_blocks(file: BinaryIO, heading: TableHeading, first_line: int) -> Iterator[Cells]:
    """Read the cells of the rest of a file, two blocks at a time: Arrow parses outside Python's lock."""
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="table") as pool:
        waiting: deque[Future[Cells]] = deque()
        for block in text_blocks(file, first_line):
            waiting.append(pool.submit(parse_block, block, heading))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def parse_block(block: TextBlock, heading: TableHeading) -> Cells:
    """Read the cells of a block; what is not readable is left out and told."""
    numbers = tuple(name for name in heading.coordinates if name)
    skipped: list[int] = []
    try:
        if not block.content.isascii():
            block.content.decode()  # Arrow fails without a word at a row of wrong length that is no text
        table = _read(block.content, heading, numbers, skipped)
        bad = None
    except (UnicodeDecodeError, pa.ArrowInvalid):
        skipped.clear()
        table = _read(block.content.decode("utf-8", "replace").encode(), heading, (), skipped)
        table, bad = _numbers_of(table, numbers)
    columns = _columns(table, heading)
    texts = {name: _whole(table.column(name)) for name in (*heading.roles.values(), *heading.extras)}
    in_order = bad is None and len(table) == block.lines
    lines = None if in_order else _lines(block, len(table), skipped)
    cells = Cells(columns, texts, lines, block.first_line, tuple(skipped))
    return cells if bad is None or lines is None else _without(cells, bad, lines)


def _columns(table: pa.Table, heading: TableHeading) -> NDArray[np.float32]:
    """Numbers of the coordinates ``(63, n)``, NaN where there is none."""
    there = [place for place, name in enumerate(heading.coordinates) if name]
    numbers = table.select([name for name in heading.coordinates if name]).combine_chunks().to_batches()
    if not numbers:
        return np.empty((3 * LANDMARK_COUNT, 0), np.float32)
    # One call for all columns: the threads would wait for Python's lock after each.
    found = np.asarray(numbers[0].to_tensor(null_to_nan=True, row_major=False).to_numpy().T, np.float32)
    if len(there) == len(heading.coordinates):
        return found
    columns = np.full((3 * LANDMARK_COUNT, len(table)), np.nan, np.float32)
    columns[there] = found
    return columns


def _read(content: bytes, heading: TableHeading, numbers: tuple[str, ...], skipped: list[int]) -> pa.Table:
    named = [name for name in heading.names if name]

    def skip(row: Any) -> str:  # noqa: ANN401 - pyarrow has no type for it
        skipped.append(int(row.number))
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(content),
        read_options=pacsv.ReadOptions(
            column_names=[name or f"\0{place}" for place, name in enumerate(heading.names)],
            use_threads=False,  # row numbers of wrong rows are known in order only
            block_size=len(content) + 1,
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=heading.delimiter, newlines_in_values=b'"' in content, invalid_row_handler=skip
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(named, pa.string()) | dict.fromkeys(numbers, pa.float32()),
            include_columns=named,
            null_values=_NULLS,
            strings_can_be_null=False,
            check_utf8=True,
        ),
    )


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take away the apostrophe that keeps a spreadsheet from running a text."""
    if not pc.any(pc.starts_with(column, "'")).as_py():  # a fraction of what the expression costs
        return column
    return pc.replace_substring_regex(column, GUARDED, r"\1")


def _numbers_of(table: pa.Table, names: tuple[str, ...]) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Turn text columns into numbers cell by cell, and tell which rows have a cell that is none."""
    bad = np.zeros(len(table), bool)
    nothing = pa.array(NO_NUMBER)
    for name in names:
        cells = pc.utf8_trim_whitespace(table.column(name))
        fits = pc.match_substring_regex(cells, _NUMBER)
        empty = pc.is_in(pc.utf8_lower(cells), value_set=nothing)
        bad |= ~pc.or_(fits, empty).to_numpy()
        values = pc.if_else(fits, cells, pa.scalar(None, pa.string())).cast(pa.float32())
        table = table.set_column(table.column_names.index(name), name, values)
    return table, bad


def _lines(block: TextBlock, rows: int, skipped: list[int]) -> NDArray[np.int64]:
    """Line of each row that was read; ``skipped``, rows counted from 1 without empty lines, is turned into lines."""
    texts = block.content.split(b"\n")
    quotes = np.cumsum([0, *(text.count(b'"') for text in texts[:-1])])  # an odd number: the line goes on a cell
    filled = [number for number, text in enumerate(texts) if text.strip(b"\r") and quotes[number] % 2 == 0]
    lines = np.array(filled, np.int64) + block.first_line
    if len(lines) != rows + len(skipped):
        # A quote within a cell, or a carriage return alone: rows and lines cannot be matched, so both are counted on.
        lines = np.arange(rows + len(skipped)) + block.first_line
    skipped[:] = [int(lines[min(number, len(lines)) - 1]) for number in skipped]
    return np.setdiff1d(lines, np.array(skipped, np.int64))


def _without(cells: Cells, bad: NDArray[np.bool_], lines: NDArray[np.int64]) -> Cells:
    sound = np.flatnonzero(~bad)
    chosen = pa.array(sound)
    return Cells(
        cells.columns[:, sound],
        {name: column.take(chosen) for name, column in cells.texts.items()},
        lines[sound],
        cells.first_line,
        cells.wrong_length,
        tuple(lines[bad].tolist()),
    )
