"""Forty recordings of a new gesture are learnt, and the eighteen stay known."""

from __future__ import annotations

import numpy as np
import pytest

from models.gesture.catalog import load_model
from models.gesture.collisions import find_collision
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.prior import Prior
from models.hand.made_rows import gesture_rows, held_out_rows
from models.home import find_home
from trainer.recognition.recogniser_training import Recipe
from trainer.sweeping.adding_gestures import train_with_prior


def test_a_new_gesture_is_learnt_and_the_old_ones_stay():
    prior = Prior.load()
    rng = np.random.default_rng(0)
    recipe = Recipe(hidden=(128, 64), passes=8)
    new = held_out_rows("l", 40, rng)
    before = train_with_prior(new[:0], np.array([], str), recipe=recipe)
    after = train_with_prior(new, np.full(40, "gun"), recipe=recipe)
    assert (after.predict(held_out_rows("l", 300, rng)) == "gun").mean() >= 0.9
    rows = np.concatenate([prior.draw(label, 100, rng) for label in GESTURES])
    truth = np.repeat(GESTURES, 100)
    assert (after.predict(rows) == truth).mean() >= (before.predict(rows) == truth).mean() - 0.005
    assert (after.predict(prior.draw(NO_GESTURE, 500, rng)) == NO_GESTURE).mean() >= 0.95


@pytest.mark.parametrize(("rows", "other"), [("peace", "peace"), ("grip", None)])
def test_a_gesture_that_is_known_already_is_noticed(rows, other):
    rng = np.random.default_rng(1)
    hands = gesture_rows(rows, 60, rng) if rows in GESTURES else held_out_rows(rows, 60, rng)
    found = find_collision(load_model("shipped", find_home()), "mine", hands)
    assert (found.other if found else None) == other
    if found:
        assert "look like 'peace'" in str(found)
