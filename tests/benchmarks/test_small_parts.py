"""What is done for every hand, sample and row. Opt-in: ``uv run pytest tests/benchmarks/test_small_parts.py``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from gesture_app.capture.source import Frame
from gesture_app.live import Recogniser
from gesture_app.live.following import HandFollower
from gesture_app.live.one_euro import OneEuroPoints
from gesture_app.live.shape_speed import ShapeSpeed
from gesture_app.live.smoothing import LabelSmoother
from models.gesture.catalog import load_model
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.gesture.features import features
from models.gesture.prior import Prior
from models.hand.landmarks import Hand
from models.home import find_home
from models.samples import NewSample, Opinion, SampleStore
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
from trainer.readers import read

SIZE = (640, 480)
MANY = 200_000


@pytest.fixture(scope="module")
def model() -> GestureClassifier:
    return load_model("shipped", find_home())


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    return np.nan_to_num(Prior.load().draw("like", 300, np.random.default_rng(0)))


@pytest.fixture(scope="module")
def hands(rows: NDArray[np.float32]) -> list[Hand]:
    """One hand that rests, with jitter."""
    rng = np.random.default_rng(1)
    points = rows[0].reshape(21, 3)
    return [Hand((points + rng.normal(0, 0.5, (21, 3))).astype(np.float32), "Right", 0.9, SIZE) for _ in range(300)]


class Turns:
    """Gives one thing after the other, with a clock of 30 frames a second."""

    def __init__(self, things: Any) -> None:
        self.things = things
        self.count = 0

    def next(self) -> tuple[Any, float]:
        self.count += 1
        return self.things[self.count % len(self.things)], self.count / 30


@pytest.mark.benchmark(group="one hand")
def test_features_of_one_hand(benchmark: BenchmarkFixture, rows: NDArray[np.float32]) -> None:
    turns = Turns(rows)
    benchmark(lambda: features(turns.next()[0][None]))


@pytest.mark.benchmark(group="one hand")
def test_raw_row_to_decision(benchmark: BenchmarkFixture, model: GestureClassifier, rows: NDArray[np.float32]) -> None:
    turns = Turns(rows)
    benchmark(lambda: decide(model.predict(turns.next()[0][None])[0], model.labels, model.info.threshold))
    assert benchmark.stats.stats.median <= 100e-6


@pytest.mark.benchmark(group="one hand")
def test_following(benchmark: BenchmarkFixture, hands: list[Hand]) -> None:
    turns, follower = Turns(hands), HandFollower()

    def follow() -> None:
        hand, time_s = turns.next()
        follower.follow([hand], time_s)

    benchmark(follow)


@pytest.mark.benchmark(group="one hand")
def test_smoothing_of_labels(benchmark: BenchmarkFixture, model: GestureClassifier, hands: list[Hand]) -> None:
    turns, shape, smoother = Turns(hands), ShapeSpeed(), LabelSmoother(model.labels)
    answer = model.predict(hands[0].row[None])[0].tolist()

    def smooth() -> None:
        hand, time_s = turns.next()
        smoother.update(time_s, shape.update(time_s, hand.plane), answer, model.info.threshold)

    benchmark(smooth)


@pytest.mark.benchmark(group="one hand")
def test_smoothing_of_points(benchmark: BenchmarkFixture, hands: list[Hand]) -> None:
    turns, smoother = Turns(hands), OneEuroPoints()

    def smooth() -> None:
        hand, time_s = turns.next()
        smoother.update(time_s, hand.plane, 100.0)

    benchmark(smooth)


@pytest.mark.benchmark(group="one hand")
def test_all_that_follows_detection(benchmark: BenchmarkFixture, model: GestureClassifier, hands: list[Hand]) -> None:
    turns = Turns(hands)
    recogniser = Recogniser(model, landmarker=Path("not needed: the frames bring their hands"))

    def process() -> None:
        hand, time_s = turns.next()
        recogniser.process(Frame(None, SIZE, turns.count, time_s, hands=(hand,)))

    benchmark(process)
    assert np.percentile(benchmark.stats.stats.data, 95) <= 0.5e-3


@pytest.mark.benchmark(group="many")
def test_features_of_many_hands(benchmark: BenchmarkFixture, rows: NDArray[np.float32]) -> None:
    many = np.resize(rows, (MANY, 63))
    benchmark.pedantic(features, (many,), rounds=3)
    assert benchmark.stats.stats.median < 2.0


@pytest.mark.benchmark(group="many")
@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_reading_a_table(benchmark: BenchmarkFixture, rows: NDArray[np.float32], tmp_path: Path, ending: str) -> None:
    table = Dataset.of(np.resize(rows, (20_000, 63)), np.resize(np.array(["like", "fist"]), 20_000))
    path = tmp_path / f"table{ending}"
    write_dataset(table, path)
    benchmark.pedantic(read, (path,), rounds=3, warmup_rounds=1)
    assert len(read(path)) == 20_000


@pytest.mark.benchmark(group="store")
def test_a_sample_is_on_the_disk(benchmark: BenchmarkFixture, hands: list[Hand], tmp_path: Path) -> None:
    turns = Turns(hands)
    with SampleStore(tmp_path / "samples.db") as store:
        take = store.start_take(store.start_session("measured"), "like")

        def add() -> None:
            store.add(take, [NewSample(turns.next()[0], time.time(), Opinion("like", 0.9, "shipped"))])

        benchmark.pedantic(add, rounds=400, warmup_rounds=20)
        assert store.count() == 420
    assert np.percentile(benchmark.stats.stats.data, 95) < 5e-3
