"""How well a model names the hands of the user's own check set."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.gesture.decision import decide
from models.gesture.gestures import NO_GESTURE
from models.samples.filtering import SampleFilter
from models.samples.store import SampleStore

if TYPE_CHECKING:  # loads the model's runtime
    from models.gesture.classifier import GestureClassifier


@dataclass(frozen=True, slots=True, eq=False)
class CheckSet:
    """The hands of the check set.

    Attributes
    ----------
    rows
        ``(N, 63)`` float32, raw.
    gestures
        What the user showed, N names.
    key
        Another one whenever a hand or a name is another.
    """

    rows: NDArray[np.float32]
    gestures: tuple[str, ...]
    key: str

    def __len__(self) -> int:
        return len(self.gestures)


@dataclass(frozen=True, slots=True)
class GestureScore:
    """How well one gesture is named.

    Attributes
    ----------
    gesture
        Its name.
    count
        Hands of it.
    right
        Those that were named rightly.
    unknown
        Those that were taken for no gesture.
    taken_for
        Other names that were given and how often, commonest first.
    known
        Whether the model has the gesture at all.
    """

    gesture: str
    count: int
    right: int
    unknown: int
    taken_for: tuple[tuple[str, int], ...]
    known: bool

    @property
    def share(self) -> float:
        """Share that was named rightly."""
        return self.right / self.count


@dataclass(frozen=True, slots=True)
class CheckScore:
    """How well a model names the check set.

    Attributes
    ----------
    model
        Its name.
    gestures
        One each, in the order of their names' first hands.
    """

    model: str
    gestures: tuple[GestureScore, ...]

    @property
    def hands(self) -> int:
        """Hands in the set."""
        return sum(gesture.count for gesture in self.gestures)

    @property
    def share(self) -> float:
        """Share named rightly, every gesture counting the same however often it was shown."""
        return sum(gesture.share for gesture in self.gestures) / len(self.gestures)


def read_check_set(store: SampleStore) -> CheckSet:
    """Read the check set, without what lies in the bin.

    Raises
    ------
    SampleStoreError
        When the store cannot be read.
    """
    blocks = list(store.columns(SampleFilter(check=True)))
    rows = np.concatenate([block.hands.rows for block in blocks]) if blocks else np.zeros((0, 63), np.float32)
    gestures = tuple(name for block in blocks for name in block.gestures)
    digest = hashlib.sha256(np.ascontiguousarray(rows).tobytes())
    digest.update("\0".join(gestures).encode())
    return CheckSet(rows, gestures, digest.hexdigest())


def score(model: GestureClassifier, check: CheckSet) -> CheckScore | None:
    """Name every hand of the check set by itself, with the model's own threshold; None when there is no hand.

    Parameters
    ----------
    model
        Is asked for all hands at once.
    check
        The hands. Those of ``no_gesture`` are right when they are taken for none.
    """
    if not len(check):
        return None
    answers = [decide(row, model.labels, model.info.threshold).label for row in model.predict(check.rows)]
    return score_of(model.name, check.gestures, answers, model.labels)


def score_of(model: str, gestures: Sequence[str], answers: Sequence[str | None], labels: Sequence[str]) -> CheckScore:
    """Count what was right.

    Parameters
    ----------
    model
        Its name.
    gestures
        What was shown.
    answers
        What the model said, None for unknown.
    labels
        What the model knows.
    """
    given: dict[str, Counter[str]] = {gesture: Counter() for gesture in gestures}
    for gesture, answer in zip(gestures, answers, strict=True):
        given[gesture][answer or NO_GESTURE] += 1
    return CheckScore(model, tuple(_gesture_score(gesture, counts, labels) for gesture, counts in given.items()))


def _gesture_score(gesture: str, counts: Counter[str], labels: Sequence[str]) -> GestureScore:
    others = tuple((name, count) for name, count in counts.most_common() if name not in {gesture, NO_GESTURE})
    return GestureScore(
        gesture,
        count=counts.total(),
        right=counts[gesture],
        unknown=0 if gesture == NO_GESTURE else counts[NO_GESTURE],
        taken_for=others,
        known=gesture in labels or gesture == NO_GESTURE,
    )
