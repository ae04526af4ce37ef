"""A hundred files that are broken, each in a way that happens, and the sentence that each is answered with."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from onnx import TensorProto, helper, numpy_helper

from models.gesture.catalog import shipped_folder
from models.gesture.classifier import METADATA_KEY, ModelInfo
from trainer.dataset import COORDINATES

SHIPPED = (shipped_folder() / "classifier.onnx").read_bytes()
HEADING = ",".join(("label", *COORDINATES))
NUMBERS = [10.0 * number + 0.5 for number in range(63)]
ROW = ",".join(("fist", *map(str, NUMBERS)))
ENTRY: dict[str, Any] = {
    "bboxes": [[0.1, 0.1, 0.5, 0.5]],
    "labels": ["fist"],
    "landmarks": [[[0.01 * place, 0.02 * place] for place in range(1, 22)]],
}
HAND: dict[str, Any] = {"landmarks": [[20.0 * place, 10.0 * place, 0.0] for place in range(21)]}
LINE: dict[str, Any] = {"frame": 0, "time_ms": 0.0, "size": [640, 480], "hands": [HAND]}
INFO: dict[str, Any] = json.loads(ModelInfo(("fist", "palm"), 0.5).to_json())


@dataclass(frozen=True, slots=True)
class Broken:
    """One file.

    Attributes
    ----------
    what
        What is wrong with it, in a few words.
    name
        Of the file.
    content
        Its bytes, or what makes them.
    sentence
        A part of the answer that tells it from others.
    """

    what: str
    name: str
    content: bytes | Callable[[], bytes]
    sentence: str

    def write(self, folder: Path) -> Path:
        """Write it into a folder."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content if isinstance(self.content, bytes) else self.content())
        return path


