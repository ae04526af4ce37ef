"""What the trainer's search for wrong labels answers, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gesture_app.training.answers import OTHER_VERSION, understanding

SEARCH_ARGUMENTS = ("suspicious", "--data", "samples")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sample whose label looks wrong.

    Attributes
    ----------
    sample
        Its number in the store.
    label, suggested
        What it is called, and what it looks like.
    confidence, label_confidence
        Probabilities of the two by a model that had not seen the sample, 0 to 1.
    """

    sample: int
    label: str
    suggested: str
    confidence: float
    label_confidence: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    suspicions
        Most suspicious first.
    judged
        Samples that could be judged.
    confirmed
        Samples left out because the user found their label right before.
    notes
        Sentences about what could not be judged, or only in part.
    """

    suspicions: tuple[Suspicion, ...]
    judged: int
    confirmed: int
    notes: tuple[str, ...]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read the trainer's document.

        Raises
        ------
        TrainerAnswerError
            When it is something else.
        """
        with understanding("answer to the search for wrong labels", OTHER_VERSION):
            return cls(
                tuple(
                    Suspicion(
                        int(one["sample"]),
                        str(one["label"]),
                        str(one["suggested"]),
                        float(one["confidence"]),
                        float(one["label_confidence"]),
                    )
                    for one in content["suspicious"]
                ),
                int(content["judged"]),
                int(content["confirmed"]),
                tuple(str(note) for note in content["notes"]),
            )
