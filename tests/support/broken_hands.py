"""Broken files of hands: tables, annotations, Parquet, databases, and what is none of these."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from broken_files import Broken

from trainer.dataset import COORDINATES

HEADING = ",".join(("label", *COORDINATES))
NUMBERS = [10.0 * number + 0.5 for number in range(63)]
ROW = ",".join(("fist", *map(str, NUMBERS)))
ENTRY: dict[str, Any] = {
    "bboxes": [[0.1, 0.1, 0.5, 0.5]],
    "labels": ["fist"],
    "landmarks": [[[0.01 * place, 0.02 * place] for place in range(1, 22)]],
}


def _table(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join((heading, *rows, "")).encode()


def _with(place: int, cell: str) -> str:
    cells = ROW.split(",")
    cells[place] = cell
    return ",".join(cells)


def _entry(**changed: Any) -> bytes:
    return json.dumps({"image-1": {**ENTRY, **changed}}).encode()


def _parquet(**columns: Any) -> bytes:
    data: dict[str, Any] = {"label": ["fist"], **{name: [1.0 + place] for place, name in enumerate(COORDINATES)}}
    data |= columns
    file = io.BytesIO()
    pq.write_table(pa.table({name: values for name, values in data.items() if values is not None}), file)
    return file.getvalue()


def _database(*statements: str) -> Callable[[], bytes]:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made.db"
            with closing(sqlite3.connect(path)) as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.commit()
            return path.read_bytes()

    return make


HANDS: tuple[Broken, ...] = (
    Broken("nothing in it", "a.csv", b"", "is empty"),
    Broken("nothing but spaces", "a.csv", b" \n\t\n", "is empty"),
    Broken("a heading alone", "a.csv", HEADING.encode(), "it holds no rows"),
    Broken(
        "another table",
        "a.csv",
        b"name,age\nAnna,7\n",
        "is a table with the columns name, age, but a table of landmarks needs x1,y1,z1 .. x21,y21,z21,label",
    ),
    Broken(
        "a table without labels",
        "a.csv",
        _table(ROW.partition(",")[2], heading=",".join(COORDINATES)),
        "a.csv has no column called label; add one, or give --label for all its rows",
    ),
    Broken(
        "half of the columns",
        "a.csv",
        _table("fist,1,2,3", heading="label,x1,y1,z1,x2,y2"),
        "a.csv lacks the columns x3, y3, x4, y4 and 34 more: a table of landmarks needs x1,y1,z1 ..",
    ),
    Broken(
        "a column twice",
        "a.csv",
        _table(ROW + ",1", heading=HEADING + ",x1"),
        "a.csv has more than one column called x1; rename or drop all but one of each",
    ),
    Broken(
        "two labels a row",
        "a.csv",
        _table(ROW + ",palm", heading=HEADING + ",Label"),
        "a.csv has more than one column called label; rename or drop all but one of each",
    ),
    Broken(
        "rows too short",
        "a.csv",
        _table("fist,1,2", "palm,3"),
        "a.csv: 2 refused, the number of cells differs from the heading's",
    ),
    Broken("rows too long", "a.csv", _table(ROW + ",1,2,3"), "the number of cells differs from the heading's"),
    Broken("a word for a number", "a.csv", _table(_with(5, "many")), "a coordinate is not a number"),
    Broken("an infinite coordinate", "a.csv", _table(_with(5, "inf")), "a coordinate is infinite"),
    Broken(
        "a coordinate that is missing", "a.csv", _table(_with(4, "")), "x or y of a landmark is missing or not a number"
    ),
    Broken("no label in the row", "a.csv", _table(_with(0, "")), "the label is missing"),
    Broken(
        "all points in one place",
        "a.csv",
        _table("fist" + ",5" * 63),
        "the hand has no size: all landmarks lie on one point",
    ),
    Broken("a formula", "a.csv", _table(_with(5, "=1+1")), "a coordinate is not a number"),
    Broken("numbers with decimal commas", "a.csv", _table("fist" + ',"1,5"' * 63), "a coordinate is not a number"),
    Broken("old line ends", "a.csv", _table(ROW).replace(b"\n", b"\r"), "The heading of a.csv cannot be read"),
    Broken("UTF-16", "a.csv", _table(ROW).decode().encode("utf-16"), "is nothing that can be read as hands"),
    Broken(
        "a quote that never ends", "a.csv", _table('"fist' + ROW[4:]), "the number of cells differs from the heading's"
    ),
    Broken(
        "zeros between the signs",
        "a.csv",
        b"\0".join(_table(ROW)[i : i + 1] for i in range(400)),
        "is nothing that can be read as hands",
    ),
    Broken("an old pickle", "a.csv", b"\x80\x04\x95\x10\x00\x00\x00", "is nothing that can be read as hands"),
    Broken(
        "a list of JSON",
        "a.json",
        b"[]",
        "is a JSON list, but HaGRID annotations are one object: an entry an image, with labels and landmarks",
    ),
    Broken(
        "JSON that breaks off",
        "a.json",
        _entry()[:-9],
        "it is broken JSON and nothing after this place was read (line 1: the file ends too early, inside an",
    ),
    Broken("no entry", "a.json", b"{}", "it holds no rows"),
    Broken("entries that are numbers", "a.json", b'{"a": 5}', "the entry is not an image with bboxes and labels"),
    Broken(
        "an entry without landmarks", "a.json", _entry(landmarks=None), "the annotation has no landmarks for the hand"
    ),
    Broken(
        "twenty landmarks",
        "a.json",
        _entry(landmarks=[ENTRY["landmarks"][0][:20]]),
        "a hand does not have 21 landmarks of two numbers",
    ),
    Broken(
        "landmarks that are words",
        "a.json",
        _entry(landmarks=[[["a", "b"]] * 21]),
        "a hand does not have 21 landmarks of two numbers",
    ),
    Broken(
        "landmarks without a number",
        "a.json",
        _entry(landmarks=[[[float("nan")] * 2] * 21]),
        "x or y of a landmark is missing or not a number",
    ),
    Broken(
        "no landmarks of the hand", "a.json", _entry(landmarks=[[]]), "the annotation has no landmarks for the hand"
    ),
    Broken("labels of nothing", "a.json", _entry(labels=[""]), "the label is missing"),
    Broken(
        "more labels than hands",
        "a.json",
        _entry(labels=["fist", "palm"]),
        "landmarks and labels of the image differ in number",
    ),
    Broken(
        "nested without end",
        "a.json",
        b'{"a":' * 5000,
        "it is broken JSON and nothing after this place was read (line 1: an entry is nested too deeply, or",
    ),
    Broken(
        "no JSON at all",
        "a.json",
        b"{hello}",
        "it is broken JSON and nothing after this place was read (line 1: expecting value, but 'hello}' came)",
    ),
    Broken(
        "a Parquet file that breaks off",
        "a.parquet",
        lambda: _parquet()[:-20],
        "is a damaged or unfinished Parquet file",
    ),
    Broken("the mark of Parquet alone", "a.parquet", b"PAR1", "is a damaged or unfinished Parquet file"),
    Broken(
        "Parquet without labels",
        "a.parquet",
        lambda: _parquet(label=None),
        "a.parquet has no column called label; add one, or give --label for all its rows",
    ),
    Broken(
        "Parquet without a coordinate",
        "a.parquet",
        lambda: _parquet(y7=None),
        "a.parquet lacks the columns y7: a table of landmarks needs x1,y1,z1 .. x21,y21,z21,label in its",
    ),
    Broken(
        "Parquet with words for numbers",
        "a.parquet",
        lambda: _parquet(x3=["three"]),
        "a.parquet holds string in column x3, where numbers are expected",
    ),
    Broken(
        "Parquet without rows",
        "a.parquet",
        lambda: _parquet(label=pa.array([], pa.string()), **dict.fromkeys(COORDINATES, pa.array([], pa.float32()))),
        "it holds no rows",
    ),
    Broken(
        "Parquet with empty places",
        "a.parquet",
        lambda: _parquet(x3=pa.array([None], pa.float32())),
        "x or y of a landmark is missing or not a number",
    ),
    Broken(
        "another program's database",
        "a.db",
        _database("CREATE TABLE t (x)"),
        "belongs to another program: move it away, and an empty store is made",
    ),
    Broken(
        "a database that breaks off",
        "a.db",
        lambda: _database("CREATE TABLE t (x)")()[:900],
        "is damaged: open the app, which sets it aside and rescues what can be read",
    ),
    Broken(
        "a database of the future",
        "a.db",
        _database("CREATE TABLE t (x)", "PRAGMA application_id = 1196643408", "PRAGMA user_version = 99"),
        "was written by a newer version of this program (store version 99",
    ),
    Broken(
        "the mark of a database alone",
        "a.db",
        b"SQLite format 3\0",
        "is not a store of samples: open the app, which sets it aside, or move it away",
    ),
    Broken("a program", "a.bin", b"\x7fELF" + bytes(60), "is nothing that can be read as hands"),
    Broken("a letter", "a.txt", b"Dear Anna,\nhow are you?\n", "is nothing that can be read as hands"),
)
"""For the readers of the trainer."""
