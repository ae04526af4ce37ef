"""One function that reads whatever it is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from models.errors import UsageError
from trainer.dataset import DataError, Dataset, Rejection
from trainer.progress import Progress
from trainer.readers import drawn, recorded
from trainer.readers.annotations import read_annotations
from trainer.readers.blocks import Block, ReadOptions, gather
from trainer.readers.kinds import Kind
from trainer.readers.notebook_csv import read_table
from trainer.readers.parquet import read_parquet
from trainer.readers.picture_sizes import PictureSizes
from trainer.readers.rejections import RejectionLog
from trainer.readers.walking import SourceFile, files_of

WORDS = frozenset({drawn.WORD, *recorded.WORDS})
"""Sources that are words, not paths."""


class SourceWordError(DataError, UsageError):
    """A source that is neither a file, a folder, nor a word that is known."""


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
        A file, a folder, or one of the words ``prior`` (draws from the shipped prior), ``samples`` (recorded samples
        without the check set), ``check`` (the check set) and ``all-samples`` (both).
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
    SourceWordError
        When it is neither there nor looks like a path, nor is one of the words.
    DataError
        When nothing usable is there; the text says what was expected. Words for recorded samples may give no rows.
    """
    word = str(source) if str(source) in WORDS else None
    if word is None:
        _refuse_other_words(str(source))
    options = ReadOptions(
        label=label,
        images=images,
        aspect=aspect,
        landmarker=landmarker,
        labels=None if labels is None else frozenset(labels),
        jobs=jobs or os.cpu_count() or 1,
        progress=progress or Progress("quiet"),
    )
    log = RejectionLog()
    notes: list[str] = []
    blocks = (
        _word_blocks(word, options, notes.append) if word else _file_blocks(Path(source), options, log, notes.append)
    )
    dataset = gather(blocks, options.labels, log)
    if not len(dataset) and word not in recorded.WORDS:
        reasons = "; ".join(_reason(entry, Path(source)) for entry in dataset.rejected) or "it holds no rows"
        raise DataError(f"{source} gave no usable hand: {reasons}.")
    return replace(dataset, notes=tuple(dict.fromkeys(notes)))


def _reason(rejection: Rejection, source: Path) -> str:
    """Say why rows were refused; what goes without saying is left out."""
    if rejection.count > 1 or rejection.file != source.name:
        return str(rejection)
    return rejection.reason + (f" ({rejection.places[0]})" if rejection.places else "")


def _refuse_other_words(source: str) -> None:
    path = Path(source)
    if source.strip() and (path.exists() or path.suffix or path.name != source):
        return
    near = get_close_matches(source.lower(), WORDS, n=1)
    raise SourceWordError(
        f"Expected a file or folder that is there, or one of the words {', '.join(sorted(WORDS))}, but {source!r} came."
        + (f" Did you mean {near[0]}?" if near else "")
    )


def _word_blocks(word: str, options: ReadOptions, note: Callable[[str], None]) -> Iterator[Block]:
    return drawn.read_prior(options, note) if word == drawn.WORD else recorded.read_word(word, options, note)


def _file_blocks(source: Path, options: ReadOptions, log: RejectionLog, note: Callable[[str], None]) -> Iterator[Block]:
    sizes = None if options.images is None else PictureSizes(options.images)
    pictures: list[SourceFile] = []
    for file in files_of(source, note):
        if file.kind is Kind.PICTURE:
            pictures.append(file)
        elif file.kind is Kind.ANNOTATIONS:
            yield from read_annotations(file.path, options, log, note, sizes)
        else:
            yield from _READERS[file.kind](file, options, log, note)
    if pictures:
        from trainer.readers.pictures import read_pictures  # noqa: PLC0415 - MediaPipe takes a second to import

        yield from read_pictures(pictures, options, log, note)


def _video_blocks(
    file: SourceFile, options: ReadOptions, log: RejectionLog, note: Callable[[str], None]
) -> Iterator[Block]:
    from trainer.readers.video import read_video  # noqa: PLC0415 - as above

    return read_video(file, options, log, note)


_FileReader = Callable[[SourceFile, ReadOptions, RejectionLog, Callable[[str], None]], Iterator[Block]]
_READERS: dict[Kind, _FileReader] = {
    Kind.TABLE: lambda file, options, log, note: read_table(file.path, options, log, note),
    Kind.PARQUET: lambda file, options, log, note: read_parquet(file.path, options, log, note),
    Kind.STORE: lambda file, options, _, note: recorded.read_store(file.path, recorded.WORDS["samples"], options, note),
    Kind.VIDEO: _video_blocks,
}
