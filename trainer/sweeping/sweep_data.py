"""What a sweep works on: sources read, divided, and turned into columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.gestures import NO_GESTURE
from trainer.dataset import DataError, Dataset, concatenate
from trainer.progress import Progress
from trainer.readers import read
from trainer.readers.drawn import WORD as PRIOR
from trainer.readers.recorded import without_check_set
from trainer.runs.run_facts import DataUsed
from trainer.split import split
from trainer.sweeping.exposure import with_made_unknown
from trainer.sweeping.fitting import within_cap
from trainer.sweeping.judged import JudgedData
from trainer.sweeping.judged_rows import Judged
from trainer.sweeping.material import Parts

OUT_OF_THE_BOX = (PRIOR, "samples")
LONGEST_NAME = 200
KNOWN_HANDS = 300
"""Hands of the training part, a class, that are kept to tell what is usual."""
HELD_HANDS = 1500
"""Hands of the validation part that finalists are calibrated on: a handful of numbers each."""


@dataclass(frozen=True, slots=True, eq=False)
class SweepData:
    """The divided data of a sweep.

    Attributes
    ----------
    parts
        Training and validation part.
    held_groups
        Whose each validation hand is, ``(V,)``: the bootstrap draws whole groups.
    judged
        What finalists are judged by, the test part among it.
    digest
        Of all of it, the separate test set included.
    how
        One or two sentences: how it was divided.
    notes
        Sentences about the data for reports: how it was read, what was refused, what makes scores less trustworthy.
    used
        The data for MLflow's list of inputs.
    """

    parts: Parts
    held_groups: NDArray[np.str_]
    judged: JudgedData
    digest: str
    how: str
    notes: tuple[str, ...]
    used: tuple[DataUsed, ...]

    def limited(self, rows: int | None) -> SweepData:
        """Give the same with at most so many training hands; large classes give theirs away first."""
        chosen = within_cap(self.parts.codes, rows, self.parts.seed)
        if chosen is None:
            return self
        parts = replace(self.parts, rows=self.parts.rows[chosen], codes=self.parts.codes[chosen])
        note = (
            f"The search space trains on at most {rows:,} hands, drawn from the {len(self.parts.rows):,} for training."
        )
        return replace(self, parts=parts, notes=(*self.notes, note))

    def exposed(self) -> SweepData:
        """Give the same with made-up hands that are no gesture in the training part."""
        parts, made = with_made_unknown(self.parts)
        if not made:
            return self
        note = f"{made:,} made-up hands of {NO_GESTURE} were added to the training part."
        return replace(self, parts=parts, notes=(*self.notes, note))


def read_sweep_data(
    sources: Sequence[str],
    test_sources: Sequence[str],
    seed: int,
    progress: Progress,
    **reading: Any,  # noqa: ANN401 - see trainer.readers.read
) -> SweepData:
    """Read and divide the data of a sweep.

    Parameters
    ----------
    sources
        Any that :func:`trainer.readers.read` takes; the shipped prior and the recorded samples where there are none.
    test_sources
        A separate test set; a part of the data is set aside where there are none.
    seed
        Varies the validation part.
    progress
        Where progress is told.
    reading
        More for :func:`trainer.readers.read`.

    Raises
    ------
    DataError
        When nothing usable is there, or too little to train and to measure.
    """
    chosen = tuple(sources) or OUT_OF_THE_BOX
    dataset = without_check_set(concatenate([read(source, progress=progress, **reading) for source in chosen]))
    test = concatenate([read(each, progress=progress, **reading) for each in test_sources]) if test_sources else None
    if len(dataset.classes) < 2:
        raise DataError(
            f"A model needs hands of at least two gestures, but the data has {len(dataset.classes)}. Add more data,"
            f" for instance the word {PRIOR!r}."
        )
    divided = split(dataset, test=test, seed=seed, progress=progress)
    if not len(divided.train) or not len(divided.validation):
        raise DataError(
            f"Too little data to train and to measure: {len(divided.train)} hands would be left for training and"
            f" {len(divided.validation)} for validation. Record or import more, of more persons or takes."
        )
    tested = dataset.take(divided.test) if test is None else test
    test_units = divided.units[divided.test].astype(str) if test is None else test.groups
    tested, test_units, left_out = _known_only(tested, test_units, dataset.take(divided.train).classes)
    rows, labels = dataset.rows, dataset.labels
    classes = tuple(dataset.take(divided.train).classes)
    # What has a class that nothing is trained on could only be answered wrongly by all.
    held = divided.validation[np.isin(labels[divided.validation], classes)]
    if len(classes) < 2 or not len(held):
        raise DataError(
            f"Too little is left of most gestures: {len(classes)} of {len(dataset.classes)} can be trained on, and"
            f" {len(held)} hands of them measured. {divided.how} Record or import more, of more persons or takes."
        )
    if not len(tested):
        raise DataError("No hand of a trained gesture is left for testing. Name a test set with --test, or add data.")
    order = np.asarray(classes)
    used = np.concatenate([divided.train, held])
    name = _name_of(chosen)
    parts = Parts(
        np.ascontiguousarray(rows[divided.train]),
        np.searchsorted(order, labels[divided.train]).astype(np.int16),
        np.ascontiguousarray(rows[held]),
        np.searchsorted(order, labels[held]).astype(np.int16),
        classes,
        seed,
    )
    known = _some(parts.codes, KNOWN_HANDS * len(classes), seed)
    calibrated = _some(parts.held_codes, HELD_HANDS, seed)
    judged = Judged(
        parts.rows[known],
        order[parts.codes[known]],
        parts.held_rows[calibrated],
        order[parts.held_codes[calibrated]],
        np.ascontiguousarray(tested.rows),
        tested.labels,
        test_units,
    )
    drawn = set(dataset.source_column.used()) == {PRIOR}
    data = [DataUsed(name, dataset.digest, name, len(dataset), classes)]
    if test is not None:
        where = ", ".join(test_sources)
        data.append(DataUsed(_name_of(test_sources), test.digest, where, len(test), test.classes, "test"))
    return SweepData(
        parts,
        divided.units[held].astype(str),
        JudgedData(judged, tested.landmark_digests, dataset.landmark_digests[used], dataset.digest, drawn),
        dataset.digest + ("" if test is None else test.digest),
        divided.how,
        _notes(dataset, test, (*divided.warnings, *left_out)),
        tuple(data),
    )


def _name_of(sources: Sequence[str]) -> str:
    return ", ".join(Path(source).name if Path(source).exists() else source for source in sources)[:LONGEST_NAME]


def _some(codes: NDArray[np.int16], most: int, seed: int) -> NDArray[np.intp]:
    chosen = within_cap(codes, most, seed)
    return np.arange(len(codes)) if chosen is None else chosen


def _known_only(
    tested: Dataset, units: NDArray[np.str_], classes: Sequence[str]
) -> tuple[Dataset, NDArray[np.str_], tuple[str, ...]]:
    labels = tested.labels
    known = np.isin(labels, list(classes))
    if known.all():
        return tested, units, ()
    names = ", ".join(sorted(set(labels[~known].tolist())))
    note = f"{int((~known).sum()):,} test hands of {names} were left out: nothing was trained on these labels."
    return tested.take(known), units[known], (note,)


def _notes(dataset: Dataset, test: Dataset | None, more: Sequence[str]) -> tuple[str, ...]:
    found = [*dataset.notes, *map(str, dataset.rejected)]
    if test is not None:
        found += [f"Test set: {note}" for note in (*test.notes, *map(str, test.rejected))]
    return tuple(dict.fromkeys([*found, *more]))
