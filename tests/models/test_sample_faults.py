"""What happens to the disk and the file of samples in earnest: full, read-only, damaged, moved, broken off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from made_samples import sample
from small_disk import SmallDisk, small_disk

from models.samples import SampleStore, SampleStoreError, schema
from models.samples.errors import DamagedStoreError, MovedStoreError
from models.samples.mending import MOST_WALKED, open_samples


def record(path: Path, count: int) -> None:
    with SampleStore(path) as store:
        take = store.start_take(store.start_session("one"), "fist")
        store.add(take, [sample(seed) for seed in range(count)])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as made:
        yield made


def fill(store: SampleStore, take: int) -> int:
    """Add samples until the disk is full; how many there were."""
    for seed in range(1, 2000):
        try:
            store.add(take, [sample(seed)])
        except SampleStoreError as error:
            assert "is full: free some space; what was saved before is safe" in str(error)  # noqa: PT017
            return seed - 1
    pytest.fail("the disk was never full")


def test_a_full_disk_is_told_and_recording_goes_on_when_there_is_room(disk: SmallDisk) -> None:
    with SampleStore(disk.folder / "samples.db") as store:
        take = store.start_take(store.start_session(), "fist")
        store.add(take, [sample(0)])
        disk.fill(left=8192)
        kept = 1 + fill(store, take)
        assert store.count() == kept
        disk.free()
        store.add(take, [sample(5000)])
        assert store.count() == kept + 1
        store.look_inside()
    with SampleStore(disk.folder / "samples.db") as store:
        assert store.count() == kept + 1


def test_a_disk_that_becomes_read_only_is_told(disk: SmallDisk) -> None:
    path = disk.folder / "samples.db"
    record(path, 3)
    disk.forbid_writing()
    with pytest.raises(SampleStoreError, match=r"may not be written to|cannot be opened"):
        record(path, 1)
    disk.allow_writing()
    record(path, 1)
    with SampleStore(path) as store:
        assert store.count() == 4


def test_a_migration_on_a_full_disk_leaves_the_samples_as_they_were(disk: SmallDisk) -> None:
    path = disk.folder / "samples.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(schema.MIGRATIONS[0])
        old.execute("INSERT INTO store (mark) VALUES ('old')")
        old.execute("CREATE TABLE filling (content BLOB)")
        old.execute("INSERT INTO filling VALUES (zeroblob(150000))")
        old.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    before = path.read_bytes()
    disk.fill(left=100_000)
    with pytest.raises(SampleStoreError):
        SampleStore(path)
    assert path.read_bytes() == before
    assert not (disk.folder / "samples.db.version1").exists()
    disk.free()
    SampleStore(path).close()
    with closing(sqlite3.connect(disk.folder / "samples.db.version1")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_copy_that_was_broken_off_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(schema.MIGRATIONS[0])
        old.execute("INSERT INTO store (mark) VALUES ('old')")
        old.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    (tmp_path / "samples.db.version1.part").write_bytes(b"half a copy")
    SampleStore(path).close()
    with closing(sqlite3.connect(tmp_path / "samples.db.version1")) as copy:
        assert copy.execute("SELECT mark FROM store").fetchone() == ("old",)
    assert not (tmp_path / "samples.db.version1.part").exists()


@pytest.mark.parametrize(
    "content", [b"this is no database, and never was one" * 9, b"SQLite format 3\0" + b"\xee" * 5000]
)
def test_a_file_of_nonsense_is_set_aside_unchanged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "samples.db"
    path.write_bytes(content)
    opened = open_samples(path)
    with opened.store:
        (aside,) = tmp_path.glob("samples.db.damaged-*")
        assert str(aside) in opened.note
        assert "none of its samples could be read" in opened.note
        assert aside.read_bytes() == content
        opened.store.add(opened.store.start_take(opened.store.start_session(), "fist"), [sample()])
    assert open_samples(path).note == ""


@pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
def test_a_damaged_part_costs_its_own_samples_only(tmp_path: Path, part: float) -> None:
    path = tmp_path / "samples.db"
    record(path, 1500)
    content = bytearray(path.read_bytes())
    start = int(len(content) * part) // 4096 * 4096
    content[start : start + 4096] = b"\x5a" * 4096
    path.write_bytes(content)
    opened = open_samples(path, look_inside=True)
    with opened.store as store:
        (aside,) = tmp_path.glob("samples.db.damaged-*")
        assert aside.read_bytes() == bytes(content)
        assert str(aside) in opened.note
        kept = store.count()
        assert kept >= 1450
        assert f"{kept:,} of its samples" in opened.note
        for found in store.samples(store.ids()):
            np.testing.assert_array_equal(found.hand.points, sample(int(found.time) - 1000).hand.points)
        assert store.sessions()[0].name in {"one", ""}
        store.look_inside()


def spoil_pages_of(path: Path, *seeds: int) -> None:
    """Overwrite the pages that hold samples."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("VACUUM")  # leaves no copy of a sample on a page that is free
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    for start in {content.index(sample(seed).hand.points.tobytes()) // 4096 * 4096 for seed in seeds}:
        content[start : start + 4096] = b"\x5a" * 4096
    path.write_bytes(content)


@pytest.mark.parametrize("gap", [MOST_WALKED + 5000, 10**6, 10**15])
def test_samples_beyond_a_damaged_part_and_a_large_gap_in_their_numbers_are_kept(tmp_path: Path, gap: int) -> None:
    path = tmp_path / "samples.db"
    record(path, 600)
    with closing(sqlite3.connect(path)) as raw:
        # As after a bin of so many samples was emptied: once among the samples, and once before the last of them.
        raw.execute("UPDATE samples SET id = id + ? WHERE id > 300", (gap,))
        raw.execute("UPDATE samples SET id = id + ? WHERE id > 500 + ?", (gap, gap))
        raw.commit()
    spoil_pages_of(path, 299, 300, 499, 500)
    opened = open_samples(path, look_inside=True)
    with opened.store as store:
        seeds = {int(found.time) - 1000 for found in store.samples(store.ids())}
        store.look_inside()
    lost = set(range(600)) - seeds
    assert lost >= {299, 300, 499, 500}
    assert len(lost) <= 4 * 15  # of 300 bytes at least each
    assert lost <= {*range(270, 330), *range(470, 530)}


def test_a_large_gap_is_crossed_without_an_index(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    record(path, 600)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE samples SET id = id + 1000000 WHERE id > 300")
        for index in ("samples_seen", "samples_take", "samples_session"):
            raw.execute(f"DROP INDEX {index}")
        raw.commit()
    spoil_pages_of(path, 299, 300)
    with open_samples(path, look_inside=True).store as store:
        assert 570 <= store.count() <= 598
        assert store.ids().max() == 1000600


def test_damage_at_the_end_ends_the_search(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    record(path, 300)
    spoil_pages_of(path, 299)
    with open_samples(path, look_inside=True).store as store:
        assert 285 <= store.count() < 300


def groups_of(store: SampleStore) -> dict[int, str]:
    return {number: group for part in store.columns() for number, group in zip(part.ids, part.groups, strict=True)}


def test_mended_takes_keep_their_groups(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    record(path, 1500)
    with SampleStore(path) as store:
        before = groups_of(store)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\x5a" * 4096
    path.write_bytes(content)
    with open_samples(path, look_inside=True).store as store:
        after = groups_of(store)
    assert len(after) > 1000
    assert all(before[number] == group for number, group in after.items())


def test_a_file_of_an_earlier_version_that_cannot_be_brought_up_to_date_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "samples.db"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with closing(sqlite3.connect(path, isolation_level=None)) as old:
            schema.prepare(old, path)
            old.execute("INSERT INTO sessions VALUES (1, 'one', 1.0)")
            for take in range(1, 301):
                old.execute("INSERT INTO takes VALUES (?, 1, 'fist', 1.0, 0, 0)", (take,))
            old.execute(
                "INSERT INTO samples (take, session, gesture, landmarks, image_width, image_height, hand, score, time)"
                " SELECT id, 1, 'fist', ?, 640, 480, 0, 0.9, 1.0 FROM takes",
                (sample().hand.points.tobytes(),),
            )
            page = int(old.execute("SELECT rootpage FROM sqlite_master WHERE name = 'takes'").fetchone()[0])
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\x5a" * 4096
    path.write_bytes(content)
    opened = open_samples(path)
    with opened.store as store:
        assert "300 of its samples" in opened.note
        assert store.count() == 300
        assert len(store.takes()) == 300
        assert store.undo() is not None


def test_samples_that_cannot_be_are_damage_too(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    record(path, 5)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE samples SET hand = 77 WHERE id = 2")
        raw.execute("UPDATE samples SET origin = '{broken' WHERE id = 3")
        raw.commit()
    with SampleStore(path) as store:
        with pytest.raises(DamagedStoreError, match="a sample that cannot be one"):
            store.samples([1, 2])
        with pytest.raises(DamagedStoreError):
            list(store.columns())
    with open_samples(path, look_inside=True).store as store:
        assert sorted(store.ids().tolist()) == [1, 4, 5]


def test_two_that_find_the_damage_at_once_set_it_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    path.write_bytes(b"no database at all, but long enough to be taken for one " * 4)
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_samples(path, patience_s=20), range(4)))
    assert len(list(tmp_path.glob("samples.db.damaged-*"))) == 1
    assert sum(bool(one.note) for one in opened) == 1
    for number, one in enumerate(opened):
        one.store.add(one.store.start_take(one.store.start_session(), "fist"), [sample(number)])
        one.store.close()
    with SampleStore(path) as store:
        assert store.count() == 4


def test_another_program_s_database_is_not_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(SampleStoreError, match="another program"):
        open_samples(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_into_a_file_that_was_moved_away(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        take = store.start_take(store.start_session(), "fist")
        store.add(take, [sample(0)])
        path.rename(tmp_path / "moved.db")
        for beside in ("-wal", "-shm"):
            (tmp_path / f"samples.db{beside}").rename(tmp_path / f"moved.db{beside}")
        if replaced:
            SampleStore(path).close()
        assert not store.current
        with pytest.raises(MovedStoreError, match="nothing was written"):
            store.add(take, [sample(1)])
    with SampleStore(tmp_path / "moved.db") as moved:
        assert moved.count() == 1
