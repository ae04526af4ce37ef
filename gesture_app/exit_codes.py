"""How the program ends."""

from __future__ import annotations

DONE, FAILED, WRONG_USE, CANCELLED = 0, 1, 2, 130
