"""Scores of small cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.measuring.metrics import confusion, ece, log_loss, macro_f1


def test_macro_f1_by_hand():
    truth, answers = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert macro_f1(truth, answers, 2) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert confusion(truth, answers, 2).tolist() == [[1, 1], [0, 2]]


def test_calibration_error_and_log_loss_by_hand():
    probabilities = np.array([[0.8, 0.2], [0.8, 0.2], [0.8, 0.2], [0.8, 0.2]])
    truth = np.array([0, 0, 0, 1])
    assert ece(probabilities, truth) == pytest.approx(0.05)
    assert log_loss(probabilities, truth) == pytest.approx(-(3 * np.log(0.8) + np.log(0.2)) / 4)


def test_a_class_without_weight_does_not_count():
    truth, answers = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert macro_f1(truth, answers, 2, np.array([1.0, 1.0, 0.0])) == pytest.approx(2 / 3)
    assert np.isnan(macro_f1(truth[:0], answers[:0], 2))
