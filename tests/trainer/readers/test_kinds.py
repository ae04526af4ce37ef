from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from models.errors import GestureError, UsageError
from models.home import Home
from trainer.dataset import DataError
from trainer.readers import read
from trainer.readers.kinds import Kind, kind_of_file


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PAR1....", Kind.PARQUET),
        (b"SQLite format 3\x00....", Kind.STORE),
        (b"\xff\xd8\xff\xe0", Kind.PICTURE),
        (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.PICTURE),
        (b"RIFF\x00\x00\x00\x00AVI LIST", Kind.VIDEO),
        (b"\x00\x00\x00\x18ftypmp42", Kind.VIDEO),
        (b"\x1aE\xdf\xa3", Kind.VIDEO),
        (b"\xef\xbb\xbf \n{", Kind.ANNOTATIONS),
        (b"label;x1;y1;z1\n", Kind.TABLE),
    ],
)
def test_kind_is_found_by_content_whatever_the_name(tmp_path: Path, content: bytes, kind: Kind) -> None:
    path = tmp_path / "name.xyz"
    path.write_bytes(content)
    assert kind_of_file(path) is kind


@pytest.mark.parametrize("content", [b"", b"  \n", b"some text", b"some text\nand more", b"\x00\x01\x02\x03"])
def test_what_is_nothing_is_told_with_what_was_expected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match="expected a table of landmarks"):
        read(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b,c\n1,2,3\n", "the columns a, b, c, but a table of landmarks needs x1,y1,z1 .. x21,y21,z21,label"),
        (b"x;y;label\n1;2;like\n", "the columns x, y, label, but a table of landmarks needs x1,y1,z1"),
        (b",".join(b"c%d" % n for n in range(63)) + b"\n" + b",".join([b"1"] * 63), "c6, c7, and 55 more, but a table"),
        (b"[1, 2]", "is a JSON list, but HaGRID annotations are one object"),
    ],
)
def test_what_is_nearly_something_is_told_what_it_lacks(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "data"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert told in str(caught.value)


def test_broken_json_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": {"labels": ["like"], "landmarks": [[')
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path} gave no usable hand: it is broken JSON and nothing after this place was read (line 1: the file ends"
        " too early, inside an entry)."
    )


@pytest.mark.parametrize("word", ["nonsense", "sample", "", "  ", "camera:0"])
def test_words_that_mean_nothing(word: str) -> None:
    with pytest.raises(UsageError, match="one of the words all-samples, check, prior, samples"):
        read(word)


def test_absent_files_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there"):
        read(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="nothing that can be read"):
        read(tmp_path)


def test_another_program_s_database(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE x (y)")
    other.close()
    with pytest.raises(GestureError, match="another program"):
        read(path)


@pytest.mark.parametrize("word", ["samples", "check", "all-samples"])
def test_words_for_samples_give_nothing_where_none_were_recorded(home: Home, word: str) -> None:
    dataset = read(word)
    assert len(dataset) == 0
    assert dataset.notes
    assert not home.samples_database.exists()
