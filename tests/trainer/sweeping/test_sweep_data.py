from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from trainer.data.text_column import TextColumn
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
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
