from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from models.hand.landmarks import Hands
from trainer.data.text_column import TextColumn
from trainer.data.writing import replacing, write_dataset
from trainer.dataset import COORDINATES, DataError, Dataset
from trainer.progress import Cancelled, Progress
from trainer.readers import read


@pytest.fixture
def dataset() -> Dataset:
    rng = np.random.default_rng(0)
    points = rng.normal(300, 50, (3, 21, 3)).astype(np.float32)
    points[1, :, 2] = np.nan
    sizes = np.array([[640, 480], [0, 0], [1, 0]], np.int32)
    hands = Hands(points, np.array([0, 1, -1], np.int8), np.array([0.5, 1, 0.25], np.float32), sizes)
    texts = (["a", "b", "a"], ["Anna", "", "Bert"], ["1", "2", "3"], ["f.csv"] * 3)
    return Dataset(hands, *map(TextColumn.of, texts), extras={"note": TextColumn.of(["x", "", "z"])}, notes=("so",))


def test_parquet_has_the_contract_s_columns_and_nulls(dataset: Dataset, tmp_path: Path) -> None:
    write_dataset(dataset, tmp_path / "new" / "d.parquet")
    table = pq.read_table(tmp_path / "new" / "d.parquet")
    wanted = ["label", *COORDINATES, "image_width", "image_height", "handedness", "group", "source", "id"]
    assert set(wanted) <= set(table.column_names)
    assert table.column("z3").null_count == 1
    assert table.column("image_width").to_pylist() == [640, None, None]
    assert table.column("handedness").to_pylist() == ["Left", "Right", None]
    assert table.column("group").to_pylist() == ["Anna", None, "Bert"]
    assert table.column("note").to_pylist() == ["x", "", "z"]
    assert str(table.schema.field("x1").type) == "float"


def test_a_cancelled_or_failed_write_leaves_what_was_there(dataset: Dataset, tmp_path: Path) -> None:
    class Cancels(Progress):
        def advance(self, *_: object, **__: object) -> None:
            raise Cancelled

    path = tmp_path / "d.parquet"
    path.write_bytes(b"what was there")
    with pytest.raises(Cancelled):
        write_dataset(dataset, path, Cancels("quiet"))
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written_are_told(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_dataset(dataset, tmp_path / "file" / "d.parquet")
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        write_dataset(dataset, tmp_path / "folder.parquet")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def fill() -> None:
        with replacing(tmp_path / "f") as file:
            file.write(b"some")
            raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match="No space left"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_csv_is_the_notebook_s_table_with_more_columns(dataset: Dataset, tmp_path: Path) -> None:
    write_dataset(dataset, tmp_path / "d.csv")
    first = (tmp_path / "d.csv").read_text().splitlines()[0].replace('"', "").split(",")
    assert first[0] == "label"
    assert first[1:64] == list(COORDINATES)
    assert read(tmp_path / "d.csv").digest == read_back(dataset, tmp_path).digest


def read_back(dataset: Dataset, folder: Path) -> Dataset:
    write_dataset(dataset, folder / "again.parquet")
    return read(folder / "again.parquet")


def test_no_text_is_a_formula_and_each_comes_back(tmp_path: Path) -> None:
    texts = ["=cmd|' /C calc'!A0", "+1+1", "-1+2", "@SUM(A1)", "'=1", "-3", "fist"]
    points = np.random.default_rng(0).normal(300, 50, (len(texts), 21, 3)).astype(np.float32)
    extras = {"=HYPERLINK(1)": TextColumn.of(texts), "note": TextColumn.of([f"={text}" for text in texts])}
    write_dataset(replace(Dataset.of(points, texts), extras=extras), tmp_path / "d.csv")
    with (tmp_path / "d.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row if not _is_number(cell)]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    back = read(tmp_path / "d.csv")
    assert back.labels.tolist() == texts
    assert {name: column.decode().tolist() for name, column in back.extras.items()} == {
        name: column.decode().tolist() for name, column in extras.items()
    }


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
