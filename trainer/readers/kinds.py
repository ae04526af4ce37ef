"""What a source is, by its content."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from trainer.dataset import DataError
from trainer.readers.picture_sizes import PICTURE_SUFFIXES
from trainer.readers.table_heading import NEEDED, first_names, looks_like_table


class Kind(Enum):
    """Kinds of sources."""

    TABLE = "table of landmarks (CSV)"
    ANNOTATIONS = "HaGRID annotations (JSON)"
    PARQUET = "Parquet file"
    STORE = "store of recorded samples"
    VIDEO = "video"
    PICTURE = "picture"


SUPPORTED = (
    "a table of landmarks (CSV), HaGRID annotations (JSON), a Parquet file of this program, a folder of pictures by"
    " label, a video with --label, or one of the words prior, samples, check, all-samples"
)


def kind_of_file(path: Path) -> Kind:
    """Find out what a file is from its first bytes.

    Raises
    ------
    DataError
        When it is nothing that can be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64 << 10)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not start.strip():
        raise DataError(f"{path} is empty; expected {SUPPORTED}.")
    kind = _by_signature(start)
    if kind is not None:
        return kind
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Kind.ANNOTATIONS
    if looks_like_table(start):
        return Kind.TABLE
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return Kind.PICTURE
    raise DataError(_about(path, start))


def _about(path: Path, start: bytes) -> str:
    """Say what a file is that cannot be read."""
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return (
            f"{path} is a JSON list, but HaGRID annotations are one object: an entry an image, with labels and"
            " landmarks."
        )
    names = first_names(start)
    if names:
        return f"{path} is a table with the columns {', '.join(names)}, but {NEEDED}."
    return f"{path} is nothing that can be read as hands; expected {SUPPORTED}."


def _by_signature(start: bytes) -> Kind | None:
    if start.startswith(b"PAR1"):
        return Kind.PARQUET
    if start.startswith(b"SQLite format 3\0"):
        return Kind.STORE
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"BM", b"II*\0", b"MM\0*")) or start[8:12] == b"WEBP":
        return Kind.PICTURE
    moving = start[4:8] in {b"ftyp", b"moov", b"mdat"} or start[8:12] == b"AVI "
    if moving or start.startswith((b"\x1aE\xdf\xa3", b"OggS", b"\x00\x00\x01\xba", b"FLV")):
        return Kind.VIDEO
    return None
