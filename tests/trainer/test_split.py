from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gesture.prior import Prior
from trainer.data.near_copies import near_copies_of
from trainer.dataset import Dataset, concatenate
from trainer.split import Split, folds, split


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    rng = np.random.default_rng(0)
    prior = Prior.load()
    labels = [label for label in prior.labels[:6] for _ in range(80)]
    rows = np.concatenate([prior.draw(label, 80, rng) for label in prior.labels[:6]])
    return Dataset.of(rows, labels)


def with_groups(data: Dataset, count: int, prefix: str = "person") -> Dataset:
    return Dataset.of(data.hands, data.labels, groups=[f"{prefix} {number % count}" for number in range(len(data))])


def parts(made: Split) -> list[np.ndarray]:
    return [made.train, made.validation, made.test]


def check(data: Dataset, made: Split) -> None:
    """What holds for every split."""
    together = np.concatenate(parts(made))
    assert len(np.unique(together)) == len(together)
    assert len(together) + made.removed == len(data)
    groups = [set(data.groups[index]) - {""} for index in parts(made)]
    assert sum(map(len, groups)) == len(set().union(*groups))
    for lower, higher in ((0, 1), (0, 2), (1, 2)):
        assert not near_copies_of(data.rows[parts(made)[lower]], data.rows[parts(made)[higher]]).any()


def test_groups_stay_whole_and_shares_are_about_right(drawn: Dataset) -> None:
    data = with_groups(drawn, 60)
    made = split(data)
    check(data, made)
    assert [round(len(index) / len(data), 1) for index in parts(made)] == pytest.approx([0.6, 0.2, 0.2], abs=0.1)
    assert "60 groups" in made.how
    assert made.warnings == ()


def test_every_class_is_in_every_part_and_shares_hold_by_class(drawn: Dataset) -> None:
    made = split(drawn)
    check(drawn, made)
    for index, share in zip(parts(made), (0.6, 0.2, 0.2), strict=True):
        counts = drawn.label_column.take(index).counts()
        assert set(counts) == set(drawn.classes)
        assert all(abs(count / 80 - share) < 0.16 for count in counts.values())
    assert any("do not say whose" in warning for warning in made.warnings)


def test_it_is_the_same_again_whatever_the_order(drawn: Dataset) -> None:
    made, again = split(drawn), split(drawn)
    order = np.random.default_rng(3).permutation(len(drawn))
    shuffled = split(drawn.take(order))
    for one, other, third in zip(parts(made), parts(again), parts(shuffled), strict=True):
        np.testing.assert_array_equal(one, other)
        assert set(order[third]) == set(one)


def test_seed_moves_validation_and_never_the_test_part(drawn: Dataset) -> None:
    one, other = split(drawn, seed=1), split(drawn, seed=2)
    np.testing.assert_array_equal(one.test, other.test)
    assert set(one.validation) != set(other.validation)


@pytest.mark.parametrize("count", [0, 40])
def test_the_test_part_stays_when_data_grows(drawn: Dataset, count: int) -> None:
    data = with_groups(drawn, count) if count else drawn
    before = split(data.take(slice(0, 300)))
    after = split(data)
    assert set(before.test) <= set(after.test)
    assert not set(before.train) & set(after.test)


def test_near_copies_without_groups_come_to_one_side(drawn: Dataset) -> None:
    noise = np.random.default_rng(0).normal(0, 0.2, drawn.rows.shape).astype(np.float32)
    data = concatenate([drawn, Dataset.of(drawn.rows + noise, drawn.labels)])
    made = split(data)
    check(data, made)
    assert made.removed == 0
    assert set(made.test % len(drawn)) == set(made.test[made.test < len(drawn)])


def test_near_copies_in_groups_of_other_parts_are_removed(drawn: Dataset) -> None:
    data = concatenate([with_groups(drawn, 30), with_groups(drawn, 7, "somebody")])
    made = split(data)
    check(data, made)
    assert made.removed > 0
    assert "near-copies" in made.how


def test_loose_copies_follow_the_group_that_they_copy(drawn: Dataset) -> None:
    data = concatenate([with_groups(drawn, 30), drawn])
    made = split(data)
    check(data, made)
    assert made.removed == 0
    np.testing.assert_array_equal(made.units[: len(drawn)], made.units[len(drawn) :])


def test_a_separate_test_set_takes_its_people_and_near_copies_out(drawn: Dataset) -> None:
    data = with_groups(drawn, 30)
    copied = np.array([100, 200])
    test = Dataset.of(
        np.concatenate([drawn.rows[copied], drawn.rows[:3] * 1.7]), ["a"] * 5, groups=["x", "y", "person 5", "z", ""]
    )
    made = split(data, test=test)
    check(data, made)
    assert len(made.test) == 0
    used = np.concatenate([made.train, made.validation])
    assert not near_copies_of(data.rows[used], test.rows).any()
    assert "person 5" not in set(data.groups[used])
    assert made.removed == 16 + 5
    assert "separate set" in made.how


@pytest.mark.parametrize(("takes", "warned"), [(1, "validation, testing"), (2, "testing"), (3, "")])
def test_few_takes_of_a_new_gesture(drawn: Dataset, takes: int, warned: str) -> None:
    rows = Prior.load().draw("ok", 12, np.random.default_rng(5))
    new = Dataset.of(rows, ["wave"] * 12, groups=[f"take {number % takes}" for number in range(12)])
    data = concatenate([with_groups(drawn, 60), new])
    made = split(data)
    check(data, made)
    has = ["wave" in data.label_column.take(index).used() for index in parts(made)]
    assert has == [True, takes > 1, takes > 2]
    missing = [name for name in ("validation", "testing") if f"left for {name}" in " ".join(made.warnings)]
    assert ", ".join(missing) == warned


def test_few_groups_and_conflicts_are_warned_of(drawn: Dataset) -> None:
    data = concatenate([with_groups(drawn, 3), Dataset.of(drawn.rows[:1], ["other"], groups=["person 0"])])
    warnings = " ".join(split(data).warnings)
    assert "only 3 persons" in warnings
    assert "have two labels" in warnings


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 30))
@settings(max_examples=30)
def test_every_split_is_honest(drawn: Dataset, seed: int, groups: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    index = rng.integers(0, 40, count * 3)
    names = np.array(["", *(f"p{number}" for number in range(groups))])[rng.integers(0, groups + 1, len(index))]
    data = Dataset.of(drawn.rows[index], rng.choice(["a", "b", "c"], len(index)), groups=names)
    check(data, split(data, seed=seed))


def test_folds_keep_units_together_and_classes_balanced(drawn: Dataset) -> None:
    data = concatenate([with_groups(drawn, 40), Dataset.of(drawn.rows[:60] * 1.3, drawn.labels[:60])])
    made = split(data)
    found = folds(data, made.train, made.units, 4)
    assert len(found) == 4
    held = np.concatenate([measured for _, measured in found])
    assert sorted(held) == sorted(made.train)
    for train, measured in found:
        assert not set(made.units[train]) & set(made.units[measured])
        assert len(train) + len(measured) == len(made.train)
        counts = data.label_column.take(measured).counts()
        assert set(counts) == set(data.classes)
    again = folds(data, made.train, made.units, 4)
    assert all((one[1] == other[1]).all() for one, other in zip(found, again, strict=True))
