from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.hand.landmarks import Hand
from models.samples import (
    BroughtSession,
    BroughtTake,
    NewSample,
    Opinion,
    SampleFilter,
    SampleOrder,
    SampleStore,
    SampleStoreError,
    schema,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SampleStore]:
    with SampleStore(tmp_path / "samples.db") as opened:
        yield opened


def hand(seed: int = 0, side: str | None = "Right") -> Hand:
    points = np.random.default_rng(seed).normal(300, 50, (21, 3)).astype(np.float32)
    return Hand(points, side, 0.875, (640, 480))


def sample(seed: int = 0, **more: object) -> NewSample:
    return NewSample(hand(seed), time=1000.0 + seed, **more)


def record(store: SampleStore, gesture: str, count: int, **more: object) -> int:
    take = store.start_take(store.start_session(), gesture, **more)
    store.add(take, [sample(seed) for seed in range(count)])
    return take


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


def test_takes_are_undone_and_redone_in_order_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        first, second = record(store, "a", 2), record(store, "b", 3)
        assert store.undoable().id == second
        assert store.redoable() is None
        assert store.undo().id == second
    with SampleStore(path) as store:
        assert store.counts().gestures == {"a": 2}
        assert store.undo().id == first
        assert store.undo() is None
        assert store.count() == 0
    with SampleStore(path) as store:
        assert store.redo().id == first
        assert store.redo().id == second
        assert store.redo() is None
        assert store.counts().gestures == {"a": 2, "b": 3}


def test_a_new_take_ends_redo_and_loses_nothing_until_the_bin_is_emptied(store: SampleStore) -> None:
    record(store, "a", 2)
    store.undo()
    record(store, "b", 1)
    assert store.redo() is None
    assert store.undo().gesture == "b"
    assert store.redo().gesture == "b"
    assert store.empty_bin() == 2
    assert store.count() == 1


def test_nothing_can_be_added_to_an_undone_take(store: SampleStore) -> None:
    take = record(store, "a", 1)
    store.undo()
    with pytest.raises(SampleStoreError, match="undone"):
        store.add(take, [sample()])
    with pytest.raises(SampleStoreError, match="not there"):
        store.add(99, [sample()])
    with pytest.raises(SampleStoreError, match="no session"):
        store.start_take(99, "a")


def test_a_failing_add_keeps_nothing_of_the_burst(store: SampleStore) -> None:
    take = store.start_take(store.start_session(), "a")
    with pytest.raises(SampleStoreError, match="name"):
        store.add(take, [sample(1), sample(2, gesture="\n")])
    assert store.count() == 0


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


def test_a_take_whose_samples_are_all_in_the_bin_is_passed_over_by_undo(store: SampleStore) -> None:
    record(store, "a", 1)
    record(store, "b", 1)
    store.delete(store.ids(SampleFilter(gesture="b")))
    assert store.undo().gesture == "a"


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


