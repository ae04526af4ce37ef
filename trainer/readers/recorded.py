"""Samples recorded in the app, with everything that was kept about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.home import find_home
from models.samples import SampleColumns, SampleFilter, SampleStore, Session, Take
from trainer.data.text_column import TextColumn
from trainer.dataset import Dataset
from trainer.readers.blocks import Block, ReadOptions

WORDS: dict[str, SampleFilter] = {
    "samples": SampleFilter(check=False),
    "check": SampleFilter(check=True),
    "all-samples": SampleFilter(),
}
"""Words for the samples to train on, for the check set that is never trained on, and for both."""
NUMBER = "sample_number"
"""The column of a sample's number in the store that it was read from; another store gives it another one."""
EXTRAS = (
    NUMBER,
    "session",
    "session_name",
    "session_started",
    "take",
    "take_gesture",
    "take_started",
    "time",
    "opinion_label",
    "opinion_confidence",
    "opinion_model",
    "picture",
    "check",
    "confirmed",
)
"""What is kept of a sample besides what every hand has, in the order in which files of samples have it."""


def check_flags(dataset: Dataset) -> NDArray[np.bool_]:
    """Tell which hands belong to the user's check set, ``(N,)``; none where the data does not say."""
    column = dataset.extras.get("check")
    if column is None:
        return np.zeros(len(dataset), bool)
    return np.isin(column.decode(), ("1", "1.0", "True", "true"))


def without_check_set(dataset: Dataset) -> Dataset:
    """Leave out the hands of the user's check set, which a file that was exported may hold."""
    check = check_flags(dataset)
    if not check.any():
        return dataset
    note = f"{int(check.sum()):,} hands of the check set were left out: nothing is trained on them."
    return replace(dataset.take(~check), rejected=dataset.rejected).noted(note)


def read_word(word: str, options: ReadOptions, note: Callable[[str], None]) -> Iterator[Block]:
    """Read the samples in the home folder that a word of :data:`WORDS` means; there may be none yet."""
    path = find_home().samples_database
    if not path.exists():
        note("No samples were recorded yet.")
        return
    yield from read_store(path, WORDS[word], options, note)


def read_store(path: Path, chosen: SampleFilter, options: ReadOptions, note: Callable[[str], None]) -> Iterator[Block]:
    """Read samples of a store in blocks, oldest first.

    The group is the take, which is a burst of pictures much alike; what was imported into the store has its own.
    """
    with SampleStore(path) as store:
        total = store.count(chosen)
        if not total:
            note("No samples of this kind were recorded yet.")
        if chosen.check is False and (kept := store.count(SampleFilter(check=True))):
            note(f"{kept} samples of the check set were left out: nothing is trained on them.")
        done = 0
        takes = {take.id: take for take in store.takes()}
        sessions = {session.id: session for session in store.sessions()}
        for columns in store.columns(chosen):
            yield _block(columns, takes, sessions)
            done += len(columns)
            options.progress.advance("reading samples", done, total)


def _block(columns: SampleColumns, takes: Mapping[int, Take], sessions: Mapping[int, Session]) -> Block:
    origins = [origin or {} for origin in columns.origins]
    known = {name for origin in origins for name in origin} - {"source", "id", "group"}
    in_sessions = [sessions.get(number) for number in columns.sessions.tolist()]
    in_takes = [takes.get(number) for number in columns.takes.tolist()]
    values = {
        NUMBER: columns.ids.tolist(),
        "session": columns.sessions.tolist(),
        "session_name": ["" if session is None else session.name for session in in_sessions],
        "session_started": ["" if session is None else session.started for session in in_sessions],
        "take": columns.takes.tolist(),
        "take_gesture": ["" if take is None else take.gesture for take in in_takes],
        "take_started": ["" if take is None else take.started for take in in_takes],
        "time": columns.times.tolist(),
        "opinion_label": columns.opinion_labels,
        "opinion_confidence": ["" if np.isnan(value) else value for value in columns.opinion_confidences.tolist()],
        "opinion_model": columns.opinion_models,
        "picture": columns.pictures,
        "check": columns.check.astype(int).tolist(),
        "confirmed": columns.confirmed,
    }
    extras = {name: [origin.get(name, "") for origin in origins] for name in sorted(known)}
    ids = [origin.get("id") or f"sample-{number}" for origin, number in zip(origins, columns.ids.tolist(), strict=True)]
    return Block(
        columns.hands.rows.T,
        columns.hands.handedness,
        columns.hands.score,
        columns.hands.image_size,
        TextColumn.of(columns.gestures),
        TextColumn.of(columns.groups),
        TextColumn.distinct(pa.array(ids, pa.large_string())),
        TextColumn.of([origin.get("source") or "samples" for origin in origins]),
        {name: TextColumn.of(map(str, texts)) for name, texts in (extras | values).items()},
        "samples",
        lambda index: [f"sample {number}" for number in columns.ids[index].tolist()],
    )
