"""A recorded gesture that a model already takes for another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ALIKE_SHARE = 0.3
"""From this share on, telling the two apart would be luck."""


@dataclass(frozen=True, slots=True)
class Collision:
    """A new gesture whose hands a model accepts as another gesture."""

    label: str
    other: str
    alike: int
    hands: int

    def __str__(self) -> str:
        return (
            f"{self.alike} of {self.hands} recordings of {self.label!r} look like {self.other!r}, which the model knows"
            " already. Hold the new gesture more differently, or record it under that name."
        )


def collision_of(label: str, answers: Sequence[str | None]) -> Collision | None:
    """Say whether recordings of a gesture were taken for another one.

    Parameters
    ----------
    label
        What was recorded.
    answers
        What a model trained without these recordings accepted each of them as, None for unknown.
    """
    others = Counter(answer for answer in answers if answer is not None and answer != label)
    if not others:
        return None
    other, alike = others.most_common(1)[0]
    return Collision(label, other, alike, len(answers)) if alike >= ALIKE_SHARE * len(answers) else None
