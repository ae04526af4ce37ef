"""Texts in CSV files: what a spreadsheet would run as a formula is kept from it by an apostrophe, and comes back whole.

Labels and columns may come from anybody, and the files are opened in spreadsheets. (OWASP, "CSV Injection".)
"""

from __future__ import annotations

import re

FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - wide forms, which spreadsheets take for the plain ones
NUMBER = r"^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$"
GUARDED = r"^'('*[=+\-@\t\r\n＝＋－＠])"  # noqa: RUF001
"""Patterns that Python and Arrow understand alike; the last one's group is what the apostrophe stands before."""

_FORMULA, _NUMBER, _GUARDED = (re.compile(pattern) for pattern in (FORMULA, NUMBER, GUARDED))


def guarded(text: str) -> str:
    """Give a text as it may stand in a cell."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Give the text that :func:`guarded` made a cell of."""
    return _GUARDED.sub(r"\1", text)
