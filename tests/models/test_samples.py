"""What a store keeps of its samples, and how they are listed, relabelled and deleted."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from made_samples import hand, record, sample

from models.hand.landmarks import Hand
from models.samples import NewSample, Opinion, SampleFilter, SampleOrder, SampleStore, SampleStoreError


def test_everything_about_a_sample_comes_back_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "samples.db"
    original = NewSample(
        hand(3, "Left"), 1234.5, Opinion(None, 0.25, "shipped"), "pictures/1.jpg", {"source": "a.csv", "group": "Anna"}
    )
    with SampleStore(path) as store:
        session = store.start_session("evening")
        take = store.start_take(session, " wave ", check=True)
        (number,) = store.add(take, [original])
    with SampleStore(path) as store:
        (kept,) = store.samples([number])
        assert (kept.id, kept.take, kept.session, kept.gesture) == (number, take, session, "wave")
        assert (kept.time, kept.opinion, kept.picture) == (1234.5, original.opinion, "pictures/1.jpg")
        assert (kept.check, kept.binned, kept.origin) == (True, False, {"source": "a.csv", "group": "Anna"})
        assert kept.hand.handedness == "Left"
        assert kept.hand.score == 0.875
        assert kept.hand.image_size == (640, 480)
        np.testing.assert_array_equal(kept.hand.points, original.hand.points)
        assert [entry.name for entry in store.sessions()] == ["evening"]


def test_missing_depth_and_unknown_side_are_kept(store: SampleStore) -> None:
    points = hand().points.copy()
    points[:, 2] = np.nan
    take = store.start_take(store.start_session(), "wave")
    (number,) = store.add(take, [NewSample(Hand(points, None, 1.0, (0, 0)), 0.0)])
    (kept,) = store.samples([number])
    assert np.isnan(kept.hand.points[:, 2]).all()
    assert kept.hand.handedness is None
    assert store.counts().hands == {"unknown": 1}


def test_a_sample_is_on_disk_when_add_returns(store: SampleStore) -> None:
    take = store.start_take(store.start_session(), "wave")
    store.add(take, [sample()])
    other = sqlite3.connect(store.path)
    try:
        assert other.execute("SELECT count(*) FROM samples").fetchone() == (1,)
    finally:
        other.close()


def test_bin_holds_what_was_deleted_until_it_is_restored_or_emptied(store: SampleStore) -> None:
    record(store, "a", 4)
    numbers = store.ids(order=SampleOrder.OLDEST)
    assert store.delete(numbers[:3]) == 3
    assert store.delete(numbers[:3]) == 0
    assert store.count() == 1
    assert set(store.ids(SampleFilter(binned=True))) == set(numbers[:3])
    assert store.restore(numbers[:1]) == 1
    assert store.empty_bin() == 2
    assert set(store.ids()) == {numbers[0], numbers[3]}
    assert store.samples(numbers[1:3]) == []


def test_emptying_the_bin_deletes_pictures_of_the_store_only(store: SampleStore, tmp_path: Path) -> None:
    folder = store.path.parent
    (folder / "pictures").mkdir()
    ours, kept = folder / "pictures" / "1.jpg", folder / "pictures" / "2.jpg"
    theirs = folder.parent / f"{tmp_path.name}-theirs.jpg"
    for file in (ours, kept, theirs):
        file.write_bytes(b"x")
    take = store.start_take(store.start_session(), "a")
    names = ("pictures/1.jpg", "pictures/2.jpg", f"../{theirs.name}")
    numbers = store.add(take, [sample(seed, picture=name) for seed, name in enumerate(names)])
    store.delete([numbers[0], numbers[2]])
    store.empty_bin()
    assert [file.exists() for file in (ours, kept, theirs)] == [False, True, True]


def test_emptying_the_bin_spares_pictures_that_are_named_elsewhere_and_other_files(store: SampleStore) -> None:
    folder = store.path.parent
    (folder / "pictures" / "more.jpg").mkdir(parents=True)
    shared, settings = folder / "pictures" / "1.jpg", folder / "settings.toml"
    shared.write_bytes(b"x")
    settings.write_bytes(b"x")
    take = store.start_take(store.start_session(), "a")
    names = ("pictures/1.jpg", "pictures/1.JPG", "settings.toml", "pictures/../settings.toml", "pictures/more.jpg")
    numbers = store.add(take, [sample(seed, picture=name) for seed, name in enumerate(("pictures/1.jpg", *names))])
    store.delete(numbers[1:])
    assert store.empty_bin() == 5
    assert shared.exists()
    assert settings.exists()
    store.delete(numbers[:1])
    assert store.empty_bin() == 1
    assert not shared.exists()


def test_relabel_and_the_check_set(store: SampleStore) -> None:
    record(store, "a", 3)
    record(store, "a", 2, check=True)
    numbers = store.ids(order=SampleOrder.OLDEST)
    assert store.relabel(numbers[:2], " b ") == 2
    assert store.counts().gestures == {"a": 3, "b": 2}
    assert store.keep_for_check(numbers[:1]) == 1
    assert store.count(SampleFilter(check=True)) == 3
    assert store.counts().check == 3
    assert store.count(SampleFilter(check=False)) == 2
    with pytest.raises(SampleStoreError, match="1 to 64"):
        store.relabel(numbers, "x" * 65)
    with pytest.raises(SampleStoreError, match="cannot be named"):
        store.relabel(numbers, "None")


def test_filters_counts_and_orders(store: SampleStore) -> None:
    session = store.start_session()
    left = store.start_take(session, "a")
    store.add(left, [NewSample(hand(1, "Left"), 1.0, Opinion("a", 0.9, "m")), NewSample(hand(2, None), 2.0)])
    right = store.start_take(store.start_session(), "b")
    store.add(right, [NewSample(hand(3), 3.0, Opinion("a", 0.4, "m"))])
    assert store.count(SampleFilter(hand="Left")) == 1
    assert store.count(SampleFilter(hand="unknown")) == 1
    assert store.count(SampleFilter(take=right)) == 1
    assert store.count(SampleFilter(session=session)) == 2
    assert store.count(SampleFilter(gesture="a", hand="Right")) == 0
    assert store.ids().tolist() == [3, 2, 1]
    assert store.ids(order=SampleOrder.CONFIDENCE).tolist() == [3, 1, 2]
    assert store.counts(SampleFilter(session=session)).takes == {left: 2}
    assert [(take.id, take.count) for take in store.takes()] == [(right, 1), (left, 2)]
    assert [take.id for take in store.takes(session)] == [left]
    assert [entry.id for entry in store.samples([2, 99, 1])] == [2, 1]


def test_columns_give_every_sample_once_in_blocks(store: SampleStore) -> None:
    take = record(store, "a", 5)
    imported = store.start_take(store.start_session("import"), "")
    store.add(imported, [sample(9, gesture="b", origin={"group": "Anna"}), sample(8, gesture="c", origin={})])
    blocks = list(store.columns(block=3))
    assert [len(block) for block in blocks] == [3, 3, 1]
    assert [name for block in blocks for name in block.gestures] == ["a"] * 5 + ["b", "c"]
    groups = [group for block in blocks for group in block.groups]
    assert len(set(groups[:5])) == 1
    assert groups[0].endswith(f"/take-{take}")
    assert groups[5:] == ["Anna", ""]
    np.testing.assert_array_equal(blocks[0].hands.points[1], hand(1).points)
    assert np.isnan(blocks[0].opinion_confidences).all()


def test_stamp_changes_with_the_store(store: SampleStore) -> None:
    before = store.stamp()
    assert store.stamp() == before
    record(store, "a", 1)
    assert store.stamp() != before


def test_threads_record_and_read_at_once(store: SampleStore) -> None:
    session = store.start_session()
    takes = [store.start_take(session, f"g{number}") for number in range(4)]

    def work(take: int) -> None:
        for seed in range(15):
            store.add(take, [sample(seed)])
            store.counts()
            store.samples(store.ids()[:5])

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, take) for take in takes]:
            done.result(30)
    assert store.counts().takes == dict.fromkeys(takes, 15)


def test_two_stores_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as one, SampleStore(path) as two:
        record(one, "a", 2)
        assert two.count() == 2
        assert two.undo().count == 2
        assert one.count() == 0


def test_hundred_thousand_samples_open_and_page_fast(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        session = store.start_session()
        for number in range(20):
            take = store.start_take(session, f"gesture {number}")
            store.add(take, [sample(number)] * 5000)
    started = time.perf_counter()
    with SampleStore(path) as store:
        numbers = store.ids()
        counts = store.counts()
        page = store.samples(numbers[50_000:50_100])
        elapsed = time.perf_counter() - started
    assert len(numbers) == counts.total == 100_000
    assert len(page) == 100
    assert elapsed < 1.0


def test_a_confirmed_label_is_remembered_while_it_is_the_label(store: SampleStore) -> None:
    record(store, "a", 3)
    numbers = store.ids(order=SampleOrder.OLDEST)
    assert store.confirm(numbers[:2]) == 2
    assert store.confirm(numbers[:2]) == 0
    assert [one.confirmed for one in store.samples(numbers)] == ["a", "a", None]
    store.relabel(numbers[:1], "b")
    assert store.confirm(numbers[:1], confirmed=False) == 0
    assert store.confirm(numbers, confirmed=False) == 1
    assert [one.confirmed for one in store.samples(numbers)] == ["a", None, None]
    assert [name for block in store.columns() for name in block.confirmed] == ["a", "", ""]
    one, two, three = (int(number) for number in numbers)
    assert store.unconfirmed([one, two, three, 99]) == {one: "b", two: "a", three: "a"}
    store.relabel([one], "a")
    store.delete([two])
    assert store.unconfirmed([one, two, three]) == {three: "a"}
    store.undo()
    assert store.unconfirmed([one, two, three]) == {}


def test_each_sample_gets_a_gesture_of_its_own_or_none_does(store: SampleStore) -> None:
    record(store, "a", 3)
    one, two, three = (int(number) for number in store.ids(order=SampleOrder.OLDEST))
    assert store.relabel_each({one: "b", two: "a", three: " c "}) == 2
    assert [sample.gesture for sample in store.samples([one, two, three])] == ["b", "a", "c"]
    with pytest.raises(SampleStoreError):
        store.relabel_each({one: "x", two: ""})
    assert store.relabel_each({}) == 0
    assert [sample.gesture for sample in store.samples([one, two])] == ["b", "a"]
