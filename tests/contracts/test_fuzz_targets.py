"""The fuzzer's targets on their seeds, on what it has found so far, and on some hundred mutations of those."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "fuzz"
FOUND: dict[str, tuple[bytes, ...]] = {
    "source_words": (b"~:/", b"~\0\0/", b"~nobody/x.mp4"),
    "table": (b"\0label,x1\ry1,", b'fi"st\n1f\xff', b'ist"4\n1f\xff\xff\xfffist,0.5', b"a\xc8,1\n"),
    "annotations": (b'"a":' * 5000, b'"a": ' + b"9" * 5000),
    "settings_file": (b"hands = " + b"9" * 5000, b"threshold = 1" + b"0" * 400, b"x = " + b"[" * 5000),
    "model_file": (b"\x08\x08:\x00r\x04\n\x02\xfe\xfe",),
}
MUTATIONS = {"table": 40, "any_file": 40, "annotations": 60, "settings_file": 20}


@pytest.fixture(scope="module", autouse=True)
def found_here() -> Iterator[None]:
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))


def mutated(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(changed) + 1)
        kind = rng.randrange(4)
        if kind == 0 and changed:
            changed[place % len(changed)] = rng.randrange(256)
        elif kind == 1:
            changed[place:place] = rng.randbytes(rng.randint(1, 4))
        elif kind == 2:
            del changed[place : place + rng.randint(1, 8)]
        else:
            changed[place:place] = changed[place : place + rng.randint(1, 40)]
    return bytes(changed)


@pytest.mark.parametrize(
    "name",
    [
        "settings_file",
        "source_words",
        "recorded_landmarks",
        "table",
        "any_file",
        "annotations",
        "classifier_input",
        "model_info",
        "model_file",
    ],
)
def test_nothing_breaks(name: str) -> None:
    from targets import TARGETS

    target, seeds = TARGETS[name]
    rng = random.Random(7)
    for data in (*seeds, *FOUND.get(name, ()), b""):
        target(data)
    for number in range(MUTATIONS.get(name, 100)):
        target(mutated(seeds[number % len(seeds)], rng))
