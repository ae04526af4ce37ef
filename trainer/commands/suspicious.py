"""``gesture-train suspicious``: labelled hands that look like another gesture than their label says."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

import numpy as np

from trainer.commands.reading_arguments import add_reading_arguments, read_sources
from trainer.dataset import Dataset
from trainer.measuring.suspicious import Findings, find_suspicious
from trainer.progress import Progress, add_progress_arguments, progress_from
from trainer.readers.recorded import NUMBER, check_flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--data",
        nargs="+",
        default=("samples",),
        metavar="D",
        help="any supported source, or the word samples for what was recorded (by default)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of folds and models")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_reading_arguments(parser)
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, print, and give the exit code."""
    started = time.monotonic()
    with progress_from(arguments) as progress:
        dataset, notes = without_check_set(read_sources(arguments.data, arguments, progress))
        findings = find_suspicious(dataset, progress, arguments.seed)
        content = as_json(dataset, findings, notes) | {"seconds": round(time.monotonic() - started, 3)}
        if not arguments.json:
            tell(content, progress)
    if arguments.json:
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    return 0


def without_check_set(dataset: Dataset) -> tuple[Dataset, tuple[str, ...]]:
    """Leave out the user's check set, which no model is trained on, this one neither."""
    check = check_flags(dataset)
    if not check.any():
        return dataset, dataset.notes
    note = f"{int(check.sum()):,} hands of the check set were left out: nothing is trained on them."
    return dataset.take(np.flatnonzero(~check)), (*dataset.notes, note)


def as_json(dataset: Dataset, findings: Findings, notes: tuple[str, ...]) -> dict[str, Any]:
    """Give the document that the command prints.

    Each suspicious hand has its ``id`` in its source, its number in the store of samples where it is from there,
    ``label``, ``suggested`` and the probabilities of both, ``confidence`` that of the suggestion.
    """
    chosen = np.array([one.row for one in findings.suspicious], np.intp)
    numbers = dataset.extras.get(NUMBER)
    texts = [""] * len(chosen) if numbers is None else numbers.take(chosen).decode().tolist()
    suspicious = [
        {
            "id": name,
            "sample": int(text) if text.isdecimal() else None,
            "label": one.label,
            "suggested": one.suggested,
            "confidence": round(one.confidence, 4),
            "label_confidence": round(one.label_confidence, 4),
        }
        for one, name, text in zip(findings.suspicious, dataset.id_column.take(chosen).decode(), texts, strict=True)
    ]
    return {
        "hands": len(dataset),
        "judged": findings.judged,
        "confirmed": findings.confirmed,
        "suspicious": suspicious,
        "thresholds": findings.thresholds,
        "notes": list(dict.fromkeys((*notes, *findings.notes))),
    }


def tell(content: dict[str, Any], progress: Progress) -> None:
    """Print what was found for people."""
    for note in content["notes"]:
        progress.message(note)
    found = content["suspicious"]
    lines = [f"{len(found):,} of {content['judged']:,} hands look mislabelled"]
    lines += [
        f"  {one['id']:24s} labelled {one['label']} ({one['label_confidence']:.2f}),"
        f" looks like {one['suggested']} ({one['confidence']:.2f})"
        for one in found
    ]
    sys.stdout.write("\n".join(lines) + "\n")
