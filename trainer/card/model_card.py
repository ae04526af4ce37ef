"""The text of the shipped model's card: every figure in it was measured by the command that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.gesture.gestures import NO_GESTURE
from trainer.dataset import Dataset
from trainer.evaluation import NONE
from trainer.measuring.intervals import wilson
from trainer.shipping import Measured, Shipment

CARD_FILE = "MODEL_CARD.md"
CONFUSIONS_SHOWN = 6
LICENCE = (
    'Trained on landmarks derived from HaGRID (Kapitanov et al., "HaGRID - HAnd Gesture Recognition Image Dataset"),'
    " which is published under a variant of CC BY-SA 4.0. The attribution must stay with the model, its prior and"
    " whatever is published from them."
)


def worst_confusions(measured: Measured) -> list[tuple[str, str, int]]:
    """Give the commonest wrong answers among gestures: truth, answer, how many."""
    names = measured.scores["labels"]
    counts = measured.scores["confusion"]
    wrong = [
        (truth, answer, counts[row][column])
        for row, truth in enumerate(names)
        for column, answer in enumerate(names)
        if row != column and NONE not in {truth, answer} and counts[row][column]
    ]
    return sorted(wrong, key=lambda each: -each[2])[:CONFUSIONS_SHOWN]


def card(shipment: Shipment, measured: Measured | None, data: Dataset, command: str) -> str:
    """Write the card."""
    info = shipment.info
    parts = [
        "# Model card: the shipped gesture model",
        f"Made on {info.created} by `{command}`; do not edit by hand.",
        "## What it is",
        (
            f"One ONNX file of {len(shipment.content):,} bytes, from raw landmark rows (x, y in pixels; z ignored) to"
            f" probabilities of {len(info.gestures)} gestures and `{NO_GESTURE}`: features (version"
            f" {info.features_version}), a neural network, and a normal distribution of each gesture that refuses hands"
            " unlike all it was trained on. It holds no row of data. File and scikit-learn pipeline agree on"
            f" {shipment.agreement.labels:.2%} of {shipment.agreement.rows:,} hands, with probabilities at most"
            f" {shipment.agreement.largest_difference:.0e} apart."
        ),
        "## Data and licence",
        LICENCE,
        _table(
            ["source", "hands"],
            [[name, f"{int((data.sources == name).sum()):,}"] for name in sorted(set(data.sources.tolist()))],
        ),
        shipment.split.how,
        *shipment.split.warnings,
        f"Validation hands chose calibration and threshold ({info.threshold:.2f}); the test set chose nothing here.",
    ]
    parts += ["No test set was given: nothing was measured."] if measured is None else _measured(measured)
    return "\n\n".join(parts) + "\n"


def _measured(measured: Measured) -> list[str]:
    scores = measured.scores
    parts = ["## Scores on the test set", _score_table(measured), "### By gesture", _class_table(measured)]
    parts += ["![Confusion matrix](confusion.png)", "## Unknown hands", "![Rejection and calibration](trust.png)"]
    parts.append(f"{_refused(scores)} Shapes of the articulated hand that were never trained on:")
    parts.append(_table(["shape", "refused"], [[name, f"{share:.1%}"] for name, share in measured.held_out.items()]))
    parts.append(
        f"Over gestures, `{NO_GESTURE}` and these shapes together: expected calibration error"
        f" {measured.together[0]:.4f}, log loss {measured.together[1]:.4f}."
    )
    if measured.left_out:
        parts += ["### One gesture left out of training", _left_out_text(measured)]
    parts += ["## Disturbed hands", _disturbed_table(measured)]
    parts += ["## Trained on the prior alone", _prior_text(measured)]
    parts += ["## Known weaknesses", _weakness_text(measured)]
    if worst_confusions(measured):
        parts += ["Typical hands of both, drawn from the prior:", "![Hands that are confused](weaknesses.png)"]
    return parts


def _score_table(measured: Measured) -> str:
    keys = ("accuracy_all", "macro_f1", "log_loss", "ece", "negatives_rejected")
    rows = []
    for key in keys:
        if measured.scores[key] is None:  # nothing of the kind is in the test set
            continue
        low, high = measured.scores["intervals"][key]
        rows.append([key, f"{measured.scores[key]:.4f}", f"{low:.4f} to {high:.4f}"])
    return _table(["score", "value", "95 % interval"], rows) + "\n\nA refused gesture counts as a wrong answer."


def _class_table(measured: Measured) -> str:
    rows = []
    for label, count in measured.scores["per_class"].items():
        right, shown = count["correct"], count["images"]
        interval = wilson(right / shown if shown else 0.0, shown)
        rows.append([label, str(shown), f"{interval.value:.3f}", f"{interval.low:.3f} to {interval.high:.3f}"])
    return _table(["gesture", "hands", "right", "95 % interval"], rows)


def _left_out_text(measured: Measured) -> str:
    rows = [
        [
            each.label,
            str(each.hands),
            f"{each.unknown:.1%}",
            f"{each.plain:.1%}",
            f"{each.lost:.1%}",
            f"{each.plain_lost:.1%}",
        ]
        for each in measured.left_out
    ]
    count = len(rows)
    mean = [
        sum(getattr(each, name) for each in measured.left_out) / count
        for name in ("unknown", "plain", "lost", "plain_lost")
    ]
    rows.append(["**mean**", "", *[f"{value:.1%}" for value in mean]])
    heading = ["gesture", "hands", "called unknown", "plain threshold", "others refused", "others refused, plain"]
    return (
        "Share of a gesture's real test hands called unknown by models trained without it (shorter trainings), against"
        " a network without any of this and a threshold on its highest probability. Both thresholds refuse 2 % of the"
        " other gestures' validation hands."
        " Gestures that share their finger positions with another are taken for it.\n\n" + _table(heading, rows)
    )


def _disturbed_table(measured: Measured) -> str:
    rows = [[name, f"{right:.4f}", f"{changed:.2%}"] for name, (right, changed) in measured.disturbed.items()]
    return _table(["hands", "gestures right", "answers changed"], rows)


def _prior_text(measured: Measured) -> str:
    own, full = measured.from_prior, measured.scores
    text = f"A model trained on draws from the prior only. {_refused(own)}"
    if own["accuracy_all"] is not None:
        text += f" Accuracy {own['accuracy_all']:.4f} (trained on data: {full['accuracy_all']:.4f})."
    return text


def _weakness_text(measured: Measured) -> str:
    lines = [f"- {truth} taken for {answer}: {count} hands" for truth, answer, count in worst_confusions(measured)]
    lines.append("- A gesture seen from a side that the data does not show is called unknown or taken for a neighbour.")
    return "\n".join(lines)


def _refused(scores: Mapping[str, Any]) -> str:
    if scores["negatives_rejected"] is None:
        return f"The test set holds no `{NO_GESTURE}` hands."
    return f"Refused: {scores['negatives_rejected']:.1%} of {scores['negative_images']:,} `{NO_GESTURE}` hands."


def _table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(heading)} |", "|" + "---|" * len(heading)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def write_card(folder: Path, text: str) -> None:
    """Write the card beside the model."""
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
