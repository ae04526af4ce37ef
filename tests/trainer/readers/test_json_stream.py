from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.readers import json_stream
from trainer.readers.json_stream import BrokenJsonError, EntryStream

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "f.json"


@given(
    st.dictionaries(st.text(max_size=4), values, max_size=6),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_entries_come_whole_wherever_the_chunks_end(
    tmp_path_factory: pytest.TempPathFactory, entries: dict, chunk: int, indent: int | None, ascii_only: bool
) -> None:
    path = tmp_path_factory.mktemp("j") / "f.json"
    text = json.dumps(entries, indent=indent, ensure_ascii=ascii_only)
    path.write_text(text, encoding="utf-8", errors="surrogatepass") if ascii_only else path.write_bytes(
        text.encode("utf-8", "replace")
    )
    expected = json.loads(path.read_bytes())
    assert dict(EntryStream(path, chunk)) == expected


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[]", 1, "expected {, but \\[ came"),
        ("", 1, "the file ends"),
        ('{"a": 1\n"b": 2}', 2, "expected , or }"),
        ('{"a": 1,\n"b": [1,\n2', 3, "ends too early|expecting"),
        ('{"a": 1,\n"b" 2}', 2, "expected :"),
        ('{"a": tru}', 1, "ends too early|expecting"),
        ('{"a": 1,}', 1, "ends too early|expecting"),
        ("{nonsense", 1, "expecting value, but 'nonsense' came"),
        ('{"a": {"labels": ["like"], "landmarks": [[', 1, "the file ends too early, inside an entry"),
        ('{"a": "no end\n', 1, "the file ends too early, inside an entry|invalid control"),
        ('{"a": {}}, "b": 3}', 1, "the object ends here, but more text follows"),
        ('{"a": 1}\n\nmore', 3, "the object ends here, but more text follows"),
        ('{"a": 1,\n"b": [1,\n\n2 3],\n"c": 4}', 4, "expecting ',' delimiter, but '3\\],' came"),
    ],
)
def test_broken_text_is_told_with_its_line_after_what_was_sound(path: Path, text: str, line: int, told: str) -> None:
    path.write_text(text)
    with pytest.raises(BrokenJsonError, match=f"(?i){told}") as caught:
        list(EntryStream(path))
    assert caught.value.line in {line, line - 1}


def test_a_broken_entry_far_from_the_end_is_told_at_once(path: Path) -> None:
    path.write_text('{"a": [1, 2 3], "b": ' + json.dumps([0] * 50_000) + "}")
    stream = EntryStream(path, 1000)
    with pytest.raises(BrokenJsonError):
        list(stream)
    assert stream.bytes_read <= 2000


def test_a_missing_quote_does_not_swallow_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LONGEST_ENTRY", 5000)
    path.write_text('{"a": "no end ' + "x" * 100_000)
    stream = EntryStream(path, 1000)
    with pytest.raises(BrokenJsonError, match="longer than"):
        list(stream)
    assert stream.bytes_read < 10_000


def test_a_byte_order_mark_is_no_harm(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert list(EntryStream(path)) == [("a", 1)]
