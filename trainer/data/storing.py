"""Data sets into the store of recorded samples, with everything that is known about each hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.hand.landmarks import Hand, Handedness
from models.samples import NewSample, Opinion, SampleStore, is_picture_name
from trainer.dataset import Dataset
from trainer.progress import Progress
from trainer.readers.recorded import EXTRAS, check_flags

_SIDES: dict[int, Handedness | None] = {0: "Left", 1: "Right", -1: None}


def store_dataset(dataset: Dataset, path: Path, progress: Progress | None = None) -> list[int]:
    """Add hands to the store as one take (a second one for those of a check set), which undo takes back.

    What was exported from a store comes back as it was: time, opinion, group and check set.

    Raises
    ------
    SampleStoreError
        When the store cannot be written; nothing of the data set is in it then.
    """
    progress = progress or Progress("quiet")
    check = check_flags(dataset)
    names = ", ".join(dataset.source_column.used()[:3])
    numbers: list[int] = []
    with SampleStore(path) as store:
        session = store.start_session(f"import of {names}")
        for place, kept_for_check in enumerate((False, True)):
            index = np.flatnonzero(check == kept_for_check)
            if len(index):
                take = store.start_take(session, "", check=kept_for_check)
                numbers += store.add(take, list(new_samples(dataset.take(index), progress)))
            progress.advance("storing samples", place + 1, 2)
    return numbers


def new_samples(dataset: Dataset, progress: Progress) -> Iterator[NewSample]:
    """Turn the rows of a data set into samples."""
    now = time.time()
    texts = {
        "source": dataset.sources,
        "id": dataset.ids,
        "group": dataset.groups,
        **{name: column.decode() for name, column in dataset.extras.items() if name not in EXTRAS},
    }
    own = {name: dataset.extras[name].decode() for name in EXTRAS if name in dataset.extras}
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
        )
        if row % 1000 == 0:
            progress.check()


def _opinion(known: dict[str, str]) -> Opinion | None:
    if not known.get("opinion_model"):
        return None
    return Opinion(
        known.get("opinion_label") or None, _number(known.get("opinion_confidence", ""), 0.0), known["opinion_model"]
    )


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise
