from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.hand.landmarks import Hands
from trainer.dataset import COORDINATES, DataError, Dataset
from trainer.readers import read, table_cells

HEADING = ",".join(COORDINATES) + ",label"


def line(label: str = "like", **cells: object) -> str:
    values = {name: str(10 + 7 * place % 97) for place, name in enumerate(COORDINATES)}
    return ",".join([*(str(value) for value in (values | cells).values()), label])


def table(folder: Path, *lines: str, heading: str = HEADING, end: str = "\n") -> Path:
    path = folder / "t.csv"
    path.write_bytes(end.join([heading, *lines, ""]).encode())
    return path


def reasons(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    return {entry.reason: entry.places for entry in dataset.rejected}


def test_every_bad_row_is_counted_by_reason_with_its_line(tmp_path: Path) -> None:
    spread = dict.fromkeys(COORDINATES, 5)
    path = table(
        tmp_path,
        line("a"),
        line("b", x1="nan"),
        line("c", y21=""),
        "",
        line("d", x4="inf"),
        line("e", z4="-Infinity"),
        line("f", **spread),
        line("g") + ",more",
        "1,2,3",
        line("h", x9="twelve"),
        line("  "),
        line("i", x9=1e20),
        line("j", z1="", z2="nan"),
    )
    dataset = read(path)
    assert dataset.labels.tolist() == ["a", "j"]
    assert np.isnan(dataset.rows[1, [2, 5]]).all()
    assert reasons(dataset) == {
        "the number of cells differs from the heading's": ("row 9", "row 10"),
        "a coordinate is not a number": ("row 11",),
        "x or y of a landmark is missing or not a number": ("row 3", "row 4"),
        "a coordinate is infinite": ("row 6", "row 7"),
        "the hand has no size: all landmarks lie on one point": ("row 8",),
        "the label is missing": ("row 12",),
        "a coordinate lies beyond any picture": ("row 13",),
    }
    assert all(entry.file == "t.csv" for entry in dataset.rejected)


def test_a_table_in_which_nothing_is_sound_says_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no usable hand.*2 refused, x or y.*row 2, row 3"):
        read(table(tmp_path, line(x1=""), line(y1="nan")))
    with pytest.raises(DataError, match="it holds no rows"):
        read(table(tmp_path))


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        (HEADING.replace("x7,", "").replace("y9,", ""), "lacks the columns x7, y9"),
        (HEADING.replace("x2,", "x1,"), "more than one column called x1"),
        (HEADING.replace(",label", ""), "no column called label"),
        ("label,x1", "lacks the columns y1, x2, y2, x3 and 37 more"),
        ("a,b,c", "nothing that can be read as hands"),
    ],
)
def test_wrong_columns_are_told(tmp_path: Path, heading: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read(table(tmp_path, line(), heading=heading))


def test_depth_may_be_missing_altogether(tmp_path: Path) -> None:
    names = [name for name in COORDINATES if name[0] != "z"]
    dataset = read(table(tmp_path, ",".join([*map(str, range(42)), "a"]), heading=",".join([*names, "label"])))
    assert np.isnan(dataset.hands.points[:, :, 2]).all()
    np.testing.assert_array_equal(dataset.hands.points[0, :, :2].reshape(-1), range(42))


def test_spreadsheet_habits(tmp_path: Path) -> None:
    """A byte order mark, capitals, quotes, spaces, Windows lines and columns in another order."""
    names = ["Label", "note", *(name.upper() for name in reversed(COORDINATES)), ""]
    values = ["like", '"two\r\nlines, one cell"', *(f" {number}.5 " for number in range(63)), ""]
    path = table(tmp_path, ",".join(values), line_of(values), heading="\ufeff" + ", ".join(names), end="\r\n")
    dataset = read(path)
    assert dataset.labels.tolist() == ["like", "like"]
    assert dataset.rows[0, :3].tolist() == [62.5, 61.5, 60.5]
    assert dataset.extras["note"].decode()[0].splitlines() == ["two", "lines, one cell"]
    assert dataset.rejected == ()


def line_of(values: list[str]) -> str:
    return ",".join(values)


def test_texts_that_are_not_utf8_do_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(b"\n".join([HEADING.encode(), line("fu\xdf").encode("latin-1"), line("ok").encode()]))
    dataset = read(path)
    assert dataset.labels.tolist() == ["fu\ufffd", "ok"]


def test_the_shape_of_crops_with_everything_about_them(tmp_path: Path) -> None:
    names = ["label", "hand_index", "handedness", "score", "img_w", "img_h", *COORDINATES, "uuid"]
    numbers = [str(number) for number in range(63)]
    path = table(
        tmp_path,
        ",".join(["call", "0", "Left", "0.9", "137", "126", *numbers, "u1"]),
        ",".join(["call", "1", "right", "", "137", "0", *numbers, "u1"]),
        ",".join(["call", "0", "both", "x", "", "", *numbers, "u2"]),
        heading=",".join(names),
    )
    dataset = read(path)
    assert dataset.hands.handedness.tolist() == [0, 1, -1]
    assert dataset.hands.score.tolist() == [np.float32(0.9), 1.0, 1.0]
    assert dataset.hands.image_size.tolist() == [[137, 126], [137, 0], [0, 0]]
    assert dataset.ids.tolist() == ["u1:0", "u1:1", "u2:0"]
    assert dataset.extras["hand_index"].decode().tolist() == ["0", "1", "0"]


def shares_table(folder: Path, **more: str) -> Path:
    rng = np.random.default_rng(0)
    lines = [",".join([*map(str, rng.random(63).round(4)), *more.values(), "a"]) for _ in range(3)]
    return table(folder, *lines, heading=",".join([*COORDINATES, *more, "label"]))


def test_shares_of_pictures_are_stretched_by_what_is_known(tmp_path: Path) -> None:
    plain = read(shares_table(tmp_path))
    assert "without its size" in plain.notes[0]
    wide = read(shares_table(tmp_path), aspect=(16, 9))
    assert "stretched to 16:9" in wide.notes[0]
    np.testing.assert_allclose(wide.hands.points, plain.hands.points * np.array([16, 9, 16], np.float32), rtol=1e-6)
    sized = read(shares_table(tmp_path, image_width="200", image_height="100"))
    assert "turned into pixels" in sized.notes[0]
    np.testing.assert_allclose(
        sized.hands.points, plain.hands.points * np.array([200, 100, 200], np.float32), rtol=1e-6
    )


def test_label_given_for_a_table_that_has_labels_is_not_used_and_said_so(tmp_path: Path) -> None:
    dataset = read(table(tmp_path, line("a")), label="b")
    assert dataset.labels.tolist() == ["a"]
    assert "--label b was not used" in dataset.notes[0]


@given(
    st.lists(st.sampled_from(["good", "long", "short", "word", "empty", "quoted", "nan"]), max_size=60),
    st.integers(300, 3000),
    st.booleans(),
)
@settings(max_examples=40)
def test_blocks_of_any_size_give_every_row_and_its_line(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], size: int, ends: bool
) -> None:
    """Wherever the cuts fall, also within quotes, no row is lost, doubled or called by another line."""
    rows = {
        "good": line("good"),
        "long": line("long") + ",1",
        "short": "1,2",
        "word": line("word", y3="word"),
        "empty": "",
        "quoted": line('"quo,ted"'),
        "nan": line("nan", x1="nan"),
    }
    path = tmp_path_factory.mktemp("t") / "t.csv"
    lines = [HEADING, line("first"), *(rows[kind] for kind in kinds)]
    path.write_text("\n".join(lines) + "\n" * ends)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_cells, "BLOCK_BYTES", size)
        dataset = read(path)
    where = {kind: [f"row {number + 3}" for number, other in enumerate(kinds) if other == kind] for kind in rows}
    good = [f"row {number + 3}" for number, kind in enumerate(kinds) if kind in {"good", "quoted"}]
    assert [f"row {name}" for name in dataset.ids] == ["row 2", *good]
    found = reasons(dataset)
    lengths = sorted(where["long"] + where["short"], key=lambda text: int(text[4:]))
    assert list(found.get("the number of cells differs from the heading's", ())) == lengths
    assert list(found.get("a coordinate is not a number", ())) == where["word"]
    assert list(found.get("x or y of a landmark is missing or not a number", ())) == where["nan"]


