"""Forty hands of a gesture that nobody trained on, beside the prior of the others: is it learnt, do the others stay?

Real hands: one of the 18 is taken out of the prior, and forty of its hands from the training table play the recordings.
Measured on the annotated hands. Opt-in: ``GESTURE_LEFT_OUT=rock,call uv run pytest
tests/benchmarks/test_adding_gestures.py -s``.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.gesture.catalog import load_model
from models.gesture.gestures import NO_GESTURE
from models.home import Home
from trainer.data.writing import write_dataset
from trainer.dataset import concatenate
from trainer.evaluation import NONE, accepted
from trainer.progress import Progress
from trainer.readers import read
from trainer.sweep import sweep
from trainer.sweeping.sweep_facts import SweepOptions

RECORDED = 40
LEFT_OUT = os.environ.get("GESTURE_LEFT_OUT", "rock,three2,call").split(",")


def swept_answers(sources: list[str], experiment: str, home: Home, rows: np.ndarray) -> np.ndarray:
    """Sweep as the window does, and let the champion answer; ``none`` where it accepts nothing."""
    options = SweepOptions(data=tuple(sources), space="quick", experiment=experiment)
    champion = sweep(options, Progress("quiet")).content["champion"]
    model = load_model(str(champion["version"]), home)
    print(f"\n{experiment}: {champion['family']}, {champion['macro_f1']:.4f} on its own validation part", end="")
    return accepted(model.predict(rows), model.info.labels, model.info.threshold)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("gesture", LEFT_OUT)
def test_a_real_gesture_is_learnt_from_forty_hands(
    gesture: str, stored_home: Home, shared_data: Path, tmp_path: Path
) -> None:
    prior = read("prior")
    known = tmp_path / "known.parquet"
    write_dataset(prior.take(np.flatnonzero(prior.labels != gesture)), known)
    table = concatenate([read(shared_data / "landmarks" / "hagrid_crops.csv")])
    own = np.flatnonzero(table.labels == gesture)
    chosen = np.random.default_rng(0).choice(own, RECORDED, replace=False)
    recorded = tmp_path / "recorded.parquet"
    write_dataset(table.take(np.sort(chosen)), recorded)
    test = read(shared_data / "hagrid_annotations")
    labels = test.labels
    new, nothing = labels == gesture, labels == NO_GESTURE
    others = ~new & ~nothing

    before = swept_answers([str(known)], "before", stored_home, test.rows)
    after = swept_answers([str(known), str(recorded)], "after", stored_home, test.rows)
    recall = float((after[new] == gesture).mean())
    kept = [float((answers[others] == labels[others]).mean()) for answers in (before, after)]
    refused = [float((answers[nothing] == NONE).mean()) for answers in (before, after)]
    print(
        f"\n{gesture}: recall {recall:.3f} of {int(new.sum())} hands; the other 17 right {kept[0]:.4f} before,"
        f" {kept[1]:.4f} after; {NO_GESTURE} refused {refused[0]:.3f} before, {refused[1]:.3f} after"
    )
    assert recall >= 0.9
    assert kept[1] >= kept[0] - 0.005
    assert refused[1] >= 0.95
