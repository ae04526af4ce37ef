"""What a sweep's finalists are judged by, kept with the sweep so that any of its runs can be registered later."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from trainer.sweeping.judged_rows import JUDGED_COLUMNS, Judged
from trainer.tracking import Tracker

JUDGED_FILE = "judged_rows.npz"
MOST_TEST_ROWS = 20_000


class RegistrationError(GestureError):
    """A run that cannot become a version."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedData:
    """Validation and test rows of a sweep, and which rows it used.

    Attributes
    ----------
    judged
        Validation and test rows.
    test_digests
        Content of each test row as 128 bits, ``(T, 2)``.
    used_digests
        The same of every row that was trained on or chosen by, in any order.
    dataset_digest
        Of the data that was trained on.
    drawn
        Whether all of it was drawn from the prior.
    """

    judged: Judged
    test_digests: NDArray[np.uint64]
    used_digests: NDArray[np.uint64]
    dataset_digest: str
    drawn: bool

    def to_bytes(self) -> bytes:
        """Write as a compressed file; a long test part is thinned out."""
        judged = self.judged
        test = _thinned(len(judged.test_rows), MOST_TEST_ROWS)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            known_rows=judged.known_rows,
            known_labels=judged.known_labels,
            held_rows=judged.held_rows,
            held_labels=judged.held_labels,
            test_rows=judged.test_rows[test],
            test_labels=judged.test_labels[test],
            test_groups=judged.test_groups[test],
            test_digests=self.test_digests[test],
            used_digests=self.used_digests,
            about=np.array(json.dumps({"dataset_digest": self.dataset_digest, "drawn": self.drawn})),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> JudgedData:
        """Read what :meth:`to_bytes` wrote.

        Raises
        ------
        RegistrationError
            When it is something else.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                return cls(
                    Judged(**{name: file[name] for name in JUDGED_COLUMNS}),
                    file["test_digests"],
                    file["used_digests"],
                    str(about["dataset_digest"]),
                    bool(about["drawn"]),
                )
        except (OSError, ValueError, KeyError) as error:
            raise RegistrationError(
                f"What the sweep kept for registering cannot be read ({error}). Sweep again."
            ) from error


def stored_judgement(tracker: Tracker, parent: str) -> JudgedData:
    """Read what a sweep kept for registering its runs.

    Raises
    ------
    RegistrationError
        When there is nothing.
    """
    if not parent:
        raise RegistrationError("it is not known what it was trained on.")
    return JudgedData.from_bytes(tracker.fetch(parent, JUDGED_FILE))


def contained(digests: NDArray[np.uint64], among: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Say for each 128-bit digest ``(N, 2)`` whether it is among others ``(M, 2)``."""
    kind = np.dtype([("first", np.uint64), ("second", np.uint64)])
    one, other = (np.ascontiguousarray(values).view(kind).reshape(-1) for values in (digests, among))
    return np.isin(one, other)


def _thinned(count: int, most: int) -> NDArray[np.intp] | slice:
    if count <= most:
        return slice(None)
    return np.linspace(0, count - 1, most).astype(np.intp)
