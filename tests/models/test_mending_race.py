"""Two programs that meet the same damaged file of samples in the same moment."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from models.gesture.store import held
from models.hand.landmarks import Hand
from models.samples import NewSample, SampleStore, SampleStoreError
from models.samples.connections import lock_of

PROGRAMS = 3
MET = """
import json, sys
from pathlib import Path
import numpy as np
from models.hand.landmarks import Hand
from models.samples import NewSample
from models.samples.mending import open_samples
path, seed, look_inside = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
print("ready", flush=True)
sys.stdin.readline()
opened = open_samples(path, look_inside=look_inside, patience_s=30)
with opened.store as store:
    found = store.count()
    take = store.start_take(store.start_session(), "palm")
    points = np.random.default_rng(seed).normal(300, 50, (21, 3)).astype(np.float32)
    added = [
        store.add(take, [NewSample(Hand(points, "Right", 0.875, (640, 480)), time=5000.0 + seed)])[0] for _ in range(20)
    ]
    print(json.dumps({"note": opened.note, "found": found, "added": added, "current": store.current}))
"""


def nonsense(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to be taken for one " * 4)


def spoilt(path: Path) -> None:
    """400 samples, and a page of them overwritten: found only by those who look inside."""
    with SampleStore(path) as store:
        take = store.start_take(store.start_session("one"), "fist")
        points = [np.random.default_rng(seed).normal(300, 50, (21, 3)).astype(np.float32) for seed in range(400)]
        store.add(take, [NewSample(Hand(each, "Right", 0.875, (640, 480)), time=1000.0) for each in points])
    content = bytearray(path.read_bytes())
    start = content.index(points[200].tobytes()) // 4096 * 4096
    content[start : start + 4096] = b"\x5a" * 4096
    path.write_bytes(content)


def without_mark(path: Path) -> None:
    """A file of which the first page alone is whole."""
    spoilt(path)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x5a" * 4096 + content[8192:])


@pytest.mark.parametrize(
    ("damage", "look_inside", "least"), [(nonsense, False, 0), (spoilt, True, 380), (without_mark, False, 380)]
)
def test_programs_that_find_the_damage_at_once_set_it_aside_once(
    tmp_path: Path, damage: object, look_inside: bool, least: int
) -> None:
    path = tmp_path / "samples.db"
    assert callable(damage)
    damage(path)
    before = path.read_bytes()
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", MET, str(path), str(number), str(look_inside)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROGRAMS)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:  # all stand at the line
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    outputs = [program.communicate(timeout=60) for program in programs]
    assert [error for _, error in outputs] == [""] * PROGRAMS
    told = [json.loads(output) for output, _ in outputs]

    (aside,) = (found for found in tmp_path.glob("samples.db.damaged-*") if not found.name.endswith(("-wal", "-shm")))
    assert aside.read_bytes() == before
    assert sum(bool(each["note"]) for each in told) == 1
    assert all(each["current"] for each in told)
    assert all(each["found"] >= least for each in told)
    added = [number for each in told for number in each["added"]]
    assert len(set(added)) == 20 * PROGRAMS
    with SampleStore(path) as store:
        store.look_inside()
        assert set(added) <= set(store.ids().tolist())
        assert store.count() >= least + 20 * PROGRAMS
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_is_being_mended_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with held(lock_of(path)) as had:
        assert had
        with pytest.raises(SampleStoreError, match="being opened or mended by another program"):
            SampleStore(path, patience_s=0.01)
        assert not path.exists()
    SampleStore(path, patience_s=0.01).close()
