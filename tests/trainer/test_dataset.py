from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hand.landmarks import Hands
from trainer.data.text_column import TextColumn
from trainer.dataset import DataError, Dataset, Rejection, concatenate


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(300, 80, (count, 63)).astype(np.float32)


def dataset(count: int = 6, **more: object) -> Dataset:
    return Dataset.of(rows(count), [f"g{number % 3}" for number in range(count)], **more)


@given(st.lists(st.text(max_size=5), max_size=30), st.randoms())
def test_texts_come_back_whatever_is_done_to_them(texts: list[str], random: object) -> None:
    column = TextColumn.of(texts)
    assert column.decode().tolist() == [text.rstrip("\0") for text in texts]
    index = np.array([random.randrange(len(texts)) for _ in texts], np.intp)
    taken = column.take(index)
    joined = TextColumn.join([taken, column, TextColumn.constant("x", 2)])
    expected = [texts[place] for place in index] + texts + ["x", "x"]
    assert joined.arrow().to_pylist() == expected
    assert joined.counts() == {text: expected.count(text) for text in sorted(set(expected))}
    codes, used = joined.ranks()
    assert [used[code] for code in codes] == expected
    assert list(used) == sorted(set(expected))


def test_many_labels_take_little_memory() -> None:
    column = TextColumn.of(np.array(["peace_inverted", "like"])[np.arange(100_000) % 2])
    assert column.codes.nbytes + column.names.nbytes < 500_000


def test_digest_does_not_depend_on_order_ids_sources_or_the_way_zero_is_written() -> None:
    some = dataset(8)
    digest = some.digest
    assert len(digest) == 32
    assert some.take(np.random.default_rng(1).permutation(8)).digest == digest
    assert dataset(8, ids=list("abcdefgh"), sources="elsewhere").digest == digest
    zero, minus = rows(1), rows(1)
    zero[0, 2], minus[0, 2] = 0.0, -0.0
    assert Dataset.of(zero, ["a"]).digest == Dataset.of(minus, ["a"]).digest
    one, other = rows(1), rows(1)
    one.view(np.uint32)[0, 2], other.view(np.uint32)[0, 2] = 0x7FC00000, 0xFFC00001
    assert Dataset.of(one, ["a"]).digest == Dataset.of(other, ["a"]).digest


def test_digest_depends_on_all_that_training_sees() -> None:
    some = dataset(4)
    moved = rows(4)
    moved[3, 5] = np.nextafter(moved[3, 5], np.inf, dtype=np.float32)
    sized = Hands(some.hands.points, some.hands.handedness, some.hands.score, some.hands.image_size + 1)
    sided = Hands(some.hands.points, some.hands.handedness + 1, some.hands.score, some.hands.image_size)
    others = [
        Dataset.of(moved, some.labels),
        Dataset.of(some.hands, ["g0", "g1", "g2", "g1"]),
        Dataset.of(some.hands, some.labels, groups=["a"] * 4),
        Dataset.of(sized, some.labels),
        Dataset.of(sided, some.labels),
        some.take(slice(0, 3)),
        concatenate([some, some.take(slice(0, 1))]),
    ]
    assert len({some.digest, *(other.digest for other in others)}) == len(others) + 1


def test_concatenating_keeps_columns_notes_and_what_was_rejected() -> None:
    first = Dataset(
        dataset(2).hands,
        *(TextColumn.of(["a", "b"]) for _ in range(4)),
        extras={"only here": TextColumn.of(["1", "2"])},
        rejected=(Rejection("broken", "f.csv", 1, ("row 3",)),),
        notes=("said once", "first"),
    )
    both = concatenate([first, dataset(3, notes=["said once", "second"])])
    assert len(both) == 5
    assert both.labels.tolist() == ["a", "b", "g0", "g1", "g2"]
    assert both.extras["only here"].decode().tolist() == ["1", "2", "", "", ""]
    assert both.notes == ("said once", "first", "second")
    assert [str(entry) for entry in both.rejected] == ["f.csv: 1 refused, broken (row 3)"]
    assert both.take(np.array([True, False, False, False, True])).labels.tolist() == ["a", "g2"]


def test_none_at_all_is_a_data_set_too() -> None:
    nothing = concatenate([])
    assert len(nothing) == 0
    assert nothing.classes == ()
    assert len(nothing.digest) == 32
    assert nothing.rows.shape == (0, 63)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(DataError, match="need 2 rows"):
        Dataset.of(rows(2), ["a"])


def test_which_hands_have_a_group() -> None:
    some = dataset(3, groups=["", "Anna", ""])
    assert some.grouped.tolist() == [False, True, False]
    assert dataset(2).grouped.tolist() == [False, False]
