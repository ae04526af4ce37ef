from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spreadsheets import guarded, unguarded


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-2+3|cmd", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)", "'=1", "''+x", "\uff1d1", "-", "+49 1"],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "fist", "'quoted'", "-3", "+4.5e-7", "a=b", "1-2", "'"])
def test_other_texts_and_numbers_stay(text: str) -> None:
    assert guarded(text) == text


@given(st.text() | st.text("'=+-@\t1e."))
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text).startswith("'") or not text.startswith(("=", "@", "\t", "\r"))
