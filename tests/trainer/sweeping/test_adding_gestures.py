"""Forty recordings of a new gesture are learnt beside the prior, and the eighteen stay known."""

from __future__ import annotations

import numpy as np
from sklearn.pipeline import Pipeline

from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.prior import Prior
from models.hand.made_rows import held_out_rows
from trainer.runs.model_file import load_pipeline
from trainer.spaces import Configuration
from trainer.sweeping.completing import completed
from trainer.sweeping.exposure import with_made_unknown
from trainer.sweeping.fitting import bundle, fit_bundle
from trainer.sweeping.judged_rows import Judged
from trainer.sweeping.material import Parts, make_materials

NETWORK = Configuration("mlp", (("hidden_layer_sizes", (96,)),), "geometry", 1)


def swept(new_rows: np.ndarray, label: str) -> Pipeline:
    """One configuration as a sweep fits and completes it, on draws from the prior and a new gesture's hands."""
    prior, rng = Prior.load(), np.random.default_rng(5)
    classes = tuple(sorted({*prior.labels, label} if len(new_rows) else prior.labels))

    def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
        return (
            np.concatenate([prior.draw(name, count, rng) for name in prior.labels]),
            np.repeat(prior.labels, count),
        )

    known, known_labels = drawn(200)
    rows = np.concatenate([known, new_rows])
    labels = np.concatenate([known_labels, np.full(len(new_rows), label)])
    held, held_labels = drawn(60)
    places = [np.searchsorted(classes, names).astype(np.int16) for names in (labels, held_labels)]
    parts, made = with_made_unknown(Parts(rows, places[0], held, places[1], classes, 0))
    assert made > 0.2 * len(rows)
    (todo,) = bundle([NETWORK], len(parts.rows))
    (material,) = make_materials(parts, [todo], None).values()
    (outcome,) = fit_bundle(todo, material)
    assert not outcome.error
    judged = Judged(rows, labels, held, held_labels, held, held_labels, np.full(len(held), ""))
    return completed(load_pipeline(outcome.pipeline), judged)


def test_a_new_gesture_is_learnt_and_the_old_ones_stay():
    prior, rng = Prior.load(), np.random.default_rng(0)
    before, after = swept(np.empty((0, 63), np.float32), ""), swept(held_out_rows("l", 40, rng), "gun")
    assert (after.predict(held_out_rows("l", 300, rng)) == "gun").mean() >= 0.9
    rows = np.concatenate([prior.draw(label, 100, rng) for label in GESTURES])
    truth = np.repeat(GESTURES, 100)
    assert (after.predict(rows) == truth).mean() >= (before.predict(rows) == truth).mean() - 0.005
    assert (after.predict(prior.draw(NO_GESTURE, 500, rng)) == NO_GESTURE).mean() >= 0.95
    other = held_out_rows("grip", 300, rng)
    assert (after.predict(other) == NO_GESTURE).mean() >= 0.9


def test_where_nothing_says_what_no_gesture_is_nothing_is_made():
    prior, rng = Prior.load(), np.random.default_rng(0)
    rows = np.concatenate([prior.draw(label, 20, rng) for label in ("fist", "palm")])
    codes = np.repeat(np.arange(2, dtype=np.int16), 20)
    parts = Parts(rows, codes, rows, codes, ("fist", "palm"), 0)
    assert with_made_unknown(parts) == (parts, 0)
