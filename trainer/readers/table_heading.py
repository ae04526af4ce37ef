"""What the first line of a table of landmarks says."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass

from models.spreadsheets import unguarded
from trainer.dataset import COORDINATES, DataError

ROLES: dict[str, tuple[str, ...]] = {
    "label": ("label",),
    "handedness": ("handedness", "hand"),
    "score": ("score", "handedness_score", "confidence"),
    "width": ("image_width", "img_w", "width"),
    "height": ("image_height", "img_h", "height"),
    "group": ("group", "user_id", "person", "subject", "session", "take"),
    "id": ("id", "uuid", "image_id", "image", "filename", "file"),
    "source": ("source",),
}
"""Names under which tables keep what a hand has besides landmarks; the first that is there counts."""


NEEDED = "a table of landmarks needs x1,y1,z1 .. x21,y21,z21,label in its first line (z may be missing)"
NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TableHeading:
    """Columns of a table and what they are for.

    Attributes
    ----------
    names
        All columns as they are called in the file.
    delimiter
        What stands between cells.
    roles
        Column by role, for the roles of :data:`ROLES` that the table has.
    coordinates
        The column of each of the 63 coordinates, None for a z that the table does not have.
    """

    names: tuple[str, ...]
    delimiter: str
    roles: dict[str, str]
    coordinates: tuple[str | None, ...]

    @property
    def extras(self) -> tuple[str, ...]:
        """Columns that are kept as they are."""
        used = {*self.roles.values(), *(name for name in self.coordinates if name)}
        return tuple(name for name in self.names if name and name not in used)


def looks_like_table(start: bytes) -> bool:
    """Tell whether a file that starts so is a table of landmarks, well formed or nearly."""
    line = start.decode("utf-8", "replace").lstrip("\ufeff").split("\n", 1)[0].lower()
    words = {word.strip(' \r"') for word in line.replace(";", ",").replace("\t", ",").split(",")}
    return len(words & set(COORDINATES)) >= 3 or {"label", "x1"} <= words


def first_names(start: bytes) -> tuple[str, ...]:
    """Give the column names of a file that starts so, when it is a table of anything; the first few of them."""
    lines = start.decode("utf-8", "replace").lstrip("\ufeff").splitlines()[:2]
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    table = len(lines) == 2 and lines[0].count(delimiter) == lines[1].count(delimiter) > 0
    names = [name.strip(' "') for name in lines[0].split(delimiter)] if table else []
    if not all(name.isprintable() for name in names):
        return ()
    return tuple(names) if len(names) <= NAMES_SHOWN else (*names[:NAMES_SHOWN], f"and {len(names) - NAMES_SHOWN} more")


def parse_heading(line: bytes, file: str) -> TableHeading:
    """Understand the first line of a table.

    Raises
    ------
    DataError
        When columns are missing or there twice; the text names them.
    """
    text = line.decode("utf-8", "replace").lstrip("\ufeff").strip("\r\n")
    delimiter = max(",;\t", key=text.count)
    try:
        names = tuple(unguarded(name.strip()) for name in next(csv.reader([text], delimiter=delimiter), []))
    except csv.Error as error:  # such as lines that end with a carriage return alone
        raise DataError(
            f"The heading of {file} cannot be read ({error}). Expected the names of the columns on a line that ends"
            " with a line feed."
        ) from error
    return heading_of(names, file, delimiter)


def heading_of(names: tuple[str, ...], file: str, delimiter: str = ",") -> TableHeading:
    """Find the roles of columns by their names, whatever their case.

    Raises
    ------
    DataError
        As in :func:`parse_heading`.
    """
    twice = [name for name, count in Counter(name.lower() for name in names if name).items() if count > 1]
    if twice:
        raise DataError(f"{file} has more than one column called {_some(twice)}; rename or drop all but one of each.")
    by_name = {name.lower(): name for name in names}
    missing = [name for name in COORDINATES if name not in by_name and not name.startswith("z")]
    if missing:
        raise DataError(f"{file} lacks the columns {_some(missing)}: {NEEDED}.")
    roles = {role: next((by_name[name] for name in known if name in by_name), "") for role, known in ROLES.items()}
    coordinates = tuple(by_name.get(name) for name in COORDINATES)
    return TableHeading(names, delimiter, {role: name for role, name in roles.items() if name}, coordinates)


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