@given(st.lists(st.sampled_from(["record", "undo", "redo", "delete", "restore"]), max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_follows_a_plain_model(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    kept: list[int] = []
    undone: list[int] = []
    with SampleStore(tmp_path_factory.mktemp("store") / "samples.db") as store:
        session = store.start_session()
        for step in steps:
            if step == "record":
                take = store.start_take(session, "a")
                store.add(take, [sample()])
                kept.append(take)
                undone.clear()
            elif step == "undo":
                assert (store.undo() is not None) == bool(kept)
                undone += [kept.pop()] if kept else []
            elif step == "redo":
                assert (store.redo() is not None) == bool(undone)
                kept += [undone.pop()] if undone else []
            elif step == "delete":
                store.delete(store.ids())
                store.restore(store.ids(SampleFilter(binned=True)))
            assert [take.id for take in store.takes()] == kept[::-1]


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


def test_another_program_s_lock_is_told(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path, patience_s=0.05) as store:
        session = store.start_session()
        blocker = sqlite3.connect(path, isolation_level=None)
        try:
            blocker.execute("BEGIN IMMEDIATE")
            with pytest.raises(SampleStoreError, match="locked by another program"):
                store.start_take(session, "a")
            assert store.count() == 0
        finally:
            blocker.close()
        store.start_take(session, "a")


def test_a_store_that_may_not_be_written_is_told(store: SampleStore) -> None:
    with store._files.writing():
        pass
    store._files._writer.execute("PRAGMA query_only = ON")
    with pytest.raises(SampleStoreError, match="may not be written"):
        store.start_session()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not a database at all, but long enough to look like one " * 50, "not a store of samples")],
)
def test_a_file_that_is_no_store_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "samples.db"
    path.write_bytes(content)
    with pytest.raises(SampleStoreError, match=told):
        SampleStore(path)
    assert path.read_bytes() == content


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        record(store, "a", 500)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(SampleStoreError, match="damaged"), SampleStore(path) as store:
        store.counts()


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(SampleStoreError, match="another program"):
        SampleStore(path)


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    SampleStore(path).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(SampleStoreError, match=r"newer version.*99"):
        SampleStore(path)


def test_an_older_store_is_migrated_after_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        record(store, "a", 2)
    version = len(schema.MIGRATIONS)
    more = "ALTER TABLE samples ADD COLUMN note TEXT; UPDATE samples SET note = 'old'"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
    with SampleStore(path) as store:
        assert store.count() == 2
        with store._files.reading() as reader:
            assert reader.execute("SELECT DISTINCT note FROM samples").fetchall() == [("old",)]
    copy = sqlite3.connect(f"{path}.version{version}")
    assert copy.execute("PRAGMA user_version").fetchone() == (version,)
    copy.close()


def test_a_store_of_the_first_version_keeps_its_takes_and_their_undo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "samples.db"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        connection = sqlite3.connect(path, isolation_level=None)
        schema.prepare(connection, path)
        connection.execute("INSERT INTO sessions (name, started) VALUES ('evening', 1.0)")
        for number in (1, 2, 3):
            state = int(number == 3)
            connection.execute("INSERT INTO takes (session, gesture, started, state) VALUES (1, 'a', 2.0, ?)", (state,))
            connection.execute(
                "INSERT INTO samples (take, session, gesture, landmarks, image_width, image_height, hand, score, time,"
                " undone) VALUES (?, 1, 'a', ?, 640, 480, 1, 0.5, 3.0, ?)",
                (number, hand().points.tobytes(), state),
            )
        connection.close()
    with SampleStore(path) as store:
        assert [(one.take, one.confirmed) for one in store.samples(store.ids())] == [(2, None), (1, None)]
        assert store.redo().id == 3
        assert [store.undo().id for _ in range(3)] == [3, 2, 1]
        assert record(store, "b", 1) == 4
        assert store.undo().id == 4


def test_an_import_of_several_takes_is_one_step_and_keeps_free_numbers(store: SampleStore) -> None:
    first = record(store, "a", 2)
    evening = BroughtSession("evening", 7, 5.0)
    takes = [BroughtTake(evening, "b", 9, 6.0), BroughtTake(evening, "c", first, 6.5), BroughtTake(BroughtSession("x"))]
    samples = [(0, sample(1)), (1, sample(2)), (0, sample(3, check=True)), (2, sample(4, gesture="d", check=True))]
    numbers = store.bring_in(takes, samples)
    kept = store.samples(numbers)
    assert [one.gesture for one in kept] == ["b", "c", "b", "d"]
    assert [one.check for one in kept] == [False, False, True, True]
    assert [one.session for one in kept[:3]] == [7, 7, 7]
    assert kept[0].take == kept[2].take == 9
    assert kept[1].take not in {first, 9}
    assert [(one.id, one.check, one.started) for one in store.takes(7)][-1] == (9, False, 6.0)
    assert [one.check for one in store.takes(kept[3].session)] == [True]
    assert {one.id: (one.name, one.started) for one in store.sessions()}[7] == ("evening", 5.0)
    undone = store.undo()
    assert (undone.count, undone.gesture) == (4, "")
    assert store.count() == 2
    assert store.redo().count == 4
    assert store.count() == 6
    assert store.undo().count == 4
    assert store.undo().id == first


def test_an_import_is_whole_or_not_there(store: SampleStore) -> None:
    with pytest.raises(SampleStoreError, match="name"):
        store.bring_in([BroughtTake(BroughtSession("x"))], [(0, sample(1, gesture="a")), (0, sample(2))])
    assert store.count() == 0
    assert store.undoable() is None


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
def test_numbers_that_would_leave_none_for_others_are_not_kept(store: SampleStore, number: int) -> None:
    (one,) = store.bring_in([BroughtTake(BroughtSession("x", number), "a", number)], [(0, sample())])
    assert store.samples([one])[0].take == 1
    assert record(store, "b", 1) == 2


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


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        record(store, "a", 2)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "DELETE FROM samples; NOT SQL"))
        with pytest.raises(SampleStoreError):
            SampleStore(path)
    with SampleStore(path) as store:
        assert store.count() == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SampleStoreError, match="cannot be made"):
        SampleStore(tmp_path / "file" / "samples.db")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SampleStore(tmp_path / "samples.db")
    store.close()
    store.close()
    with pytest.raises(SampleStoreError, match="closed"):
        store.count()


def test_an_import_is_undone_with_what_of_it_lies_in_the_bin(store: SampleStore) -> None:
    session = BroughtSession("x")
    takes = [BroughtTake(session, "a"), BroughtTake(session, "b")]
    first, *others = store.bring_in(takes, [(0, sample()), (1, sample()), (1, sample())])
    store.delete([first])
    undone = store.undo()
    assert undone is not None
    assert undone.count == 2
    store.restore([first])
    assert store.count() == 0
    store.redo()
    assert sorted(store.ids()) == [first, *others]
