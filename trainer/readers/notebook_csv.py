"""Tables of landmarks: ``x1,y1,z1 .. x21,y21,z21,label`` with any further columns, read in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trainer.dataset import DataError
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.rejections import RejectionLog
from trainer.readers.table_cells import Cells, parsed_blocks
from trainer.readers.table_heading import TableHeading, parse_heading
from trainer.text_column import TextColumn

HEADING_BYTES = 1 << 20
WRONG_LENGTH = "the number of cells differs from the heading's"
NOT_A_NUMBER = "a coordinate is not a number"
_HANDEDNESS = {"left": 0, "l": 0, "right": 1, "r": 1}
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"


def read_table(path: Path, options: ReadOptions, log: RejectionLog, note: Callable[[str], None]) -> Iterator[Block]:
    """Read a table in blocks.

    Coordinates stay as they are, in whatever unit: pixels, shares of the picture or wrist-centred. Shares of the
    picture are squeezed unless the picture is square, so they are stretched where its size (columns) or shape
    (``--aspect``) is known.

    Raises
    ------
    DataError
        When the heading is none, or there is no label.
    """
    total = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        heading = parse_heading(file.readline(HEADING_BYTES), path.name)
        if "label" not in heading.roles and options.label is None:
            raise DataError(f"{path.name} has no column called label; add one, or give --label for all its rows.")
        if "label" in heading.roles and options.label is not None:
            note(f"{path.name} has labels of its own, so --label {options.label} was not used for it.")
        shares: bool | None = None
        for cells in parsed_blocks(file, heading, first_line=2):
            log.add(WRONG_LENGTH, path.name, (f"row {line}" for line in cells.wrong_length))
            log.add(NOT_A_NUMBER, path.name, (f"row {line}" for line in cells.not_numbers))
            if shares is None:
                shares = are_shares(cells.columns)
                if shares:
                    note(_about_shares(path.name, heading, options))
            yield _block(cells, heading, options, path.name, shares=shares)
            options.progress.advance(f"reading {path.name}", file.tell(), total)


def _block(
    cells: Cells,
    heading: TableHeading,
    options: ReadOptions,
    file: str,
    *,
    shares: bool,
) -> Block:
    count = cells.columns.shape[1]
    roles = {role: cells.texts[name] for role, name in heading.roles.items()}
    sides = [numbers(roles.get(role), count, 0.0) for role in ("width", "height")]
    image_size = np.rint(np.stack(sides, axis=1)).clip(0, 1e6).astype(np.int32)
    return Block(
        stretched(cells.columns, image_size, options.aspect) if shares else cells.columns,
        handedness_codes(roles.get("handedness"), count),
        numbers(roles.get("score"), count, 1.0),
        image_size,
        _texts(roles.get("label"), options.label or "", count),
        _texts(roles.get("group"), "", count),
        _ids(cells, roles),
        _texts(roles.get("source"), file, count),
        {name: TextColumn.of(cells.texts[name]) for name in heading.extras},
        file,
        lambda index: [f"row {cells.line(row)}" for row in index.tolist()],
    )


def _texts(column: pa.ChunkedArray | None, otherwise: str, count: int) -> TextColumn:
    return TextColumn.constant(otherwise, count) if column is None else TextColumn.of(pc.utf8_trim_whitespace(column))


def _ids(cells: Cells, roles: dict[str, Any]) -> TextColumn:
    """Ids of the table, told apart by ``hand_index`` where it has that; else the lines."""
    if "id" in roles:
        if "hand_index" in cells.texts:
            return TextColumn.of(pc.binary_join_element_wise(roles["id"], cells.texts["hand_index"], ":"))
        return TextColumn.of(roles["id"])
    lines = cells.lines if cells.lines is not None else np.arange(cells.columns.shape[1]) + cells.first_line
    return TextColumn.distinct(pa.array(lines).cast(pa.large_string()))


def numbers(column: pa.ChunkedArray | None, count: int, otherwise: float) -> NDArray[np.float32]:
    """Numbers of a text column, ``(count,)``; what is none becomes ``otherwise``."""
    if column is None:
        return np.full(count, otherwise, np.float32)
    cells = pc.utf8_trim_whitespace(column)
    fits = pc.match_substring_regex(cells, _NUMBER)
    values = pc.if_else(fits, cells, pa.scalar(None, cells.type)).cast(pa.float32()).fill_null(otherwise)
    return np.asarray(values.to_numpy(), np.float32)


def handedness_codes(column: pa.ChunkedArray | None, count: int) -> NDArray[np.int8]:
    """Turn ``Left`` and ``Right`` (any case) into 0 and 1, anything else into -1."""
    if column is None:
        return np.full(count, -1, np.int8)
    texts = TextColumn.of(column)
    codes = np.array([_HANDEDNESS.get(name.strip().lower(), -1) for name in texts.names.to_pylist()] or [-1], np.int8)
    return codes[texts.codes]


def are_shares(columns: NDArray[np.float32]) -> bool:
    """Tell whether columns ``(63, n)`` are shares of a picture: small and positive numbers nearly everywhere."""
    plane = np.concatenate([columns[0::3], columns[1::3]])[:, :4096]
    plane = plane[:, np.isfinite(plane).all(axis=0)]
    if not plane.size:
        return False
    inside = ((plane > -0.5) & (plane < 1.5)).all(axis=0).mean() > 0.9
    positive = (plane > 0).all(axis=0).mean() > 0.5
    return bool(inside and positive)


def stretched(
    columns: NDArray[np.float32], image_size: NDArray[np.int32], aspect: tuple[float, float] | None
) -> NDArray[np.float32]:
    """Turn shares of a picture into pixels where its size is known, into its shape where only that is, else nothing."""
    scale = np.ones((2, len(image_size)), np.float32)
    if aspect is not None:
        scale[:] = np.array(aspect, np.float32)[:, None]
    known = (image_size > 0).all(axis=1)
    scale[:, known] = image_size[known].T
    result = columns.copy()
    for axis, side in enumerate((0, 1, 0)):
        result[axis::3] *= scale[side]
    return result


def _about_shares(file: str, heading: TableHeading, options: ReadOptions) -> str:
    start = f"{file} holds shares of the picture (x/w, y/h)"
    if {"width", "height"} <= set(heading.roles):
        return f"{start}; they were turned into pixels by its size columns."
    if options.aspect is not None:
        return f"{start}; they were stretched to {options.aspect[0]:g}:{options.aspect[1]:g}."
    return (
        f"{start} without its size: kept as they are, which squeezes hands unless the pictures are square; give"
        " --aspect W:H to undo that."
    )
