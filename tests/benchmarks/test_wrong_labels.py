"""Wrong labels planted among real hands: how many are found, how many right ones accused. Opt-in: ``pytest -s``."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from models.gesture.gestures import GESTURES
from models.hand.made_rows import gesture_rows
from trainer.dataset import Dataset
from trainer.measuring.suspicious import find_suspicious
from trainer.readers import read

MANY = 100_000


@pytest.mark.parametrize(("hands", "share"), [(240, 0.05), (1500, 0.05), (1500, 0.15)])
def test_planted_among_annotated_hands(shared_data: Path, hands: int, share: float) -> None:
    every = read(shared_data / "hagrid_annotations")
    counts = np.zeros(4, int)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        chosen = every.take(rng.permutation(len(every))[:hands])
        true = chosen.labels
        given, names = true.copy(), np.unique(true)
        for row in rng.choice(hands, int(hands * share), replace=False):
            given[row] = rng.choice(names[names != true[row]])
        planted = given != true
        found = np.zeros(hands, bool)
        found[
            [one.row for one in find_suspicious(Dataset.of(chosen.hands, given, groups=chosen.groups)).suspicious]
        ] = True
        counts += [(found & planted).sum(), planted.sum(), (found & ~planted).sum(), (~planted).sum()]
    right, wrong, accused, others = counts
    print(f"{hands} hands, {share:.0%} wrong, three times: {right} of {wrong} found, {accused} of {others} accused")
    assert right > 0.8 * wrong
    assert accused < 0.03 * others


def test_a_hundred_thousand_hands_take_seconds() -> None:
    rng = np.random.default_rng(0)
    rows = np.concatenate([gesture_rows(name, MANY // len(GESTURES) + 1, rng) for name in GESTURES])[:MANY]
    labels = np.repeat(GESTURES, MANY // len(GESTURES) + 1)[:MANY]
    began = time.perf_counter()
    findings = find_suspicious(Dataset.of(rows, labels, groups=[f"take {row // 25}" for row in range(MANY)]))
    print(f"{MANY} hands: {time.perf_counter() - began:.1f} s, {len(findings.suspicious)} suspicious")
    assert findings.judged == MANY
