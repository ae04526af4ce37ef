from __future__ import annotations

from dataclasses import replace

import numpy as np

from trainer.spaces import parse_space
from trainer.sweeping.journal import fingerprint
from trainer.sweeping.material import Parts


def test_another_order_of_the_validation_rows_or_another_name_is_another_sweep() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 63)).astype(np.float32)
    codes = np.array([0, 1, 0, 1], np.int16)
    parts = Parts(rows, codes, rows, codes, ("a", "b"), 0)
    space = parse_space({"knn": [{}]}, "one", "one")
    mark = fingerprint("digest", "split", parts, space, 0)
    assert fingerprint("digest", "split", replace(parts), space, 0) == mark
    turned = replace(parts, held_rows=rows[::-1], held_codes=codes[::-1])
    assert fingerprint("digest", "split", turned, space, 0) != mark
    assert fingerprint("digest", "split", parts, replace(space, name="two"), 0) != mark
