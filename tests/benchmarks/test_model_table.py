"""Every family as the app would run it: time, file, load, memory. Opt-in: ``uv run pytest <this file> -s``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.gesture.catalog import load_model
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.gesture.features import features
from models.gesture.prior import Prior
from models.home import find_home
from trainer.runs.model_file import load_pipeline
from trainer.spaces import Configuration, load_space
from trainer.sweeping.exporting import Finalist, export
from trainer.sweeping.fitting import Material, bundle, fit_bundle
from trainer.sweeping.judged_rows import Judged

HANDS_A_CLASS = 500
LARGE_FOREST = Configuration("forest", (("max_depth", 30), ("n_estimators", 200)), "geometry")
SLOWEST_CHAMPION_US = 2000.0
SLOWEST_SHIPPED_US = 100.0
SWITCH_S = 0.5

LOAD = """
import json, sys, time
from pathlib import Path
def kilobytes():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])
from models.gesture.classifier import GestureClassifier
from gesture_app.live.recogniser import try_out
before = kilobytes()
begun = time.perf_counter()
model = GestureClassifier.load(Path(sys.argv[1]), "measured")
try_out(model)
print(json.dumps({"s": time.perf_counter() - begun, "mb": (kilobytes() - before) / 1024}))
"""


def drawn(each: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    prior, rng = Prior.load(), np.random.default_rng(seed)
    labels = sorted(prior.classes)
    rows = np.concatenate([prior.draw(label, each, rng) for label in labels])
    return rows, np.repeat(np.array(labels), each)


@pytest.fixture(scope="module")
def judged() -> Judged:
    known, known_labels = drawn(HANDS_A_CLASS, 0)
    held, held_labels = drawn(100, 1)
    test, test_labels = drawn(30, 2)
    return Judged(known, known_labels, held, held_labels, test, test_labels, np.full(len(test), "", np.str_))


def made(configuration: Configuration, judged: Judged) -> tuple[Any, bytes]:
    """Fit as a sweep does and export as its finalists are; the scikit-learn pipeline and the file."""
    classes = tuple(sorted(set(judged.known_labels.tolist())))
    codes = {label: place for place, label in enumerate(classes)}
    material = Material(
        features(judged.known_rows, configuration.recipe),
        np.array([codes[label] for label in judged.known_labels.tolist()], np.int16),
        features(judged.held_rows, configuration.recipe),
        np.array([codes[label] for label in judged.held_labels.tolist()], np.int16),
        classes,
        0,
    )
    (outcome,) = fit_bundle(bundle([configuration], len(material.columns))[0], material)
    assert not outcome.error, outcome.error
    exported = export(Finalist("none", configuration.family, 0.0, outcome.pipeline), judged)
    assert exported.content, exported.facts.problem
    return load_pipeline(exported.pipeline or outcome.pipeline), exported.content


def microseconds(work: Callable[[NDArray[np.float32]], object], rows: NDArray[np.float32], count: int) -> float:
    times = []
    for place in range(count):
        row = rows[place % len(rows)][None]
        begun = time.perf_counter()
        work(row)
        times.append((time.perf_counter() - begun) * 1e6)
    return float(np.median(times))


def decided(model: GestureClassifier) -> Callable[[NDArray[np.float32]], object]:
    return lambda row: decide(model.predict(row)[0], model.labels, model.info.threshold)


def loaded(path: Path) -> dict[str, float]:
    answer = subprocess.run([sys.executable, "-c", LOAD, str(path)], stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def one_of_each_family() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}
    for configuration in load_space("default").configurations:
        found.setdefault(configuration.family, configuration)
    return found | {"forest, 200 deep trees": LARGE_FOREST}


@pytest.mark.timeout(900)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures memory as Linux tells it")
def test_every_family(judged: Judged, tmp_path: Path) -> None:
    shipped = load_model("shipped", find_home())
    rows = judged.test_rows
    file = Path(sys.modules["models.gesture.catalog"].__file__ or "").parent / "shipped" / "classifier.onnx"
    microseconds(decided(shipped), rows, 200)
    lines = [
        "| model | one hand, µs | scikit-learn, µs | times faster | file, MB | load and first hand, s | memory, MB |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    start = loaded(file)
    us = microseconds(decided(shipped), rows, 1000)
    lines.append(f"| shipped | {us:.0f} | | | {file.stat().st_size / 1e6:.2f} | {start['s']:.3f} | {start['mb']:.0f} |")
    assert us <= SLOWEST_SHIPPED_US
    ratios = {}
    for name, configuration in one_of_each_family().items():
        pipeline, content = made(configuration, judged)
        path = tmp_path / f"{len(ratios)}.onnx"
        path.write_bytes(content)
        start = loaded(path)
        model = GestureClassifier(content, name)
        microseconds(decided(model), rows, 50)
        us = microseconds(decided(model), rows, 500)
        theirs = microseconds(pipeline.predict_proba, rows, 20)
        ratios[name] = theirs / us
        lines.append(
            f"| {name}: {configuration.shown} | {us:.0f} | {theirs:.0f} | {theirs / us:.0f}"
            f" | {len(content) / 1e6:.2f} | {start['s']:.3f} | {start['mb']:.0f} |"
        )
        sys.stderr.write(lines[-1] + "\n")
        if us <= SLOWEST_CHAMPION_US and len(content) <= 50e6:  # what the app accepts as champion
            assert start["s"] <= SWITCH_S
    print("\n" + "\n".join(lines))
    assert min(ratios["forest"], ratios["forest, 200 deep trees"]) >= 50
