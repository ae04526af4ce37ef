"""``gesture-train import``: any supported source into one Parquet file, or into the recorded samples."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from models.home import find_home
from trainer.commands.reading_arguments import add_sources, read_sources
from trainer.commands.writing_arguments import announce_folder, target_file
from trainer.data.description import as_text, summary
from trainer.data.storing import store_dataset
from trainer.data.writing import write_dataset
from trainer.dataset import DataError, Dataset
from trainer.progress import Progress, add_progress_arguments, progress_from

SAMPLES = "samples"
SUFFIXES = (".parquet", ".csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_sources(parser)
    parser.add_argument(
        "--into",
        required=True,
        type=target_file(SUFFIXES, [SAMPLES]),
        metavar="D.parquet",
        help="the file to write (.parquet, or .csv), or the word samples: added to the recorded samples in one step",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import the data and give the exit code."""
    started = time.monotonic()
    with progress_from(arguments) as progress:
        dataset = read_sources(arguments.sources, arguments, progress)
        if not len(dataset):
            raise DataError("There is nothing to import: " + " ".join(dataset.notes))
        _keep(dataset, arguments.into, progress)
    facts = {**summary(dataset), "into": arguments.into, "seconds": round(time.monotonic() - started, 3)}
    if arguments.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(as_text(facts) + f"{len(dataset):,} hands are in {arguments.into}.\n")
    return 0


def _keep(dataset: Dataset, into: str, progress: Progress) -> None:
    if into == SAMPLES:
        store_dataset(dataset, find_home().samples_database, progress)
    else:
        target = Path(into)
        announce_folder(target, progress)
        replaced = target.exists()
        write_dataset(dataset, target, progress)
        if replaced:
            progress.message(f"{target} was there before and was replaced; name it among the sources to add to it.")
