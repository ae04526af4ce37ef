"""``gesture-train rollback``: goes back to the champion before this one."""

from __future__ import annotations

import argparse
import sys

from models.gesture.registry import Registry
from models.home import find_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: there are none."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Roll back."""
    del arguments
    version = Registry(find_home()).rollback()
    sys.stdout.write(f"Version {version.number} is the champion again.\n")
    return 0
