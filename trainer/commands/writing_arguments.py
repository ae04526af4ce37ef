"""Arguments that name a file to write: what cannot be one is refused before anything long is done."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from trainer.progress import Progress


def target_file(endings: Sequence[str], words: Sequence[str] = ()) -> Callable[[str], str]:
    """Make a type for ``add_argument``: a file with one of these endings, or one of these words.

    Parameters
    ----------
    endings
        With their dot, in small letters.
    words
        Taken as they are.
    """
    expected = f"a file that ends in {' or '.join(endings)}" + "".join(f", or the word {word}" for word in words)

    def target(text: str) -> str:
        if text in words:
            return text
        path = Path(text)
        if path.is_dir():
            raise argparse.ArgumentTypeError(f"expected {expected}, but {text} is a folder")
        if path.suffix.lower() not in endings:
            raise argparse.ArgumentTypeError(f"expected {expected}, but {text!r} came")
        if not _first_there(path).is_dir():
            raise argparse.ArgumentTypeError(f"{_first_there(path)} is a file, so there is no folder for {text}")
        return text

    return target


def announce_folder(path: Path, progress: Progress) -> None:
    """Say that the folder of a file will be made, where it is not there."""
    if not path.parent.is_dir():
        progress.message(f"The folder {path.parent} is not there yet: it is made.")


def _first_there(path: Path) -> Path:
    """Give the nearest folder above, or what stands in its place."""
    return next(parent for parent in path.absolute().parents if parent.exists())
