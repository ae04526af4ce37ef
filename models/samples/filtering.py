"""Which samples are meant, in what order, and how many of each kind there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from models.hand.landmarks import Handedness

HAND_CODES: dict[Handedness | None, int] = {"Left": 0, "Right": 1, None: -1}
HANDS: dict[int, Handedness | None] = {code: hand for hand, code in HAND_CODES.items()}


class SampleOrder(Enum):
    """Orders of a list of samples."""

    NEWEST = "id DESC"
    OLDEST = "id"
    GESTURE = "gesture, id"
    CONFIDENCE = "coalesce(opinion_confidence, 2), id"


@dataclass(frozen=True, slots=True)
class SampleFilter:
    """Samples that are meant; None means any.

    Attributes
    ----------
    gesture, take, session
        Only of this gesture, take, session.
    hand
        Only left or right hands, or those of which it is not known.
    check
        Only those of the check set (True), or only the others (False).
    binned
        Those in the bin instead of those that are not. Samples of undone takes are neither.
    """

    gesture: str | None = None
    take: int | None = None
    session: int | None = None
    hand: Handedness | Literal["unknown"] | None = None
    check: bool | None = None
    binned: bool = False

    def where(self) -> tuple[str, list[object]]:
        """Give an SQL condition and its values."""
        conditions: list[tuple[str, object]] = [("undone", 0), ("binned", int(self.binned))]
        if self.gesture is not None:
            conditions.append(("gesture", self.gesture))
        if self.hand is not None:
            conditions.append(("hand", HAND_CODES[None if self.hand == "unknown" else self.hand]))
        if self.check is not None:
            conditions.append(("checked", int(self.check)))
        if self.session is not None:
            conditions.append(("session", self.session))
        if self.take is not None:
            conditions.append(("take", self.take))
        return " AND ".join(f"{name} = ?" for name, _ in conditions), [value for _, value in conditions]


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """How many samples there are of each kind.

    Attributes
    ----------
    total
        In all.
    gestures, takes, sessions, hands
        By gesture, number of take, number of session, and ``Left``, ``Right`` or ``unknown``.
    check
        Of the check set.
    """

    total: int
    gestures: Mapping[str, int]
    takes: Mapping[int, int]
    sessions: Mapping[int, int]
    hands: Mapping[str, int]
    check: int
