"""What worker processes do before their first task; whoever starts them need not have imported what they will."""

from __future__ import annotations

import importlib

from trainer.sweeping.worker import settle_in


def get_ready() -> None:
    """Import what tasks need, so that the first of them does not wait for it."""
    settle_in()
    importlib.import_module("trainer.sweeping.fitting")
