"""The rows that a sweep's finalists are completed with and measured on."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The rows that finalists are completed with and measured on.

    Attributes
    ----------
    known_rows, known_labels
        Some of the training part, raw rows: what usual hands of each gesture are.
    held_rows, held_labels
        Validation part: probabilities are calibrated on it.
    test_rows, test_labels, test_groups
        Test part.
    """

    known_rows: NDArray[np.float32]
    known_labels: NDArray[np.str_]
    held_rows: NDArray[np.float32]
    held_labels: NDArray[np.str_]
    test_rows: NDArray[np.float32]
    test_labels: NDArray[np.str_]
    test_groups: NDArray[np.str_]

    @property
    def nbytes(self) -> int:
        """Size of the arrays."""
        return sum(getattr(self, name).nbytes for name in JUDGED_COLUMNS)


JUDGED_COLUMNS = tuple(column.name for column in fields(Judged))
