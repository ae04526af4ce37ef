"""``gesture-train promote VERSION``: makes a version the live champion."""

from __future__ import annotations

import argparse
import sys

from models.gesture.registry import Registry
from models.home import find_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("version", metavar="VERSION", help="a version number, or an alias such as challenger")


def run(arguments: argparse.Namespace) -> int:
    """Promote."""
    registry = Registry(find_home())
    version = registry.promote(registry.find(arguments.version))
    sys.stdout.write(f"Version {version.number} is the champion. 'gesture-train rollback' takes that back.\n")
    return 0
