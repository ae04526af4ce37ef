"""Intervals against figures worked out elsewhere, and where simple ones would claim to be sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.measuring.intervals import (
    bootstrap,
    group_numbers,
    macro_f1_interval,
    mean_share_interval,
    share_interval,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, count: int, low: float, high: float):
    found = wilson(hits / count, count)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_is_never_a_point(count: int, data: st.DataObject):
    share = data.draw(st.integers(0, count)) / count
    found = wilson(share, count)
    assert 0 <= found.low <= found.value == share <= found.high <= 1
    assert found.low < found.high
    mirrored = wilson(1 - share, count)
    assert (mirrored.low, mirrored.high) == (pytest.approx(1 - found.high), pytest.approx(1 - found.low))


def test_groups_are_drawn_whole():
    numbers = group_numbers(["a", "", "a", ""])
    assert numbers[0] == numbers[2]
    assert len(set(numbers.tolist())) == 3
    alone = bootstrap(lambda weights: float(np.average(np.arange(4) % 2, weights=weights)), [""] * 4)
    together = bootstrap(lambda weights: float(np.average(np.arange(4) % 2, weights=weights)), ["a"] * 4)
    assert alone.low < alone.value < alone.high
    assert together.low == together.value == together.high


def test_rows_of_a_few_people_say_less_than_as_many_rows_on_their_own():
    right = np.ones(60, bool)
    alone = share_interval(right, [""] * 60)
    people = share_interval(right, np.repeat(["a", "b", "c"], 20))
    assert (alone.value, alone.high) == (people.value, people.high) == (1, 1)
    assert alone.low == pytest.approx(0.9398, abs=1e-4)
    assert people.low == pytest.approx(wilson(1, 3).low)
    one_wrong = share_interval(np.arange(60) >= 20, np.repeat(["a", "b", "c"], 20))
    assert (one_wrong.low, one_wrong.value) == (0, pytest.approx(2 / 3))


def test_nothing_has_no_interval():
    for found in (wilson(0, 0), share_interval(np.zeros(0, bool), []), bootstrap(lambda _: 0.0, [])):
        assert np.isnan([found.value, found.low, found.high]).all()
    assert np.isnan(mean_share_interval(np.zeros(0, bool), np.zeros(0, np.intp), []).value)


def test_a_mean_over_classes_is_surer_than_each_and_less_sure_than_all_together():
    right, classes = np.ones(180, bool), np.repeat(np.arange(18), 10)
    found = mean_share_interval(right, classes, [""] * 180)
    assert found.value == found.high == 1
    assert wilson(1, 10).low < found.low < wilson(1, 180).low
    assert found.low == pytest.approx(1 - (1 - wilson(1, 10).low) / np.sqrt(18))


def test_macro_f1_is_drawn_unless_all_is_right():
    truth = np.repeat(np.arange(4), 10)
    sure = macro_f1_interval(truth, truth, 4, [""] * 40)
    assert (sure.value, sure.high) == (1, 1)
    assert sure.low == pytest.approx(mean_share_interval(np.ones(40, bool), truth, [""] * 40).low)
    answers = np.where(np.arange(40) == 3, 2, truth)
    drawn = macro_f1_interval(truth, answers, 4, [""] * 40)
    assert 0.85 < drawn.low < drawn.value < drawn.high <= 1


def test_macro_f1_of_one_take_is_not_certain():
    truth = np.repeat(np.arange(4), 10)
    found = macro_f1_interval(truth, np.where(np.arange(40) == 3, 2, truth), 4, ["one take"] * 40)
    assert found.low < 0.8 < found.value < found.high
