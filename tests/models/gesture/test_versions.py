from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.gesture.versions import join_labels, split_labels

NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(NAMES, max_size=20))
def test_labels_come_back_as_they_were(labels: list[str]) -> None:
    assert split_labels(join_labels(labels)) == tuple(labels)


def test_plain_labels_are_divided_by_commas() -> None:
    assert join_labels(["fist", "palm"]) == "fist,palm"
    assert split_labels("") == ()
    assert split_labels(join_labels(["left, right", "palm"])) == ("left, right", "palm")
