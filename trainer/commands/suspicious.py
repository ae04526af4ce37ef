"""``gesture-train suspicious``: labelled hands that look like another gesture than their label says."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

import numpy as np

from trainer.commands.reading_arguments import add_data, add_reading_arguments, read_sources, tell_refused, whole_number
from trainer.dataset import Dataset
from trainer.measuring.suspicious import Findings, find_suspicious
from trainer.progress import add_progress_arguments, progress_from
from trainer.readers.recorded import NUMBER, without_check_set

SAMPLES = "samples"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser, "--data", "any supported source; by default the word samples, for what was recorded")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="of folds and models")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_reading_arguments(parser)
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, print, and give the exit code."""
    started = time.monotonic()
    with progress_from(arguments) as progress:
        read = read_sources(arguments.data or (SAMPLES,), arguments, progress)
        tell_refused(read, progress)
        dataset = without_check_set(read)
        findings = find_suspicious(dataset, progress, arguments.seed)
        for note in (*dataset.notes[len(read.notes) :], *findings.notes):
            progress.message(note)
    content = as_json(dataset, findings) | {"seconds": round(time.monotonic() - started, 3)}
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n" if arguments.json else as_text(content))
    return 0


def as_json(dataset: Dataset, findings: Findings) -> dict[str, Any]:
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
        "notes": list(dict.fromkeys((*dataset.notes, *findings.notes))),
    }


def as_text(content: dict[str, Any]) -> str:
    """Write what was found for people."""
    found = content["suspicious"]
    lines = [f"{len(found):,} of {content['judged']:,} hands look mislabelled"]
    lines += [
        f"  {one['id']:24s} labelled {one['label']} ({one['label_confidence']:.2f}),"
        f" looks like {one['suggested']} ({one['confidence']:.2f})"
        for one in found
    ]
    return "\n".join(lines) + "\n"
