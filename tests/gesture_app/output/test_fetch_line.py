from __future__ import annotations

import io

import pytest

from gesture_app.output.fetch_line import FetchLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tell_all(stream: io.StringIO, **more: bool) -> str:
    line = FetchLine(stream, **more)
    for share in (0.0, 0.1, 0.5, 0.95):
        line("Fetching", share)
    line("It is ready.", 1.0)
    return stream.getvalue()


def test_a_file_gets_each_sentence_once() -> None:
    assert tell_all(io.StringIO()) == "Fetching\nIt is ready.\n"


def test_a_terminal_sees_one_line_grow() -> None:
    expected = "\rFetching: 0 %\rFetching: 10 %\rFetching: 50 %\rFetching: 95 %\nIt is ready.\n"
    assert tell_all(Terminal()) == expected


def test_quiet_says_nothing() -> None:
    assert tell_all(Terminal(), quiet=True) == ""


def test_what_is_not_wanted_ends_even_in_quiet() -> None:
    line = FetchLine(io.StringIO(), quiet=True, wanted=lambda: False)
    with pytest.raises(KeyboardInterrupt):
        line("Fetching", 0.5)
