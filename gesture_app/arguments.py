"""What the commands of the app have in common on the command line."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path


def add_recognition_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what every command that recognises understands."""
    parser.add_argument("--source", metavar="S", help="what to look at: camera:N, a file, a folder, a stream, demo")
    parser.add_argument(
        "--model",
        metavar="M",
        help="shipped, a version number, an alias, or a folder holding an exported model; by default the window takes"
        " the one used last, and all else shipped",
    )
    parser.add_argument("--hands", metavar="N", type=int, choices=range(1, 5), help="most hands looked for, 1 to 4")
    parser.add_argument("--landmarker", metavar="F", type=Path, help="MediaPipe's hand_landmarker.task")
    add_verbose(parser)


def add_verbose(parser: argparse.ArgumentParser) -> None:
    """Declare the switch that :func:`set_up_messages` obeys."""
    parser.add_argument("-v", "--verbose", action="store_true", help="every message, native libraries' included")


def set_up_messages(*, verbose: bool) -> None:
    """Send messages to standard error; OpenCV's and FFmpeg's own only when they are asked for.

    Call it before OpenCV is imported.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s" if verbose else "gesture-app: %(message)s",
        stream=sys.stderr,
    )
    if not verbose:
        os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET


def positive(text: str) -> float:
    """Read a number above zero."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"must be more than 0, but {text} came")
    return value
