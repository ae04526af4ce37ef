"""How long the soak tests run: shortened by default, in full where SOAK=full is set."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the full time was asked for."""
    return os.environ.get("SOAK") == "full"
