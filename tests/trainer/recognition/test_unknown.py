"""Made unknown hands keep away from gestures and from the shapes that are held out."""

from __future__ import annotations

import numpy as np
import pytest

from models.gesture.gestures import GESTURES
from models.gesture.prior import Prior
from trainer.recognition.unknown import (
    FINGER_STATES,
    HELD_OUT_STATES,
    UnknownError,
    UnknownHands,
    is_unknown,
    made_unknown,
)


def test_no_gesture_and_no_held_out_shape_is_unknown():
    assert set(FINGER_STATES) == set(GESTURES)
    assert not any(is_unknown(state) for state in [*FINGER_STATES.values(), *HELD_OUT_STATES])
    assert is_unknown((1, 0, 1, 0, 1))


def test_hands_are_made_reproducibly_and_finite():
    prior = Prior.load()
    rng = np.random.default_rng(0)
    labels = ("palm", "fist", "one", "rock", "three")
    unknown = UnknownHands(np.concatenate([prior.draw(label, 100, rng) for label in labels]), np.repeat(labels, 100))
    first = unknown.recombined(300, np.random.default_rng(3))
    assert len(first) > 100
    assert np.isfinite(first[:, 0::3]).all()
    assert np.array_equal(first[:, 0::3], unknown.recombined(300, np.random.default_rng(3))[:, 0::3])


def test_two_gestures_whose_fingers_make_nothing_else_still_leave_poses():
    prior, rng = Prior.load(), np.random.default_rng(0)
    labels = ("fist", "like")
    unknown = UnknownHands(np.concatenate([prior.draw(label, 50, rng) for label in labels]), np.repeat(labels, 50))
    assert unknown.recombined(40, rng).shape == (0, 63)
    made = made_unknown(unknown, 40, rng)
    assert 0 < len(made) <= 40
    assert made.shape[1] == 63


def test_one_gesture_is_too_few():
    rows = Prior.load().draw("palm", 50, np.random.default_rng(0))
    with pytest.raises(UnknownError, match="two"):
        UnknownHands(rows, np.full(50, "palm"))
