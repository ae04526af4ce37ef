"""Samples as rows of the table, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from models.hand.landmarks import LANDMARK_COUNT, Hand, Hands
from models.samples.errors import DamagedStoreError
from models.samples.filtering import HAND_CODES, HANDS
from models.samples.sample import NewSample, Opinion, Sample, SampleColumns

COLUMNS = (
    "take",
    "session",
    "gesture",
    "landmarks",
    "image_width",
    "image_height",
    "hand",
    "score",
    "time",
    "opinion_label",
    "opinion_confidence",
    "opinion_model",
    "picture",
    "origin",
    "checked",
    "confirmed",
)
"""Columns of a sample, in the order of :func:`record_of`."""


def record_of(sample: NewSample, gesture: str, take: int, session: int, checked: int) -> tuple[object, ...]:
    """Give the values of :data:`COLUMNS` for a sample."""
    hand, opinion = sample.hand, sample.opinion
    return (
        take,
        session,
        gesture,
        hand.points.astype("<f4").tobytes(),
        int(hand.image_size[0]),
        int(hand.image_size[1]),
        HAND_CODES[hand.handedness],
        float(hand.score),
        float(sample.time),
        None if opinion is None else opinion.label,
        None if opinion is None else float(opinion.confidence),
        None if opinion is None else opinion.model,
        sample.picture,
        None if sample.origin is None else json.dumps(dict(sample.origin), ensure_ascii=False),
        int(checked or sample.check),
        sample.confirmed,
    )


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise DamagedStoreError(
            f"The store holds a sample that cannot be one ({type(error).__name__}: {error}): the file is damaged."
        ) from error


@_sound()
def sample_of(row: Sequence[Any]) -> Sample:
    """Make a sample of ``id, binned`` and the values of :data:`COLUMNS`.

    Raises
    ------
    DamagedStoreError
        When they are none of a sample.
    """
    number, binned = row[:2]
    value = dict(zip(COLUMNS, row[2:], strict=True))
    points = np.frombuffer(value["landmarks"], "<f4").astype(np.float32).reshape(LANDMARK_COUNT, 3)
    hand = Hand(points, HANDS[value["hand"]], value["score"], (value["image_width"], value["image_height"]))
    opinion = None
    if value["opinion_model"] is not None:
        opinion = Opinion(value["opinion_label"], value["opinion_confidence"], value["opinion_model"])
    return Sample(
        id=number,
        take=value["take"],
        session=value["session"],
        gesture=value["gesture"],
        hand=hand,
        time=value["time"],
        opinion=opinion,
        picture=value["picture"],
        origin=_origin(value["origin"]),
        check=bool(value["checked"]),
        binned=bool(binned),
        confirmed=value["confirmed"],
    )


@_sound()
def columns_of(rows: Sequence[Sequence[Any]], mark: str) -> SampleColumns:
    """Make columns of rows as :func:`sample_of` takes them; ``mark`` tells this store's takes from those of others.

    Raises
    ------
    DamagedStoreError
        As for that.
    """
    ids, _, *values = zip(*rows, strict=True)
    column = dict(zip(COLUMNS, values, strict=True))
    points = np.frombuffer(b"".join(column["landmarks"]), "<f4").astype(np.float32)
    origins = tuple(map(_origin, column["origin"]))
    hands = Hands(
        points.reshape(-1, LANDMARK_COUNT, 3),
        np.array(column["hand"], np.int8),
        np.array(column["score"], np.float32),
        np.stack([np.array(column[name], np.int32) for name in ("image_width", "image_height")], axis=1),
    )
    return SampleColumns(
        ids=np.array(ids, np.int64),
        takes=np.array(column["take"], np.int64),
        sessions=np.array(column["session"], np.int64),
        hands=hands,
        gestures=tuple(column["gesture"]),
        groups=tuple(
            f"{mark}/take-{take}" if origin is None else origin.get("group", "")
            for take, origin in zip(column["take"], origins, strict=True)
        ),
        times=np.array(column["time"], np.float64),
        opinion_labels=_texts(column["opinion_label"]),
        opinion_confidences=np.array([np.nan if value is None else value for value in column["opinion_confidence"]]),
        opinion_models=_texts(column["opinion_model"]),
        pictures=_texts(column["picture"]),
        check=np.array(column["checked"], bool),
        origins=origins,
        confirmed=_texts(column["confirmed"]),
    )


def _texts(values: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(value or "" for value in values)


def _origin(text: str | None) -> Mapping[str, str] | None:
    if text is None:
        return None
    return {str(name): str(value) for name, value in json.loads(text).items()}
