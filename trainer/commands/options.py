"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Declare what sources without picture sizes need."""
    parser.add_argument("--images", type=Path, metavar="DIR", help="pictures that HaGRID annotations speak of")
    parser.add_argument(
        "--aspect", type=aspect, metavar="W:H", help="shape of pictures whose size is not known (default: 3:4)"
    )


def aspect(text: str) -> tuple[float, float]:
    """Read ``3:4``; argparse turns the error into its own message."""
    first, _, second = text.partition(":")
    try:
        width, height = float(first), float(second)
    except ValueError:
        width = height = 0.0
    if not (width > 0 and height > 0):
        raise argparse.ArgumentTypeError(f"expected two numbers such as 3:4, but got {text!r}")
    return width, height
