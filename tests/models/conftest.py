"""What tests of the samples share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.samples import SampleStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SampleStore]:
    with SampleStore(tmp_path / "samples.db") as opened:
        yield opened
