"""``gesture-train describe``: rows, classes, groups, digest and duplicates of a data set."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from trainer.commands.reading_arguments import add_sources, read_sources
from trainer.commands.writing_arguments import announce_folder, target_file
from trainer.data.description import as_text, describe
from trainer.progress import add_progress_arguments, progress_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_sources(parser)
    parser.add_argument(
        "--figure", type=target_file([".png"]), metavar="F.png", help="draw class balance and mean hands into this file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Describe the data and give the exit code."""
    with progress_from(arguments) as progress:
        dataset = read_sources(arguments.sources, arguments, progress)
        facts = describe(dataset, progress)
        if arguments.figure is not None:
            from trainer.data.data_figure import save_data_figure  # noqa: PLC0415 - Pillow is only needed for it

            path = Path(arguments.figure)
            announce_folder(path, progress)
            save_data_figure(dataset, path)
            progress.message(f"The figure is in {path}.")
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n" if arguments.json else as_text(facts))
    return 0
