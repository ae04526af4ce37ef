"""From probabilities to an answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.gesture.decision import decide

LABELS = ("fist", "like", "no_gesture", "palm")


@pytest.mark.parametrize(
    ("probabilities", "label", "confidence"),
    [
        ([0.1, 0.7, 0.1, 0.1], "like", 0.7),
        ([0.2, 0.4, 0.1, 0.3], None, 0.4),
        ([0.1, 0.2, 0.6, 0.1], None, 0.2),
        ([0.4, 0.4, 0.1, 0.1], None, 0.4),
        ([0.2, math.nan, 0.3, 0.5], None, math.nan),
    ],
    ids=["sure", "unsure", "no gesture", "in two minds", "not a number"],
)
def test_a_likely_gesture_is_accepted_and_nothing_else(
    probabilities: list[float], label: str | None, confidence: float
) -> None:
    found = decide(np.array(probabilities, np.float32), LABELS, 0.5)
    assert found.label == label
    assert found.confidence == pytest.approx(confidence, nan_ok=True)


def test_of_equals_the_first_is_taken() -> None:
    assert decide([0.5, 0.5, 0.0, 0.0], LABELS, 0.5).label == "fist"


def test_a_model_without_gestures_accepts_nothing() -> None:
    assert decide(np.ones(1, np.float32), ("no_gesture",), 0.5).label is None


@given(arrays(np.float32, 4, elements=st.floats(0, 1, width=32)), st.floats(0, 1))
def test_arrays_and_lists_get_the_same_answer(probabilities: np.ndarray, threshold: float) -> None:
    found = decide(probabilities, LABELS, threshold)
    assert found == decide(probabilities.tolist(), LABELS, threshold)
    assert found.label is None or probabilities[LABELS.index(found.label)] == probabilities.max() >= threshold
