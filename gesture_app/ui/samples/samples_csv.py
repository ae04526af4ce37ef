"""All samples as one CSV file, in the columns that the trainer writes and reads."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gesture_app.ui.wording import tr
from models.errors import GestureError
from models.samples.filtering import HANDS
from models.spreadsheets import guarded

if TYPE_CHECKING:
    from models.samples.sample import SampleColumns, Session, Take

COORDINATES = tuple(f"{axis}{landmark}" for landmark in range(1, 22) for axis in "xyz")
FIRST = ("label", *COORDINATES, "image_width", "image_height", "handedness", "score", "group", "source", "id")
LAST = (
    *("sample_number", "session", "session_name", "session_started", "take", "take_gesture", "take_started", "time"),
    *("opinion_label", "opinion_confidence", "opinion_model", "picture", "check", "confirmed"),
)
_NUMBERS = " ".join(["%.9g"] * len(COORDINATES))  # nine figures tell any two float32 apart


class ExportError(GestureError):
    """Samples cannot be written to a file; a file that was there is as before."""


def write_csv(database: Path, path: Path, stopped: Callable[[], bool]) -> int:
    """Write every sample that is not in the bin, oldest first, and give how many there were.

    Parameters
    ----------
    database
        The store of samples.
    path
        The file; replaced when it is there, and only once the new one is whole.
    stopped
        Asked now and then whether the work is still wanted.

    Raises
    ------
    ExportError
        When it cannot be written, or was stopped.
    models.samples.errors.SampleStoreError
        When the samples cannot be read.
    """
    from models.samples.store import SampleStore  # noqa: PLC0415

    if not database.exists():
        raise ExportError(tr("There are no samples to export yet."))
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    temporary = Path(name)
    count = 0
    try:
        with SampleStore(database) as store, os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            more = sorted({name for block in store.columns() for name in _origin_names(block)})
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow((*FIRST, *map(guarded, more), *LAST))
            takes = {take.id: take for take in store.takes()}
            sessions = {session.id: session for session in store.sessions()}
            for block in store.columns():
                if stopped():
                    raise ExportError(tr("The export to {path} was stopped.").format(path=path))
                writer.writerows(_rows(block, more, takes, sessions))
                count += len(block)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # a temporary file is its owner's alone
        temporary.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _rows(
    block: SampleColumns, more: list[str], takes: Mapping[int, Take], sessions: Mapping[int, Session]
) -> Iterator[tuple[object, ...]]:
    points = block.hands.rows.tolist()
    scores = block.hands.score.tolist()
    for row, origin in enumerate(block.origins):
        known = origin or {}
        width, height = block.hands.image_size[row].tolist()
        sized = width > 0 and height > 0
        confidence = float(block.opinion_confidences[row])
        session, take = sessions.get(int(block.sessions[row])), takes.get(int(block.takes[row]))
        yield (
            guarded(block.gestures[row]),
            *(_NUMBERS % tuple(points[row])).replace("nan", "").split(" "),
            width if sized else "",
            height if sized else "",
            HANDS[int(block.hands.handedness[row])] or "",
            f"{scores[row]:.9g}",
            guarded(block.groups[row]),
            guarded(known.get("source") or "samples"),
            guarded(known.get("id") or f"sample-{block.ids[row]}"),
            *(guarded(known.get(name, "")) for name in more),
            int(block.ids[row]),
            int(block.sessions[row]),
            *(("", "") if session is None else (guarded(session.name), session.started)),
            int(block.takes[row]),
            *(("", "") if take is None else (guarded(take.gesture), take.started)),
            float(block.times[row]),
            guarded(block.opinion_labels[row]),
            "" if np.isnan(confidence) else confidence,
            guarded(block.opinion_models[row]),
            guarded(block.pictures[row]),
            int(block.check[row]),
            guarded(block.confirmed[row]),
        )


def _origin_names(block: SampleColumns) -> set[str]:
    """Columns that imports brought along and that no column of ours is called."""
    names = {name for origin in block.origins for name in origin or ()}
    return names - {*FIRST, *LAST}


def _refused(path: Path, error: OSError) -> ExportError:
    return ExportError(tr("{path} cannot be written: {why}.").format(path=path, why=error.strerror or error))
