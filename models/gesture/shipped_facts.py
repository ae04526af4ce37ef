"""What is known of the model that comes with the program: its file and its model card say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.gesture.classifier import GestureClassifier

CARD_FILE = "MODEL_CARD.md"
_SCORE = re.compile(r"^\|\s*macro_f1\s*\|\s*([01](?:\.\d+)?)\s*\|", re.MULTILINE)
_ROWS = re.compile(r"tested on ([\d,]+) hands")


@dataclass(frozen=True, slots=True)
class ShippedFacts:
    """What the shipped model says of itself.

    Attributes
    ----------
    family
        Kind of model.
    created
        ISO date of its training.
    model_bytes
        Size of its file.
    gestures
        Labels that are gestures.
    macro_f1, test_rows
        Its score on the test set of its card, and how many hands that has; None where the card does not say so.
    latency_us
        Microseconds a hand when it was made; None where that was not measured.
    """

    family: str
    created: str
    model_bytes: int
    gestures: tuple[str, ...]
    macro_f1: float | None = None
    test_rows: int | None = None
    latency_us: float | None = None


def read_facts(folder: Path, model_file: str) -> ShippedFacts:
    """Read a shipped model's facts; figures in the file itself win over those of the card beside it.

    Parameters
    ----------
    folder
        Holds the model file and its card.
    model_file
        Name of the file.

    Raises
    ------
    ModelFileError
        When the model cannot be read. A card that is not there is no error.
    """
    path = folder / model_file
    info = GestureClassifier.load(path).info
    figures = dict(info.figures or {})
    try:
        card = (folder / CARD_FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        card = ""
    score, rows = _SCORE.search(card), _ROWS.search(card)
    return ShippedFacts(
        info.family,
        info.created,
        path.stat().st_size,
        info.gestures,
        figures.get("macro_f1", float(score[1]) if score else None),
        int(rows[1].replace(",", "")) if rows else None,
        figures.get("latency_us"),
    )
