from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hand.boxes import Box, area, overlap, widened

boxes = st.tuples(*[st.floats(-1e4, 1e4, width=32)] * 2, *[st.floats(0.0625, 1e4, width=32)] * 2).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)


@given(boxes, boxes)
def test_overlap(one: Box, other: Box) -> None:
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert overlap(one, one) == pytest.approx(1)


def test_overlap_of_halves() -> None:
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 2, 2), (2, 0, 4, 2)) == 0


def test_area_and_margin() -> None:
    assert area((1, 2, 4, 7)) == 15
    assert widened((0, 0, 10, 20), 0.1) == (-2, -2, 12, 22)