def test_a_bad_file_of_any_size_keeps_a_thousand_places(tmp_path: Path) -> None:
    dataset = read(table(tmp_path, line("a"), *[line(x1="nan")] * 2500))
    (entry,) = dataset.rejected
    assert entry.count == 2500
    assert len(entry.places) == 1000
    assert isinstance(dataset.hands, Hands)


@pytest.mark.parametrize("row", ['fi"st\nfist', "fist\rfist", '"\nfist', 'a"b"c\r\r"fist', '\udcff"'])
def test_quotes_and_line_ends_within_cells_never_lose_count(tmp_path: Path, row: str) -> None:
    good = ",".join(("palm", *(str(10.0 * number) for number in range(63))))
    heading = ",".join(("label", *COORDINATES))
    content = "\n".join((heading, good, f"{row},x,1,2", good, f"{row}{good[4:]}", good, ""))
    (tmp_path / "odd.csv").write_bytes(content.encode("utf-8", "surrogateescape"))
    dataset = read(tmp_path / "odd.csv")
    assert "palm" in dataset.classes
    assert len(dataset) + sum(entry.count for entry in dataset.rejected) >= 3


def test_rows_before_a_stray_quote_keep_their_lines(tmp_path: Path) -> None:
    numbers = ",".join(map(str, range(63)))
    rows = [f"{numbers},a"] * 20
    path = tmp_path / "stray.csv"
    heading = ",".join([*COORDINATES, "label"])
    path.write_text("\n".join([heading, *rows, "", "1,2", f'{numbers},5" wide', *rows]) + "\n")

    found = read(path)

    assert found.rejected[0].places == ("row 23",)
    assert found.ids.tolist()[:20] == [str(line) for line in range(2, 22)]
