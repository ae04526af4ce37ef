"""The command line of the trainer: one module a command, imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Protocol, cast

from models.errors import GestureError, UsageError

DONE, FAILED, WRONG_USE, CANCELLED = 0, 1, 2, 130


class Command(Protocol):
    """What each module in :mod:`trainer.commands` offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and give the exit code."""
        ...


COMMANDS: dict[str, tuple[str, str]] = {
    "import": ("trainer.commands.import_data", "read any supported source into one Parquet file"),
    "describe": ("trainer.commands.describe", "rows, classes, groups, digest and duplicates of a data set"),
    "sweep": ("trainer.commands.sweep", "train and compare model families, register the champion"),
    "leaderboard": ("trainer.commands.leaderboard", "best runs, by family and overall"),
    "register": ("trainer.commands.register", "register a run as a model version"),
    "promote": ("trainer.commands.promote", "make a version the live champion"),
    "rollback": ("trainer.commands.rollback", "go back to the champion before this one"),
    "export": ("trainer.commands.export", "write a version's files into a folder"),
    "compare": ("trainer.commands.compare", "a version beside another model on the same hands"),
    "evaluate": ("trainer.commands.evaluate", "measure a model on pictures or rows"),
    "suspicious": ("trainer.commands.suspicious", "labelled hands that look like another gesture"),
    "ship": ("trainer.commands.ship", "remake the shipped model, its prior and its model card"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``gesture-train`` and give its exit code: 0 done, 1 failed, 2 wrong use, 130 cancelled."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="gesture-train",
        description="Trains gesture models from hand landmarks.",
        epilog="GESTURE_HOME names the folder for samples and models (default: gesture-app doctor names it);"
        " MLFLOW_TRACKING_URI puts runs and versions elsewhere.",
    )
    parser.add_argument("--version", action="version", version=f"gesture-train {version('gesture-app')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), None)
    for name, (module, help_text) in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        if name == chosen:
            command = cast("Command", importlib.import_module(module))
            command.add_arguments(sub)
            sub.set_defaults(run=command.run)
    parsed = parser.parse_args(words)
    try:
        return int(parsed.run(parsed))
    except GestureError as error:
        sys.stderr.write(f"gesture-train: {error}\n")
        return WRONG_USE if isinstance(error, UsageError) else FAILED
    except KeyboardInterrupt:
        sys.stderr.write("gesture-train: cancelled.\n")
        return CANCELLED


if __name__ == "__main__":
    sys.exit(main())
