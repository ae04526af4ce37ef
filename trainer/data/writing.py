"""Data sets as files: Parquet with the columns of ``COLUMNS``, or CSV; a file is there whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from models.spreadsheets import FORMULA, NUMBER, guarded
from trainer.data.text_column import TextColumn
from trainer.dataset import COORDINATES, DataError, Dataset
from trainer.progress import Progress
from trainer.readers.parquet import NOTES_KEY

BLOCK_ROWS = 65_536
_SIDES = pa.array(["Left", "Right"], pa.string())


def write_dataset(dataset: Dataset, path: Path, progress: Progress | None = None) -> None:
    """Write a data set to a Parquet or, where the name ends so, CSV file.

    Parameters
    ----------
    path
        Replaced when it is there; untouched when anything goes wrong.

    Raises
    ------
    DataError
        When it cannot be written.
    """
    progress = progress or Progress("quiet")
    schema = _schema(dataset)
    as_csv = path.suffix.lower() == ".csv"
    written = pa.schema([field.with_name(guarded(field.name)) for field in schema])
    with replacing(path) as file:
        writer = pacsv.CSVWriter(file, written) if as_csv else _parquet_writer(file, schema)
        with writer:
            for start in range(0, len(dataset), BLOCK_ROWS):
                part = dataset.take(slice(start, start + BLOCK_ROWS))
                table = _table(part, schema)
                writer.write_table(_without_formulas(table, written) if as_csv else table)
                progress.advance(f"writing {path.name}", start + len(part), len(dataset))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Lend a file that takes the place of ``path`` when the block ends well, and leaves nothing behind otherwise."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            if not file.closed:
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # a temporary file is the owner's alone
        temporary.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _schema(dataset: Dataset) -> pa.Schema:
    text = pa.dictionary(pa.int32(), pa.large_string())
    fields = [
        ("label", text),
        *((name, pa.float32()) for name in COORDINATES),
        ("image_width", pa.int32()),
        ("image_height", pa.int32()),
        ("handedness", pa.string()),
        ("score", pa.float32()),
        ("group", text),
        ("source", text),
        ("id", pa.large_string()),
        *((name, pa.large_string()) for name in dataset.extras),
    ]
    notes = json.dumps(dataset.notes, ensure_ascii=False).encode()
    return pa.schema(fields, metadata={NOTES_KEY: notes})


def _parquet_writer(file: BinaryIO, schema: pa.Schema) -> pq.ParquetWriter:
    texts = [field.name for field in schema if field.name not in COORDINATES]
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=texts,
        column_encoding=dict.fromkeys(COORDINATES, "BYTE_STREAM_SPLIT"),
    )


def _table(part: Dataset, schema: pa.Schema) -> pa.Table:
    columns = np.ascontiguousarray(part.rows.T)
    sides, size = part.hands.handedness, part.hands.image_size
    unknown_size = (size <= 0).any(axis=1)
    arrays = [
        part.label_column.arrow(),
        *(pa.array(column, from_pandas=True) for column in columns),  # NaN becomes null
        pa.array(size[:, 0], mask=unknown_size),
        pa.array(size[:, 1], mask=unknown_size),
        _SIDES.take(pa.array(np.maximum(sides, 0), mask=sides < 0)),
        pa.array(part.hands.score),
        _nullable(part.group_column),
        part.source_column.arrow(),
        *(_laid_out(column) for column in (part.id_column, *part.extras.values())),
    ]
    return pa.table(arrays, schema=schema)


def _without_formulas(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Put an apostrophe before the texts that a spreadsheet would run."""
    columns = []
    for column in table.itercolumns():
        chunk = column.combine_chunks()
        if pa.types.is_dictionary(chunk.type):
            chunk = pa.DictionaryArray.from_arrays(chunk.indices, _guarded(chunk.dictionary))
        elif pa.types.is_large_string(chunk.type):
            chunk = _guarded(chunk)
        columns.append(chunk)
    return pa.table(columns, schema=schema)


def _guarded(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    number = pc.match_substring_regex(texts, NUMBER)
    formula = pc.and_not(pc.match_substring_regex(texts, FORMULA), number)
    if not pc.any(formula).as_py():
        return texts
    apostrophe, nothing = (pa.scalar(text, texts.type) for text in ("'", ""))
    return pc.if_else(formula, pc.binary_join_element_wise(apostrophe, texts, nothing), texts)


def _nullable(column: TextColumn) -> pa.DictionaryArray:
    """Texts with null in place of the empty text."""
    empty = np.array([not name for name in column.names.to_pylist()], bool)
    codes = pa.array(column.codes, mask=empty[column.codes])
    return pa.DictionaryArray.from_arrays(codes, column.names)


def _laid_out(column: TextColumn) -> pa.LargeStringArray:
    return column.names.take(pa.array(column.codes))
