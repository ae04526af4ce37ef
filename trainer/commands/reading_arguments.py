"""Arguments of every command that reads data, and reading by them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from models.gesture.gestures import GESTURES, NO_GESTURE
from trainer.dataset import Dataset, concatenate
from trainer.progress import Progress
from trainer.readers import read
from trainer.readers.kinds import SUPPORTED

HAGRID = "hagrid"


def aspect_ratio(text: str) -> tuple[float, float]:
    """Understand ``W:H``."""
    try:
        width, height = (float(part) for part in text.split(":"))
    except ValueError:
        width = height = 0.0
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise argparse.ArgumentTypeError(f"expected an aspect ratio as W:H, like 16:9, but {text!r} came")
    return width, height


def whole_number(least: int) -> Callable[[str], int]:
    """Make a type for ``add_argument``: a whole number from ``least`` on."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and int(text) >= least):
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} on, but {text!r} came")
        return int(text)

    return number


def label_list(text: str) -> frozenset[str]:
    """Understand ``a,b,c``, and the word ``hagrid`` for the 18 gestures and no_gesture."""
    labels = {name.strip() for name in text.split(",")} - {""}
    if HAGRID in labels:
        labels = labels - {HAGRID} | {*GESTURES, NO_GESTURE}
    if not labels:
        raise argparse.ArgumentTypeError("expected labels as a,b,c")
    return frozenset(labels)


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Declare the sources and how they are read."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=SUPPORTED)
    add_reading_arguments(parser)


def add_data(parser: argparse._ActionsContainer, name: str, help_text: str, *, required: bool = False) -> None:
    """Declare an option that takes sources: several after one another, or given several times; all of them add up."""
    parser.add_argument(name, nargs="+", action="extend", metavar="D", help=help_text, required=required)


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how sources are read."""
    parser.add_argument("--label", help="label of sources without one of their own (a video, pictures, a table)")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="pictures that annotations speak of, for their sizes"
    )
    parser.add_argument(
        "--aspect",
        type=aspect_ratio,
        metavar="W:H",
        help="shape of pictures whose size is not known (annotations: 3:4)",
    )
    parser.add_argument(
        "--labels",
        type=label_list,
        metavar="L,L",
        help="labels that may occur (hagrid: its 18 and no_gesture); others are refused",
    )
    parser.add_argument("--landmarker", type=Path, metavar="FILE", help="hand_landmarker.task, for pictures and videos")
    parser.add_argument(
        "--jobs", type=whole_number(1), metavar="N", help="worker processes for pictures; one a core by default"
    )


def read_sources(sources: Sequence[str], arguments: argparse.Namespace, progress: Progress) -> Dataset:
    """Read sources one after the other into one data set, and tell how they were understood.

    Raises
    ------
    DataError
        When one of them cannot be read, or gives no hand.
    """
    dataset = concatenate(
        [
            read(
                source,
                label=arguments.label,
                images=arguments.images,
                aspect=arguments.aspect,
                labels=arguments.labels,
                landmarker=arguments.landmarker,
                jobs=arguments.jobs,
                progress=progress,
            )
            for source in sources
        ]
    )
    for note in dataset.notes:
        progress.message(note)
    return dataset


def tell_refused(dataset: Dataset, progress: Progress) -> None:
    """Say which rows were refused, where no report does."""
    for rejection in dataset.rejected:
        progress.message(str(rejection))
