from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.ui.samples.samples_csv import write_csv
from models.hand.landmarks import Hand
from models.home import Home
from models.samples import NewSample, Opinion, SampleFilter, SampleStore, SampleStoreError, Take
from trainer.data.storing import store_dataset
from trainer.data.text_column import TextColumn
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
from trainer.readers import read
from trainer.readers.blocks import ReadOptions, gather
from trainer.readers.recorded import NUMBER, read_store
from trainer.readers.rejections import RejectionLog


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


@pytest.fixture(scope="module")
def table_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


LETTERS = st.characters(categories=("L", "N", "P", "S"), include_characters=" _")
NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text.strip().casefold() not in {"", "none"})
TIMES = st.floats(0, 4e9, allow_nan=False)


@st.composite
def recorded_samples(draw: st.DrawFn) -> NewSample:
    points = draw(st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(300, 50, (21, 3))))
    points = points.astype(np.float32)
    if draw(st.booleans()):
        points[:, 2] = np.nan
    opinion = st.builds(Opinion, st.none() | NAMES.map(str.strip), st.floats(0, 1), st.sampled_from(["shipped", "7"]))
    origin = st.dictionaries(st.sampled_from(["source", "id", "group", "lens", "said"]), NAMES.map(str.strip))
    gesture = draw(NAMES)
    return NewSample(
        Hand(
            points,
            draw(st.sampled_from(["Left", "Right", None])),
            draw(st.floats(0, 1, width=32)),
            draw(st.sampled_from([(640, 480), (0, 0)])),
        ),
        draw(TIMES),
        draw(st.none() | opinion),
        draw(st.none() | st.sampled_from(["pictures/1.jpg", "pictures/a-b.png"])),
        draw(st.none() | origin),
        draw(st.none() | st.just(gesture)),
        draw(st.booleans()),
        draw(st.none() | st.just(gesture)),
    )


SITTINGS = st.lists(
    st.tuples(NAMES | st.just(""), st.lists(st.tuples(NAMES, st.lists(recorded_samples(), max_size=3)), max_size=3)),
    max_size=3,
)


@given(SITTINGS, st.sampled_from([".csv", ".parquet"]), st.booleans())
@settings(max_examples=15)
def test_whatever_is_recorded_comes_back_from_a_file_as_it_was(
    table_folder: Path, sittings: list[Any], suffix: str, by_the_app: bool
) -> None:
    for old in table_folder.iterdir():
        old.unlink()
    here, there, file = table_folder / "here.db", table_folder / "there.db", table_folder / f"table{suffix}"
    with SampleStore(here) as store:
        for name, takes in sittings:
            session = store.start_session(name)
            for gesture, samples in takes:
                store.add(store.start_take(session, gesture), samples)
        before = list(store.columns())
        takes_before, sessions_before = store.takes(), store.sessions()
    if not before:
        return
    if by_the_app and suffix == ".csv":
        write_csv(here, file, lambda: False)
    else:
        write_dataset(read_all(here), file)
    store_dataset(read(file), there)
    with SampleStore(there) as store:
        after = list(store.columns())
        assert takes_of_all(store.takes()) == takes_of_all(takes_before)
        assert store.sessions() == sessions_before
        assert store.undo().count == len(before[0])
        assert store.count() == 0
        store.redo()
    for name in ("takes", "sessions", "times", "check", "opinion_confidences"):
        np.testing.assert_array_equal(getattr(after[0], name), getattr(before[0], name), err_msg=name)
    for name in ("points", "handedness", "score", "image_size"):
        np.testing.assert_array_equal(getattr(after[0].hands, name), getattr(before[0].hands, name), err_msg=name)
    for name in ("gestures", "groups", "opinion_labels", "opinion_models", "pictures", "confirmed"):
        assert getattr(after[0], name) == getattr(before[0], name), name
    again = read_all(there)
    assert again.digest == read_all(here).digest
    for name in set(again.extras) - {NUMBER}:
        assert again.extras[name].decode().tolist() == read_all(here).extras[name].decode().tolist(), name


def read_all(path: Path) -> Dataset:
    return gather(read_store(path, SampleFilter(), ReadOptions(), lambda _: None), None, RejectionLog())


def takes_of_all(takes: list[Take]) -> list[tuple[object, ...]]:
    """What is kept of takes; whether one is of the check set is told by its samples."""
    return sorted((take.id, take.session, take.gesture, take.started, take.count) for take in takes)


def test_an_export_into_its_own_store_has_takes_of_its_own(recorded: Home, tmp_path: Path) -> None:
    write_dataset(read("all-samples"), tmp_path / "export.parquet")
    store_dataset(read(tmp_path / "export.parquet"), recorded.samples_database)
    with SampleStore(recorded.samples_database) as store:
        assert [(take.id, take.gesture, take.check, take.count) for take in store.takes()] == [
            (4, "like", True, 3),
            (3, "wave", False, 3),
            (2, "like", True, 3),
            (1, "wave", False, 3),
        ]
        assert store.undo().count == 6
        assert [take.id for take in store.takes()] == [2, 1]


@pytest.mark.parametrize("value", ["", "evening", "1.5", "-1", "99999999999"])
def test_other_numbers_of_takes_are_not_taken_for_ours(home: Home, value: str) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (3, 63)).astype(np.float32)
    data = Dataset.of(rows, ["a", "b", "c"], sources="f.csv")
    columns = {"session": TextColumn.of(["1", "1", value]), "take": TextColumn.of(["5", value, "5"])}
    columns |= {"Time": TextColumn.of(["nan", "inf", "12.5"]), "Lens": TextColumn.constant("wide", 3)}
    store_dataset(replace(data, extras=columns), home.samples_database)
    with SampleStore(home.samples_database) as store:
        one, two, three = store.samples(sorted(store.ids().tolist()))
        assert (one.take, one.session) == (5, 1)
        assert two.take == three.take != 5
        assert three.time == 12.5
        assert np.isfinite([one.time, two.time]).all()
        assert one.origin == {"source": "f.csv", "id": "0", "lens": "wide"}


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


def test_an_import_of_plain_and_check_hands_is_undone_at_once(home: Home) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (4, 63)).astype(np.float32)
    data = replace(Dataset.of(rows, list("abcd")), extras={"check": TextColumn.of(["0", "1", "", "true"])})
    store_dataset(data, home.samples_database)
    with SampleStore(home.samples_database) as store:
        assert [(take.count, take.check) for take in store.takes()] == [(2, True), (2, False)]
        assert store.undo().count == 4
        assert store.count() == 0
        assert store.redo().count == 4


def test_nothing_is_kept_of_an_import_that_fails(home: Home) -> None:
    rows = np.random.default_rng(0).normal(300, 60, (2, 63)).astype(np.float32)
    with pytest.raises(SampleStoreError, match="name"):
        store_dataset(Dataset.of(rows, ["fine", "x" * 200]), home.samples_database)
    assert len(read("samples")) == 0
