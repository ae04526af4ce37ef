"""Landmarks to feature rows in plain numpy: the reference that training uses and that model files repeat."""

from __future__ import annotations

FEATURES_VERSION = 1
