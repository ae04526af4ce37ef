"""Files that a store is opened from: locked, foreign, damaged, of other versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from made_samples import hand, record

from models.samples import SampleStore, SampleStoreError, schema


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
