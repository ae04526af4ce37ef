from __future__ import annotations

import pytest

from trainer.runs.registration import Comparison


@pytest.mark.parametrize(
    ("groups", "low", "better"), [(1, 0.1, False), (4, 0.1, False), (5, 0.1, True), (700, 0.0, False)]
)
def test_a_gain_on_a_few_groups_is_none(groups: int, low: float, better: bool) -> None:
    assert Comparison(700, groups, 0.9, 0.8, low, 0.1).better == better
