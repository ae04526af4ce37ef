"""A column of texts kept small: each different text once, and a number per row that points to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Index = NDArray[np.intp] | NDArray[np.bool_] | slice


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Texts of N rows.

    A million labels take 4 MB this way instead of 60 MB as a numpy array of str; a million different ids take what
    their characters take.

    Attributes
    ----------
    codes
        ``(N,)`` int32, places in ``names``.
    names
        Arrow array of texts; some may be used by no row, and of many different ones (ids) some may be there twice.
    """

    codes: NDArray[np.int32]
    names: pa.LargeStringArray

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, texts: Iterable[str] | pa.Array | NDArray[np.str_]) -> TextColumn:
        """Take texts from anything that holds them; what is missing becomes the empty text."""
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        if not isinstance(texts, pa.Array):
            values = texts.tolist() if isinstance(texts, np.ndarray) else list(texts)
            texts = pa.array(values, pa.large_string())
        if pa.types.is_dictionary(texts.type):
            texts = texts.cast(pa.large_string())
        encoded = texts.cast(pa.large_string()).fill_null("").dictionary_encode()
        return cls(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), encoded.dictionary)

    @classmethod
    def distinct(cls, texts: pa.LargeStringArray) -> TextColumn:
        """Take texts that are all different, or nearly so, without looking for equal ones."""
        return cls(np.arange(len(texts), dtype=np.int32), texts)

    @classmethod
    def constant(cls, text: str, count: int) -> TextColumn:
        """Give the same text for every row."""
        return cls(np.zeros(count, np.int32), pa.array([text], pa.large_string()))

    @classmethod
    def join(cls, columns: Sequence[TextColumn]) -> TextColumn:
        """Put columns one after the other."""
        if len(columns) == 1:
            return columns[0]
        if not columns:
            return cls.constant("", 0)
        rows, names = (sum(len(part) for part in parts) for parts in (columns, [column.names for column in columns]))
        if names > rows // 2:
            starts = np.cumsum([0, *(len(column.names) for column in columns[:-1])], dtype=np.int32)
            codes = np.concatenate([column.codes + start for column, start in zip(columns, starts, strict=True)])
            return cls(codes, pa.concat_arrays([column.names for column in columns]))
        joined = pa.chunked_array([column.arrow() for column in columns]).unify_dictionaries().combine_chunks()
        if isinstance(joined, pa.ChunkedArray):
            joined = joined.chunk(0)
        return cls(joined.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), joined.dictionary)

    def arrow(self) -> pa.DictionaryArray:
        """Give the column as Arrow knows it, without copying the texts."""
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, pa.int32()), self.names)

    def decode(self) -> NDArray[np.str_]:
        """Give the texts of all rows, ``(N,)``; large for ids of many rows."""
        if len(self.names) == 0:
            return np.zeros(len(self.codes), np.str_)
        return np.array(self.names.to_pylist(), np.str_)[self.codes]

    def take(self, index: Index) -> TextColumn:
        """Give the rows at these places."""
        return TextColumn(self.codes[index], self.names)

    def used(self) -> tuple[str, ...]:
        """Texts that at least one row has, sorted."""
        return tuple(sorted(set(self.names.take(pa.array(np.unique(self.codes))).to_pylist())))

    def counts(self) -> dict[str, int]:
        """Rows of each text that is used, sorted by text."""
        ranks, names = self.ranks()
        return dict(zip(names, np.bincount(ranks, minlength=len(names)).tolist(), strict=True))

    def ranks(self) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Give ``(N,)`` places in the sorted used texts, and those texts."""
        used = self.used()
        place = {name: number for number, name in enumerate(used)}
        places = np.array([place.get(name, -1) for name in self.names.to_pylist()] or [-1], np.int32)
        return places[self.codes], used
