"""The files of a source: itself, or what is in its folders, each with its kind and the label that its folder gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.dataset import DataError
from trainer.readers.kinds import SUPPORTED, Kind, kind_of_file
from trainer.readers.picture_sizes import PICTURE_SUFFIXES


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source.

    Attributes
    ----------
    name
        How reports call it: its path within the source's folder, or its own name.
    folder_label
        Name of the first folder within the source's folder, which labels pictures and videos; None outside of one.
    folder_group
        Path of the folders below that one ("" where there are none): the person or session, if anything.
    """

    path: Path
    kind: Kind
    name: str
    folder_label: str | None = None
    folder_group: str = ""


def files_of(source: Path, note: Callable[[str], None]) -> Iterator[SourceFile]:
    """Walk over the files of a source in a fixed order; in a folder, what cannot be read as hands is passed over.

    Raises
    ------
    DataError
        When the source is not there, or nothing can be read.
    """
    if not source.exists():
        raise DataError(f"{source} is not there: check how it is written and where you are. Expected {SUPPORTED}.")
    if not source.is_dir():
        yield SourceFile(source, kind_of_file(source), source.name)
        return
    passed_over: list[str] = []
    found = False
    for path in sorted(source.rglob("*")):
        within = path.relative_to(source)
        if not path.is_file() or any(part.startswith(".") for part in within.parts):
            continue
        kind = Kind.PICTURE if path.suffix.lower() in PICTURE_SUFFIXES else _kind_or_none(path)
        if kind is None:
            passed_over.append(within.as_posix())
            continue
        found = True
        label = within.parts[0] if len(within.parts) > 1 else None
        yield SourceFile(path, kind, within.as_posix(), label, "/".join(within.parts[1:-1]))
    if passed_over:
        shown = ", ".join(passed_over[:3]) + (" ..." if len(passed_over) > 3 else "")
        note(f"{len(passed_over)} files of {source.name} hold no hands and were passed over: {shown}.")
    if not found:
        raise DataError(f"{source} holds nothing that can be read; expected {SUPPORTED}.")


def _kind_or_none(path: Path) -> Kind | None:
    try:
        return kind_of_file(path)
    except DataError:
        return None
