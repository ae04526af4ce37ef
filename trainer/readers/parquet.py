"""Parquet files of this program, and others with the same columns, read in blocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.dataset import DataError
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.rejections import RejectionLog
from trainer.readers.table_cells import Cells
from trainer.readers.table_heading import TableHeading, heading_of
from trainer.readers.table_rows import TableRows

BLOCK_ROWS = 8192
NOTES_KEY = b"gesture-train notes"
"""Key of the file's metadata under which the notes of the data set are kept, as a JSON list of sentences."""
NOT_NUMBERS = "a coordinate column does not hold numbers"


def read_parquet(
    path: Path,
    options: ReadOptions,
    log: RejectionLog,  # noqa: ARG001 - whatever can be wrong with a row here is found by the common checks
    note: Callable[[str], None],
) -> Iterator[Block]:
    """Read a Parquet file in blocks.

    Raises
    ------
    DataError
        When it is damaged, lacks columns or has no label.
    """
    try:
        with pq.ParquetFile(path) as file:
            heading = heading_of(tuple(file.schema_arrow.names), path.name)
            rows = TableRows(path.name, heading, options, note)
            for sentence in kept_notes(file.schema_arrow):
                note(sentence)
            done, total = 0, file.metadata.num_rows
            for batch in file.iter_batches(BLOCK_ROWS):
                yield rows.block(_cells(batch, heading, path.name, done))
                done += len(batch)
                options.progress.advance(f"reading {path.name}", done, total)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} is a damaged or unfinished Parquet file: {_first_line(error)}.") from error


def kept_notes(schema: pa.Schema) -> list[str]:
    """Give the notes that were written with a data set."""
    try:
        notes = json.loads((schema.metadata or {}).get(NOTES_KEY, b"[]"))
    except ValueError:
        return []
    return [str(sentence) for sentence in notes] if isinstance(notes, list) else []


def _cells(batch: pa.RecordBatch, heading: TableHeading, file: str, start: int) -> Cells:
    columns = np.empty((len(heading.coordinates), len(batch)), np.float32)
    for place, name in enumerate(heading.coordinates):
        columns[place] = np.nan if name is None else _coordinate(batch.column(name), name, file)
    names = (*heading.roles.values(), *heading.extras)
    texts = {name: _plain(batch.column(name)) for name in names}
    return Cells(columns, {name: column for name, column in texts.items() if column is not None}, None, start + 1)


def _coordinate(column: pa.Array, name: str, file: str) -> NDArray[np.float32]:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise DataError(f"{file} holds {column.type} in column {name}, where numbers are expected.")
    values: NDArray[np.float32] = column.cast(pa.float32(), safe=False).to_numpy(zero_copy_only=False)
    return values


def _plain(column: pa.Array) -> pa.Array | None:
    """Give a column as texts; a dictionary is laid out, and what has no text form (lists, structs) becomes JSON."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return pa.array([json.dumps(value, default=str) for value in column.to_pylist()], pa.large_string())
    return column.cast(pa.large_string())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
