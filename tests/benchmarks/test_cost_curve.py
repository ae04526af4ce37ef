"""What rows cost: seconds and memory of import, features and each family. Run by name on an idle machine.

``GESTURE_COST_ROWS=2000,20000 uv run pytest tests/benchmarks/test_cost_curve.py -s`` prints the table of docs/cost.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trainer.spaces import Configuration, load_space

STEP = """
import json, sys, time
from pathlib import Path
def kilobytes(name):  # Linux; the peak of resource.getrusage would be that of the process that started this one
    text = Path("/proc/self/status").read_text()
    return int(text.split(name + ":")[1].split()[0])
what, rows, folder, number = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
import numpy as np
from models.gesture.features import features
if what == "import":
    from trainer.readers import read
elif what == "fit":
    from trainer.sweeping.fitting import Material, bundle, fit_bundle
    from trainer.spaces import load_space
    from trainer.recognition.augmentation import augment
    configuration = load_space("default").configurations[number]
base = kilobytes("VmRSS")
begun = time.perf_counter()
more = {}
if what == "import":
    more["rows"] = len(read(folder / f"{rows}.csv"))
elif what == "features":
    made = features(np.load(folder / f"{rows}.npy"))
else:
    known, codes = np.load(folder / f"{rows}.npy"), np.load(folder / f"{rows}_codes.npy")
    rng = np.random.default_rng(0)
    varied = [known, *(augment(known, rng) for _ in range(configuration.augment))]
    columns = np.concatenate([features(part, configuration.recipe) for part in varied])
    held, held_codes = np.load(folder / "held.npy"), np.load(folder / "held_codes.npy")
    held = features(held, configuration.recipe)
    classes = tuple(f"gesture {code:02d}" for code in range(19))
    material = Material(columns, np.tile(codes, len(varied)), held, held_codes, classes, 0)
    del varied, known
    begun = time.perf_counter()
    (outcome,) = fit_bundle(bundle([configuration], rows)[0], material)
    assert not outcome.error, outcome.error
    more = {"fit_s": outcome.fit_s, "score_s": outcome.score_s, "rows": outcome.rows, "bytes": len(outcome.pipeline)}
seconds = time.perf_counter() - begun
peak = kilobytes("VmHWM")
print(json.dumps({"s": seconds, "mb": peak / 1024, "base_mb": base / 1024, **more}))
"""


def one_of_each_family() -> list[tuple[int, Configuration]]:
    found: dict[str, tuple[int, Configuration]] = {}
    for number, configuration in enumerate(load_space("default").configurations):
        found.setdefault(configuration.family, (number, configuration))
    return list(found.values())


def measure(what: str, rows: int, folder: Path, number: int = 0) -> dict[str, Any]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    words = [sys.executable, "-c", STEP, what, str(rows), str(folder), str(number)]
    answer = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.timeout(7200)
def test_the_cost_curve_is_printed(tmp_path: Path) -> None:
    import numpy as np

    from models.gesture.prior import Prior
    from trainer.dataset import COORDINATES

    counts = [int(word) for word in os.environ.get("GESTURE_COST_ROWS", "2000,20000,200000").split(",")]
    prior, rng = Prior.load(), np.random.default_rng(0)
    labels = sorted(prior.classes)

    def draw(count: int) -> tuple[Any, Any]:
        each = -(-count // len(labels))
        rows = np.concatenate([prior.draw(label, each, rng) for label in labels])
        codes = np.repeat(np.arange(len(labels), dtype=np.int16), each)
        chosen = rng.permutation(len(rows))[:count]
        return rows[chosen], codes[chosen]

    held, held_codes = draw(4000)
    np.save(tmp_path / "held.npy", held)
    np.save(tmp_path / "held_codes.npy", held_codes)
    lines = ["| rows | step | training rows | seconds | peak memory, MB | of it before the step, MB | saved, MB |"]
    lines.append("|---:|---|---:|---:|---:|---:|---:|")
    for count in counts:
        rows, codes = draw(count)
        np.save(tmp_path / f"{count}.npy", rows)
        np.save(tmp_path / f"{count}_codes.npy", codes)
        with (tmp_path / f"{count}.csv").open("w") as file:
            file.write(",".join((*COORDINATES, "label")) + "\n")
            for row, code in zip(np.nan_to_num(rows), codes, strict=True):
                file.write(",".join(f"{value:.3f}" for value in row) + f",{labels[code]}\n")
        for what in ("import", "features"):
            found = measure(what, count, tmp_path)
            lines.append(_line(count, what, found))
            sys.stderr.write(lines[-1] + "\n")
        for number, configuration in one_of_each_family():
            found = measure("fit", count, tmp_path, number)
            lines.append(_line(count, f"{configuration.family}: {configuration.shown}", found))
            sys.stderr.write(lines[-1] + "\n")
    sys.stderr.write("\n".join(lines) + "\n")


def _line(count: int, step: str, found: dict[str, Any]) -> str:
    trained = f"{found['rows']:,}" if "fit_s" in found else ""
    saved = f"{found['bytes'] / 1e6:.1f}" if "bytes" in found else ""
    return (
        f"| {count:,} | {step} | {trained} | {found['s']:.1f} | {found['mb']:.0f} | {found['base_mb']:.0f} | {saved} |"
    )
