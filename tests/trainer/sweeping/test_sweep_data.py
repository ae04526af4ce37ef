from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trainer.data.text_column import TextColumn
from trainer.data.writing import write_dataset
from trainer.dataset import DataError, Dataset
from trainer.progress import Progress
from trainer.sweeping.sweep_data import read_sweep_data


def test_nothing_is_trained_on_or_chosen_by_the_check_set_of_an_export(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    codes = np.arange(200) % 2
    rows = (rng.normal(size=(2, 63))[codes] * 50 + rng.normal(size=(200, 63)) * 20 + 300).astype(np.float32)
    check = np.arange(200) >= 150
    dataset = Dataset.of(rows, np.array(["like", "fist"])[codes].tolist())
    dataset = replace(dataset, extras={"check": TextColumn.of(map(str, check.astype(int).tolist()))})
    file = tmp_path / "export.parquet"
    write_dataset(dataset, file)
    data = read_sweep_data([str(file)], (), 0, Progress("quiet"))
    used = (data.parts.rows, data.parts.held_rows, data.judged.judged.test_rows)
    assert sum(map(len, used)) == 150
    assert not {row.tobytes() for part in used for row in part} & {row.tobytes() for row in rows[check]}
    assert any("50 hands of the check set" in note for note in data.notes)


def test_takes_that_are_copies_of_each_other_are_too_little(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    like, fist = rng.normal(300, 60, (30, 63)), rng.normal(300, 60, (1, 63))
    rows = np.concatenate([like, fist + rng.normal(0, 0.02, (30, 63))]).astype(np.float32)
    groups = ["a"] * 30 + [f"b{number // 10}" for number in range(30)]
    files = [str(tmp_path / name) for name in ("takes.parquet", "test.parquet")]
    write_dataset(Dataset.of(rows, ["like"] * 30 + ["fist"] * 30, groups=groups), Path(files[0]))
    others = rng.normal(300, 60, (20, 63)).astype(np.float32)
    write_dataset(Dataset.of(others, ["like", "fist"] * 10), Path(files[1]))
    with pytest.raises(
        DataError, match=r"1 of 2 can be trained on, and 0 hands .* near-copies .* more persons or takes"
    ):
        read_sweep_data(files[:1], files[1:], 0, Progress("quiet"))
