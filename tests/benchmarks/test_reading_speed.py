"""Rates and memory of reading large data. Opt-in: ``uv run pytest tests/benchmarks/test_reading_speed.py -s``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest

from models.gesture.prior import Prior
from trainer.data.near_copies import find_copies
from trainer.dataset import COORDINATES, Dataset
from trainer.split import split

pytest.importorskip("resource", reason="measures peak memory as Unix tells it")

ROWS = 1_000_000
JSON_BYTES = 500_000_000
ALLOWED_MB = 200.0

MEASURE = """
import json, pathlib, resource, sys, time
import pandas  # Arrow imports it too: not counted on either side
what, path = sys.argv[1:]
if what == "read":
    from trainer.readers import read as function
else:
    from pandas import read_csv as function
wall, cpu = time.perf_counter(), time.process_time()
result = function(path)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
status = pathlib.Path("/proc/self/status")
if status.exists():  # on Linux getrusage still tells the peak of the process that started this one
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e3
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"rows": len(result), "wall_s": wall, "cpu_s": cpu, "peak_mb": peak}))
"""


def measure(what: str, path: Path) -> dict[str, float]:
    """Read in a process of its own, for its peak memory."""
    done = subprocess.run([sys.executable, "-c", MEASURE, what, path], check=True, capture_output=True, timeout=600)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    rng = np.random.default_rng(0)
    prior = Prior.load()
    count = 200_000 // len(prior.labels)
    rows = np.concatenate([prior.draw(label, count, rng) for label in prior.labels])
    rows[:, 2::3] = rng.normal(0, 20, (len(rows), 21))
    return Dataset.of(rows, np.repeat(prior.labels, count))


@pytest.fixture(scope="module")
def table(drawn: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "million.csv"
    columns = {name: pa.array(column.round(3)) for name, column in zip(COORDINATES, drawn.rows.T, strict=True)}
    part = pa.table({**columns, "label": pa.array(drawn.labels.tolist())})
    with pacsv.CSVWriter(path, part.schema) as writer:
        for start in range(0, ROWS, len(part)):
            writer.write_table(part.slice(0, min(len(part), ROWS - start)))
    return path


@pytest.fixture(scope="module")
def annotations(drawn: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("annotations") / "large.json"
    hands = (drawn.hands.points[:2000, :, :2] / (640, 480)).astype(float).tolist()
    with path.open("w") as file:
        file.write("{")
        number = 0
        while file.tell() < JSON_BYTES:
            entry = {
                "bboxes": [[0.1, 0.2, 0.3, 0.4]] * 2,
                "labels": ["call", "no_gesture"],
                "landmarks": [hands[number % 2000], hands[(7 * number) % 2000]],
                "leading_hand": "right",
                "leading_conf": 1.0,
                "user_id": f"{number // 3:032x}",
            }
            file.write(("," if number else "") + f'"{number:08x}-ab56-4561-aee5-8d7675d6a0e8": ' + json.dumps(entry))
            number += 1
        file.write("}")
    return path


@pytest.fixture(scope="module")
def bare_mb(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Peak memory of reading a table of one row: the interpreter and what it imports."""
    path = tmp_path_factory.mktemp("bare") / "one.csv"
    path.write_text(",".join([*COORDINATES, "label"]) + "\n" + ",".join([*map(str, range(63)), "a"]) + "\n")
    return measure("read", path)["peak_mb"]


def tell(what: str, size: float, found: dict[str, float], bare_mb: float) -> float:
    """Print one line and give the memory beyond the rows themselves."""
    rows_mb = found["rows"] * 63 * 4 / 1e6
    beyond = found["peak_mb"] - bare_mb - rows_mb
    sys.stdout.write(
        f"\n{what}: {found['rows']:,.0f} hands, {size / 1e6:,.0f} MB in {found['wall_s']:.1f} s"
        f" ({found['cpu_s']:.1f} s of CPU, {size / 1e6 / found['wall_s']:.0f} MB/s,"
        f" {found['rows'] / found['wall_s']:,.0f} hands/s), rows {rows_mb:.0f} MB and {beyond:.0f} MB beyond\n"
    )
    return beyond


@pytest.mark.timeout(1200)
def test_a_million_rows_within_twice_the_time_of_pandas(table: Path, bare_mb: float) -> None:
    ours, theirs = [], []
    for _ in range(3):  # in turns, so that other work on the machine meets both
        theirs.append(measure("pandas", table))
        ours.append(measure("read", table))
    best, fastest = (min(found, key=lambda one: one["wall_s"]) for found in (ours, theirs))
    beyond = tell("table", table.stat().st_size, best, bare_mb)
    cpu = min(one["cpu_s"] for one in ours) / min(one["cpu_s"] for one in theirs)
    ratio = best["wall_s"] / fastest["wall_s"]
    sys.stdout.write(f"pandas.read_csv {fastest['wall_s']:.1f} s: ratio {ratio:.2f} (of CPU {cpu:.2f})\n")
    assert best["rows"] == ROWS
    assert ratio <= 2
    assert beyond <= ALLOWED_MB


@pytest.mark.timeout(1200)
def test_half_a_gigabyte_of_annotations_in_bounded_memory(annotations: Path, bare_mb: float) -> None:
    found = measure("read", annotations)
    assert tell("annotations", annotations.stat().st_size, found, bare_mb) <= ALLOWED_MB


@pytest.mark.timeout(600)
def test_digest_copies_and_split_of_two_hundred_thousand_hands(drawn: Dataset) -> None:
    times = {}
    for name, work in (
        ("digest", lambda: drawn.digest),
        ("copies", lambda: find_copies(drawn)),
        ("split", lambda: split(drawn)),
    ):
        started = time.perf_counter()
        work()
        times[name] = time.perf_counter() - started
    sys.stdout.write(
        f"\n{len(drawn):,} hands: " + ", ".join(f"{name} {took:.2f} s" for name, took in times.items()) + "\n"
    )
    assert times["digest"] < 5
    assert times["copies"] < 60