def _table(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join((heading, *rows, "")).encode()


def _with(place: int, cell: str) -> str:
    cells = ROW.split(",")
    cells[place] = cell
    return ",".join(cells)


def _entry(**changed: Any) -> bytes:
    return json.dumps({"image-1": {**ENTRY, **changed}}).encode()


def _line(**changed: Any) -> bytes:
    return json.dumps({**LINE, **changed}).encode() + b"\n"


def _hand(**changed: Any) -> bytes:
    return _line(hands=[{**HAND, **changed}])


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


def _model(
    info: object = None, *, takes: str = "rows", gives: str = "probabilities", weights: Any = 0.0, classes: int = 2
) -> bytes:
    table = np.full((63, classes), weights, np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", [takes, "weights"], ["raw"]), helper.make_node("Softmax", ["raw"], [gives])],
        "made",
        [helper.make_tensor_value_info(takes, TensorProto.FLOAT, ["N", 63])],
        [helper.make_tensor_value_info(gives, TensorProto.FLOAT, ["N", classes])],
        [numpy_helper.from_array(table, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if info is not None:
        helper.set_model_props(model, {METADATA_KEY: info if isinstance(info, str) else json.dumps(info)})
    return bytes(model.SerializeToString())


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + bytes(4)


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

SOURCES: tuple[Broken, ...] = (
    Broken("nothing in it", "a.jsonl", b"", "holds no frame"),
    Broken("no JSON", "a.jsonl", b"hello\n", "cannot be played"),
    Broken("a list", "a.jsonl", b"[]\n", "cannot be played: it is no JSON object"),
    Broken("a line that breaks off", "a.jsonl", _line()[:-30] + b"\n", "cannot be played"),
    Broken("no frame", "a.jsonl", b"{}\n", "cannot be played: it has no 'size'"),
    Broken(
        "no size",
        "a.jsonl",
        _line(size=[0, 480]),
        "cannot be played: its size is no picture's (1 to 32768 pixels a side)",
    ),
    Broken("a size of words", "a.jsonl", _line(size="wide"), "cannot be played: its size is no whole number"),
    Broken("hands that are none", "a.jsonl", _line(hands=5), "cannot be played"),
    Broken(
        "too few landmarks",
        "a.jsonl",
        _hand(landmarks=[[1, 2, 3]]),
        "cannot be played: a hand has landmarks of shape (1, 3) where (21, 3) is expected",
    ),
    Broken("landmarks of words", "a.jsonl", _hand(landmarks=[["a", "b", "c"]] * 21), "cannot be played"),
    Broken(
        "a landmark without a number",
        "a.jsonl",
        _hand(landmarks=[[None, 1, 1]] * 21),
        "cannot be played: A hand needs finite x and y for all 21 landmarks",
    ),
    Broken("time of words", "a.jsonl", _line(time_ms="late"), "cannot be played"),
    Broken("time without end", "a.jsonl", _line(time_ms=float("inf")), "cannot be played: its time is not a number"),
    Broken("nested without end", "a.jsonl", b"[" * 5000 + b"\n", "cannot be played: it is nested too deeply"),
    Broken(
        "a picture cut off", "a.png", _png(640, 480), "is no picture that can be read: it is damaged or of another kind"
    ),
    Broken(
        "a picture of a trillion pixels",
        "a.png",
        _png(2**20, 2**20),
        "is no picture that can be read: it is damaged or of another kind",
    ),
    Broken(
        "the mark of a JPEG alone",
        "a.jpg",
        b"\xff\xd8\xff\xe0" + bytes(20),
        "is no picture that can be read: it is damaged or of another kind",
    ),
    Broken("a picture of nothing", "a.jpg", b"", "is no picture that can be read: it is damaged or of another kind"),
    Broken(
        "a video that is text", "a.mp4", b"this is no video\n" * 9, "is a text file, in which there is nothing to see"
    ),
    Broken(
        "a video of zeros",
        "a.mp4",
        bytes(4096),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
    Broken(
        "a video's mark alone",
        "a.mp4",
        b"\0\0\0\x18ftypmp42" + bytes(16),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
    Broken(
        "an AVI that breaks off",
        "a.avi",
        b"RIFF\xff\xff\0\0AVI LIST" + bytes(30),
        "is no video that can be read: it may be damaged, cut off or of another kind",
    ),
)
"""For the sources of the app."""

SETTINGS: tuple[Broken, ...] = (
    Broken("no TOML", "settings.toml", b"hands = = 2", "cannot be read"),
    Broken("bytes that are no text", "settings.toml", b"\xff\xfe\x00", "cannot be read"),
    Broken(
        "nested without end",
        "settings.toml",
        b"x = " + b"[" * 5000,
        "cannot be read (it is nested too deeply). The settings of a fresh start are used",
    ),
    Broken("a key twice", "settings.toml", b"hands = 1\nhands = 2", "cannot be read"),
    Broken("too many hands", "settings.toml", b"hands = 9", "must be 1 to 4, but 9 came; 2 is used instead"),
    Broken(
        "a word for a number",
        "settings.toml",
        b'hands = "two"',
        "must be of type int, but 'two' came; 2 is used instead",
    ),
    Broken(
        "a theme that is not there",
        "settings.toml",
        b'theme = "pink"',
        "must be one of system, light, dark, but 'pink' came; 'system' is used instead",
    ),
    Broken(
        "a threshold above one",
        "settings.toml",
        b"threshold = 7",
        "must be 0 to 1, but 7 came; that of a fresh start is used instead",
    ),
    Broken(
        "a size of one number",
        "settings.toml",
        b"camera_size = [640]",
        "must be a width and a height such as [640, 480], but [640] came; (640, 480) is used instead",
    ),
    Broken(
        "a window of nowhere",
        "settings.toml",
        b"window = [1, 2, 0, 0]",
        "must be left, top, width and height such as [40, 40, 1280, 800], but [1, 2, 0, 0] came; that of a",
    ),
    Broken(
        "keys that are a list",
        "settings.toml",
        b"shortcuts = [1]",
        "must be a table of keys such as mirror = 'M', but [1] came; that of a fresh start is used instead",
    ),
    Broken(
        "a key of nothing",
        "settings.toml",
        b"shortcuts = { fly = 'F' }",
        "is kept, but does nothing in this version, where these have keys",
    ),
    Broken(
        "recent sources of numbers",
        "settings.toml",
        b"recent_sources = [1, 2]",
        "must be a list of sources, but [1, 2] came; that of a fresh start is used instead",
    ),
    Broken(
        "a setting of the future",
        "settings.toml",
        b"telepathy = true",
        "is not known to this version; it is kept as it is",
    ),
    Broken(
        "a language of numbers",
        "settings.toml",
        b"language = '12'",
        "must be the code of a language such as 'de', but '12' came; that of a fresh start is used instead",
    ),
)
"""For the settings."""

MODELS: tuple[Broken, ...] = (
    Broken("nothing in it", "m/classifier.onnx", b"", "The model m is not a readable ONNX file"),
    Broken(
        "text",
        "m/classifier.onnx",
        b"this is a model, honestly",
        "The model m is not an ONNX file that this program loads: its bytes are no ONNX. Export the model",
    ),
    Broken(
        "a pickle",
        "m/classifier.onnx",
        b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.",
        "The model m is not a readable ONNX file",
    ),
    Broken(
        "half of it",
        "m/classifier.onnx",
        SHIPPED[: len(SHIPPED) // 2],
        "The model m is not an ONNX file that this program loads: it is cut short. Export the model again",
    ),
    Broken(
        "a model of something else",
        "m/classifier.onnx",
        _model(),
        "The model m is an ONNX file, but not a gesture model: it does not name its gestures",
    ),
    Broken(
        "another input",
        "m/classifier.onnx",
        _model(INFO, takes="picture"),
        "A gesture model takes rows and gives probabilities, but m takes picture and gives probabilities.",
    ),
    Broken(
        "another output",
        "m/classifier.onnx",
        _model(INFO, gives="boxes"),
        "A gesture model takes rows and gives probabilities, but m takes rows and gives boxes. Export it",
    ),
    Broken(
        "other classes",
        "m/classifier.onnx",
        _model(INFO, classes=3),
        "The model m names 2 classes, so one row must give probabilities of shape (1, 2), but (1, 3) came.",
    ),
    Broken(
        "weights that are no numbers",
        "m/classifier.onnx",
        _model(INFO, weights=np.nan),
        "The model m answers a hand with probabilities that add up to nan instead of 1: its weights are",
    ),
    Broken(
        "no classes",
        "m/classifier.onnx",
        _model({**INFO, "labels": []}),
        "A model names each of its classes once, but this one names none. Export the model again",
    ),
    Broken(
        "a class twice",
        "m/classifier.onnx",
        _model({**INFO, "labels": ["a", "a"]}),
        "A model names each of its classes once, but this one names a, a. Export the model again",
    ),
    Broken(
        "a threshold above one",
        "m/classifier.onnx",
        _model({**INFO, "threshold": 3}),
        "A model's threshold lies between 0 and 1, but this one has 3.0. Export the model again",
    ),
    Broken(
        "a format of the future",
        "m/classifier.onnx",
        _model({**INFO, "version": 99}),
        "This model was made by a newer program (model format 99, this one reads 1). Update the program to",
    ),
    Broken(
        "a description that breaks off",
        "m/classifier.onnx",
        _model('{"labels": ['),
        "The model's own description cannot be read",
    ),
    Broken("no model in the folder", "m/readme.txt", b"hello", "cannot be read: No such file or directory"),
)
"""For folders of exported models."""
