"""One function that reads whatever it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from trainer.dataset import DataError, Dataset, concatenate
from trainer.progress import Progress
from trainer.readers.annotations import read_annotations
from trainer.readers.blocks import Block, ReadOptions, gather
from trainer.readers.kinds import SUPPORTED, Kind, kind_of_file
from trainer.readers.notebook_csv import read_table
from trainer.readers.picture_sizes import PictureSizes
from trainer.readers.rejections import RejectionLog


def read(  # noqa: PLR0913 - what a source may need, all by keyword
    source: str | Path,
    *,
    label: str | None = None,
    images: Path | None = None,
    aspect: tuple[float, float] | None = None,
    landmarker: Path | None = None,
    labels: Iterable[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Read hands from any supported source; what it is, is found from its content.

    Parameters
    ----------
    source
        A file or folder.
    label
        Label for sources without one of their own.
    images
        Folder of the pictures that HaGRID annotations speak of; their sizes are taken from there.
    aspect
        Width and height of pictures whose size is not known, in any unit; 3:4 by default for annotations.
    landmarker
        The hand landmarker file; found by itself by default.
    labels
        Labels that may occur: rows with others are refused. By default any may.
    jobs
        Worker processes for pictures; one a core by default.
    progress
        Where progress is told; nowhere by default.

    Raises
    ------
    DataError
        When nothing usable is there; the text says what was expected.
    """
    options = ReadOptions(
        label=label,
        images=images,
        aspect=aspect,
        landmarker=landmarker,
        labels=None if labels is None else frozenset(labels),
        jobs=jobs or 1,
        progress=progress or Progress("quiet"),
    )
    path = Path(source)
    if not path.exists():
        raise DataError(f"{source} is not there; expected {SUPPORTED}.")
    files = sorted(entry for entry in path.iterdir() if entry.is_file()) if path.is_dir() else [path]
    log = RejectionLog()
    notes: list[str] = []
    dataset = gather(_blocks(files, options, log, notes.append), options.labels, log)
    return _whole(dataset, str(source), notes)


def _blocks(files: list[Path], options: ReadOptions, log: RejectionLog, note: Callable[[str], None]) -> Iterator[Block]:
    sizes = None if options.images is None else PictureSizes(options.images)
    for file in files:
        kind = kind_of_file(file)
        if kind is Kind.TABLE:
            yield from read_table(file, options, log, note)
        elif kind is Kind.ANNOTATIONS:
            yield from read_annotations(file, options, log, note, sizes)


def _whole(dataset: Dataset, source: str, notes: list[str]) -> Dataset:
    if not len(dataset):
        reasons = "; ".join(map(str, dataset.rejected)) or "it holds no rows"
        raise DataError(f"{source} gave no usable hand: {reasons}.")
    return replace(dataset, notes=tuple(dict.fromkeys(notes)))


def read_all(sources: Iterable[str | Path], **options: object) -> Dataset:
    """Read several sources into one."""
    return concatenate([read(source, **options) for source in sources])  # type: ignore[arg-type]
