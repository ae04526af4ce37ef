"""Rows of a table, from whatever file, to hands: units, and the columns besides the landmarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trainer.data.text_column import TextColumn
from trainer.dataset import DataError
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.table_cells import Cells
from trainer.readers.table_heading import TableHeading

_HANDEDNESS = {"left": 0, "l": 0, "right": 1, "r": 1}
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"


class TableRows:
    """Turns the cells of one table into blocks of hands.

    Coordinates stay as they are, in whatever unit: pixels, shares of the picture or wrist-centred. Shares of the
    picture are squeezed unless the picture is square, so they are stretched where its size (columns) or its shape
    (``--aspect``) is known.

    Parameters
    ----------
    file
        Name of the file, for the report.
    note
        Takes sentences for the report.

    Raises
    ------
    DataError
        When the rows have no label.
    """

    def __init__(self, file: str, heading: TableHeading, options: ReadOptions, note: Callable[[str], None]) -> None:
        if "label" not in heading.roles and options.label is None:
            raise DataError(f"{file} has no column called label; add one, or give --label for all its rows.")
        if "label" in heading.roles and options.label is not None:
            note(f"{file} has labels of its own, so --label {options.label} was not used for it.")
        self._file = file
        self._heading = heading
        self._options = options
        self._note = note
        self._shares: bool | None = None

    def block(self, cells: Cells) -> Block:
        """Give the hands of some rows."""
        count = cells.columns.shape[1]
        roles = {role: cells.texts[name] for role, name in self._heading.roles.items()}
        image_size = _sizes(roles.get("width"), roles.get("height"), count)
        return Block(
            self._in_pixels(cells.columns, image_size),
            handedness_codes(roles.get("handedness"), count),
            numbers(roles.get("score"), count, 1.0),
            image_size,
            _texts(roles.get("label"), self._options.label or "", count),
            _texts(roles.get("group"), "", count),
            self._ids(cells, roles),
            _texts(roles.get("source"), self._file, count),
            {name: TextColumn.of(cells.texts[name]) for name in self._heading.extras},
            self._file,
            lambda index: [f"row {cells.line(row)}" for row in index.tolist()],
        )

    def _in_pixels(self, columns: NDArray[np.float32], image_size: NDArray[np.int32]) -> NDArray[np.float32]:
        if self._shares is None:  # the first rows decide for all of the file
            self._shares = are_shares(columns)
            if self._shares:
                self._note(self._about_shares())
        return stretched(columns, image_size, self._options.aspect) if self._shares else columns

    def _about_shares(self) -> str:
        start = f"{self._file} holds shares of the picture (x/w, y/h)"
        if {"width", "height"} <= set(self._heading.roles):
            return f"{start}; they were turned into pixels by its size columns."
        if self._options.aspect is not None:
            return f"{start}; they were stretched to {self._options.aspect[0]:g}:{self._options.aspect[1]:g}."
        return (
            f"{start} without its size: kept as they are, which squeezes hands unless the pictures are square; give"
            " --aspect W:H to undo that."
        )

    def _ids(self, cells: Cells, roles: dict[str, Any]) -> TextColumn:
        """Ids of the table, those of images told apart by ``hand_index``; else the lines."""
        if "id" not in roles:
            lines = cells.lines if cells.lines is not None else np.arange(cells.columns.shape[1]) + cells.first_line
            return TextColumn.distinct(pa.array(lines).cast(pa.large_string()))
        if self._heading.roles["id"].lower() != "id" and "hand_index" in cells.texts:
            parts = (roles["id"], cells.texts["hand_index"])
            return TextColumn.of(pc.binary_join_element_wise(*(part.cast(pa.string()) for part in parts), ":"))
        return TextColumn.of(roles["id"])


def _sizes(width: pa.ChunkedArray | None, height: pa.ChunkedArray | None, count: int) -> NDArray[np.int32]:
    """Sizes of pictures ``(count, 2)`` in pixels, 0 where they are not known."""
    if width is None and height is None:
        return np.zeros((count, 2), np.int32)
    sides = np.stack([numbers(width, count, 0.0), numbers(height, count, 0.0)], axis=1)
    return np.rint(sides).clip(0, 1e6).astype(np.int32)


def _texts(column: pa.ChunkedArray | None, otherwise: str, count: int) -> TextColumn:
    if column is None:
        return TextColumn.constant(otherwise, count)
    return TextColumn.of(pc.utf8_trim_whitespace(column.cast(pa.large_string())))


def numbers(column: pa.ChunkedArray | None, count: int, otherwise: float) -> NDArray[np.float32]:
    """Numbers of a column, ``(count,)``; what is none becomes ``otherwise``."""
    if column is None:
        return np.full(count, otherwise, np.float32)
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        cells = pc.utf8_trim_whitespace(column.cast(pa.string()))
        fits = pc.match_substring_regex(cells, _NUMBER)
        column = pc.if_else(fits, cells, pa.scalar(None, cells.type))
    return np.asarray(column.cast(pa.float32()).fill_null(otherwise).to_numpy(), np.float32)


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
