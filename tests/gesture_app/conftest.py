"""Small things to train on, shared by the tests of the training process and of its page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.hand.made_rows import gesture_rows

SPACE = """
recipe = "geometry"
[[logistic]]
C = [1, 10]
"""


@pytest.fixture(scope="session")
def small_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of made hands of three gestures."""
    rng = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("hands") / "hands.csv"
    heading = ",".join(f"{axis}{point}" for point in range(1, 22) for axis in "xyz")
    lines = [f"{heading},label"]
    for label in ("fist", "like", "palm"):
        lines += [",".join(f"{value:.5f}" for value in row) + f",{label}" for row in gesture_rows(label, 150, rng)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search space of two configurations that are fitted in no time."""
    path = tmp_path_factory.mktemp("space") / "small.toml"
    path.write_text(SPACE, encoding="utf-8")
    return path
