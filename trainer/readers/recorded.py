"""Samples recorded in the app, with everything that was kept about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.home import find_home
from models.samples import SampleColumns, SampleFilter, SampleStore
from trainer.data.text_column import TextColumn
from trainer.dataset import Dataset
from trainer.readers.blocks import Block, ReadOptions

WORDS: dict[str, SampleFilter] = {
    "samples": SampleFilter(check=False),
    "check": SampleFilter(check=True),
    "all-samples": SampleFilter(),
}
"""Words for the samples to train on, for the check set that is never trained on, and for both."""
EXTRAS = ("session", "take", "time", "opinion_label", "opinion_confidence", "opinion_model", "picture", "check")


def check_flags(dataset: Dataset) -> NDArray[np.bool_]:
    """Tell which hands belong to the user's check set, ``(N,)``; none where the data does not say."""
    column = dataset.extras.get("check")
    if column is None:
        return np.zeros(len(dataset), bool)
    return np.isin(column.decode(), ("1", "1.0", "True", "true"))


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
        for columns in store.columns(chosen):
            yield _block(columns)
            done += len(columns)
            options.progress.advance("reading samples", done, total)


def _block(columns: SampleColumns) -> Block:
    origins = [origin or {} for origin in columns.origins]
    known = {name for origin in origins for name in origin} - {"source", "id", "group"}
    values = {
        "session": columns.sessions.tolist(),
        "take": columns.takes.tolist(),
        "time": columns.times.tolist(),
        "opinion_label": columns.opinion_labels,
        "opinion_confidence": ["" if np.isnan(value) else value for value in columns.opinion_confidences.tolist()],
        "opinion_model": columns.opinion_models,
        "picture": columns.pictures,
        "check": columns.check.astype(int).tolist(),
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
