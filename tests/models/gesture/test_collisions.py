from __future__ import annotations

import numpy as np
import pytest

from models.gesture.catalog import load_model
from models.gesture.collisions import collision_of
from models.gesture.decision import decide
from models.gesture.gestures import GESTURES
from models.hand.made_rows import gesture_rows, held_out_rows
from models.home import find_home


@pytest.mark.parametrize(("shape", "other"), [("peace", "peace"), ("grip", None)])
def test_a_gesture_that_is_known_already_is_noticed(shape: str, other: str | None) -> None:
    rng = np.random.default_rng(1)
    rows = gesture_rows(shape, 60, rng) if shape in GESTURES else held_out_rows(shape, 60, rng)
    model = load_model("shipped", find_home())
    found = collision_of("mine", [decide(each, model.labels, 0.5).label for each in model.predict(rows)])
    assert (found.other if found else None) == other
    if found:
        assert "look like 'peace'" in str(found)


def test_a_few_that_look_alike_are_no_collision() -> None:
    assert collision_of("mine", []) is None
    assert collision_of("mine", [None, "mine", "palm", "fist", "like", "ok"]) is None
    found = collision_of("mine", ["palm", None, "palm", "fist"])
    assert found is not None
    assert (found.other, found.alike, found.hands) == ("palm", 2, 4)
