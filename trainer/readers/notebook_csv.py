"""Tables of landmarks as text: ``x1,y1,z1 .. x21,y21,z21,label`` with any further columns, read in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.rejections import RejectionLog
from trainer.readers.table_cells import parsed_blocks
from trainer.readers.table_heading import parse_heading
from trainer.readers.table_rows import TableRows

HEADING_BYTES = 1 << 20
WRONG_LENGTH = "the number of cells differs from the heading's"
NOT_A_NUMBER = "a coordinate is not a number"


def read_table(path: Path, options: ReadOptions, log: RejectionLog, note: Callable[[str], None]) -> Iterator[Block]:
    """Read a table in blocks.

    Raises
    ------
    DataError
        When the heading is none, or there is no label.
    """
    total = path.stat().st_size
    with path.open("rb") as file:
        heading = parse_heading(file.readline(HEADING_BYTES), path.name)
        rows = TableRows(path.name, heading, options, note)
        for cells in parsed_blocks(file, heading, first_line=2):
            log.add(WRONG_LENGTH, path.name, (f"row {line}" for line in cells.wrong_length))
            log.add(NOT_A_NUMBER, path.name, (f"row {line}" for line in cells.not_numbers))
            yield rows.block(cells)
            options.progress.advance(f"reading {path.name}", file.tell(), total)
