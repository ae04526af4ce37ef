"""``gesture-train export VERSION DIR``: writes a version's files into a folder that the app can load."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from models.errors import GestureError
from models.gesture.registry import Registry
from models.gesture.versions import MANIFEST_FILE, MODEL_FILE, write_whole
from models.home import find_home


class ExportError(GestureError):
    """A folder that cannot be written to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("version", metavar="VERSION", help="a version number, or an alias such as champion")
    parser.add_argument("folder", metavar="DIR", type=Path, help="made where it is not there yet")


def run(arguments: argparse.Namespace) -> int:
    """Write model file and manifest."""
    registry = Registry(find_home())
    version = registry.find(arguments.version)
    content = registry.content(version)
    folder: Path = arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / MODEL_FILE, content)
        write_whole(folder / MANIFEST_FILE, json.dumps(version.to_dict(), indent=1).encode())
    except OSError as error:
        raise ExportError(f"The folder {folder} cannot be written to: {error.strerror or error}.") from error
    sys.stdout.write(f"Version {version.number} is in {folder}. 'gesture-app --model {folder}' uses it.\n")
    return 0
