"""Data sets into the store of recorded samples, with everything that is known about each hand."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import Hand, Handedness
from models.samples import BroughtSession, BroughtTake, NewSample, Opinion, SampleStore, is_picture_name
from models.samples.store import LONGEST_NAME
from trainer.data.text_column import TextColumn
from trainer.dataset import Dataset
from trainer.progress import Progress
from trainer.readers.recorded import EXTRAS, check_flags

_SIDES: dict[int, Handedness | None] = {0: "Left", 1: "Right", -1: None}
_TAKE = ("session", "session_name", "session_started", "take", "take_gesture", "take_started")
_WHOLE = re.compile(r"[0-9]{1,10}")
LONGEST_SESSION = 200
BLOCK_ROWS = 1000


def store_dataset(dataset: Dataset, path: Path, progress: Progress | None = None) -> list[int]:
    """Add hands to the store as one step, which undo takes back at once, and give their numbers.

    What was exported from a store comes back as it was: sessions and takes, under their own numbers where these are
    free, time, opinion, group, check set and confirmed label. Other hands become one take, those of a check set a
    second one.

    Raises
    ------
    SampleStoreError
        When the store cannot be written; nothing of the data set is in it then.
    """
    takes, places = takes_of(dataset)
    # All of them before the store is held, which the app may be recording into.
    samples = list(new_samples(dataset, progress or Progress("quiet")))
    with SampleStore(path) as store:
        return store.bring_in(takes, zip(places.tolist(), samples, strict=True))


def takes_of(dataset: Dataset) -> tuple[list[BroughtTake], NDArray[np.intp]]:
    """Give the takes of a data set in the order of their first hands, and the place of each hand's take, ``(N,)``."""
    check = check_flags(dataset)
    empty = TextColumn.constant("", len(dataset))
    columns = [dataset.extras.get(name, empty) for name in _TAKE]
    ranks, names = zip(*(column.ranks() for column in columns), strict=True)
    numbered = _whole(ranks[0], names[0]) & _whole(ranks[3], names[3])
    # A take may hold hands of both kinds, where some were put into the check set later.
    keys = np.where(numbered, np.stack(ranks), -1)
    keys = np.concatenate([keys, np.where(numbered, -1, check.astype(np.int32))[None]]).T
    _, first, places = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    sources = ", ".join(dataset.source_column.used()[:3])
    foreign = BroughtTake(BroughtSession(f"import of {sources}"[:LONGEST_SESSION]))
    takes = [
        _take({name: names[place][ranks[place][row]] for place, name in enumerate(_TAKE)}) if numbered[row] else foreign
        for row in first[order].tolist()
    ]
    return takes, rank[places.reshape(-1)]


def new_samples(dataset: Dataset, progress: Progress) -> Iterator[NewSample]:
    """Turn the rows of a data set into samples."""
    now = time.time()
    texts = {
        "source": dataset.sources,
        "id": dataset.ids,
        "group": dataset.groups,
        # As a heading is read: capital letters do not make another column.
        **{name.lower(): column.decode() for name, column in dataset.extras.items() if name.lower() not in EXTRAS},
    }
    own = {name.lower(): column.decode() for name, column in dataset.extras.items() if name.lower() in EXTRAS}
    check = check_flags(dataset)
    hands = dataset.hands
    for row, label in enumerate(dataset.labels.tolist()):
        known = {name: str(values[row]) for name, values in own.items()}
        picture = known.get("picture", "")
        yield NewSample(
            Hand(
                hands.points[row].copy(),
                _SIDES[int(hands.handedness[row])],
                float(hands.score[row]),
                (int(hands.image_size[row, 0]), int(hands.image_size[row, 1])),
            ),
            _number(known.get("time", ""), now),
            _opinion(known),
            # The store deletes pictures together with their samples, so it must not take just any file for one.
            picture if is_picture_name(picture) else None,
            {name: str(values[row]) for name, values in texts.items() if values[row]},
            label,
            bool(check[row]),
            known.get("confirmed") or None,
        )
        if row % BLOCK_ROWS == 0:
            progress.advance("storing samples", row, len(dataset))
    progress.advance("storing samples", len(dataset), len(dataset))


def _whole(ranks: NDArray[np.int32], names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([_WHOLE.fullmatch(name) is not None for name in names] or [False], bool)[ranks]


def _take(facts: Mapping[str, str]) -> BroughtTake:
    name = facts["session_name"]
    started = _number_or_none(facts["session_started"])
    gesture = facts["take_gesture"]
    return BroughtTake(
        BroughtSession(name[:LONGEST_SESSION] if name.isprintable() else "", int(facts["session"]), started),
        gesture if gesture.isprintable() and len(gesture) <= LONGEST_NAME else "",
        int(facts["take"]),
        _number_or_none(facts["take_started"]),
    )


def _opinion(known: Mapping[str, str]) -> Opinion | None:
    if not known.get("opinion_model"):
        return None
    return Opinion(
        known.get("opinion_label") or None, _number(known.get("opinion_confidence", ""), 0.0), known["opinion_model"]
    )


def _number(text: str, otherwise: float) -> float:
    number = _number_or_none(text)
    return otherwise if number is None else number


def _number_or_none(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
