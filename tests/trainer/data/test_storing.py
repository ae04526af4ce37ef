from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample, Opinion, SampleFilter, SampleStore, SampleStoreError
from trainer.data.storing import store_dataset
from trainer.data.text_column import TextColumn
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
from trainer.readers import read


@pytest.fixture
def recorded(home: Home) -> Home:
    rng = np.random.default_rng(0)
    with SampleStore(home.samples_database) as store:
        session = store.start_session("evening")
        for gesture, check in (("wave", False), ("like", True)):
            take = store.start_take(session, gesture, check=check)
            points = rng.normal(300, 60, (3, 21, 3)).astype(np.float32)
            store.add(
                take,
                [
                    NewSample(
                        Hand(hand, "Left", 0.5, (640, 480)),
                        10.5 + n,
                        Opinion("like", 0.25 * n, "7"),
                        f"pictures/{n}.jpg",
                    )
                    for n, hand in enumerate(points)
                ],
            )
    return home


def test_words_choose_between_training_and_check_set(recorded: Home) -> None:
    assert read("samples").label_column.counts() == {"wave": 3}
    assert "3 samples of the check set were left out" in read("samples").notes[0]
    assert read("check").label_column.counts() == {"like": 3}
    assert len(read("all-samples")) == 6


def test_the_group_of_a_sample_is_its_take(recorded: Home) -> None:
    dataset = read("all-samples")
    assert len(set(dataset.groups)) == 2
    assert len(set(dataset.groups[:3])) == 1


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_export_and_import_keep_everything(recorded: Home, tmp_path: Path, suffix: str) -> None:
    before = read("all-samples")
    write_dataset(before, tmp_path / f"export{suffix}")
    other = tmp_path / "other.db"
    numbers = store_dataset(read(tmp_path / f"export{suffix}"), other)
    assert len(numbers) == 6
    with SampleStore(other) as store, SampleStore(recorded.samples_database) as original:
        new, old = (opened.samples(sorted(opened.ids().tolist())) for opened in (store, original))
        assert store.count(SampleFilter(check=True)) == 3
    for one, two in zip(new, old, strict=True):
        np.testing.assert_array_equal(one.hand.points, two.hand.points)
        assert (one.gesture, one.time, one.opinion, one.picture, one.check) == (
            two.gesture,
            two.time,
            two.opinion,
            two.picture,
            two.check,
        )
        assert (one.hand.handedness, one.hand.score, one.hand.image_size) == ("Left", 0.5, (640, 480))
    after = read(other)
    np.testing.assert_array_equal(after.groups, read("samples").groups)
    np.testing.assert_array_equal(after.ids, read("samples").ids)


@pytest.mark.parametrize("name", ["settings.toml", "pictures/../samples.db", "/etc/hosts", "pictures/", "pictures"])
def test_an_import_names_no_other_files_as_pictures(home: Home, name: str) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (1, 63)).astype(np.float32)
    data = Dataset.of(rows, ["a"])
    data = replace(data, extras={"picture": TextColumn.constant(name, 1)})
    store_dataset(data, home.samples_database)
    with SampleStore(home.samples_database) as store:
        assert store.samples(store.ids())[0].picture is None


def test_an_import_is_a_take_that_undo_takes_back(home: Home) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (4, 63)).astype(np.float32)
    data = Dataset.of(rows, ["a", "b", "a", "b"], groups=["Anna", "Anna", "", ""], ids=list("wxyz"), sources="f.csv")
    store_dataset(data, home.samples_database)
    back = read("samples")
    assert back.groups.tolist() == ["Anna", "Anna", "", ""]
    assert back.ids.tolist() == list("wxyz")
    assert set(back.sources) == {"f.csv"}
    assert back.digest == data.digest
    with SampleStore(home.samples_database) as store:
        assert store.undo().count == 4
        assert store.count() == 0


def test_nothing_is_kept_of_an_import_that_fails(home: Home) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (2, 63)).astype(np.float32)
    with pytest.raises(SampleStoreError, match="name"):
        store_dataset(Dataset.of(rows, ["fine", "x" * 200]), home.samples_database)
    assert len(read("samples")) == 0
