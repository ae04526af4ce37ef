from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.gesture.prior import Prior
from models.home import Home
from trainer.cli import main
from trainer.dataset import COORDINATES
from trainer.readers import read


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    rng = np.random.default_rng(0)
    prior = Prior.load()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COORDINATES, "user_id", "label"])
        for label in ("call", "like", "no_gesture"):
            for number, row in enumerate(prior.draw(label, 5, rng)):
                writer.writerow([*("" if np.isnan(value) else value for value in row), f"u{number}", label])
        writer.writerow([*map(float, row[:0]), *[7] * 63, "u0", "call"])
    return path


def test_import_writes_the_file_and_says_what_was_refused(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(table), "--into", str(tmp_path / "d.parquet")]) == 0
    out, _ = capsys.readouterr()
    assert "15 hands are in" in out
    assert "refused   1" in out
    assert "t.csv: row 17" in out
    assert len(read(tmp_path / "d.parquet")) == 15


def test_import_prints_one_json_document(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = str(tmp_path / "d.csv")
    assert main(["import", str(table), str(table), "--into", into, "--json", "--progress", "json"]) == 0
    out, err = capsys.readouterr()
    facts = json.loads(out)
    assert facts["rows"] == 30
    assert facts["classes"] == {"call": 10, "like": 10, "no_gesture": 10}
    assert facts["rejected"][0]["places"] == ["row 17"]
    assert facts["groups"] == {"count": 5, "hands": 30, "largest": 6}
    events = [json.loads(line) for line in err.splitlines()]
    assert all({"event", "done", "total", "eta_s", "message"} <= set(event) for event in events)
    assert events[-1]["done"] == events[-1]["total"] == 30


def test_describe_lists_copies_and_hands_with_two_labels(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = table.read_text().splitlines()
    table.write_text("\n".join([*lines[:-1], lines[1], lines[2].replace(",call", ",like")]) + "\n")
    assert main(["describe", str(table), "--json", "--figure", str(tmp_path / "f.png"), "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    facts = json.loads(out)
    assert (facts["duplicates"]["exact"], facts["duplicates"]["near"]) == (2, 0)
    assert facts["duplicates"]["conflicts"] == [
        {"ids": ["3", "18"], "labels": ["call", "like"], "sources": ["t.csv", "t.csv"]}
    ]
    assert facts["digest"] == read(table).digest
    with Image.open(tmp_path / "f.png") as figure:
        assert min(figure.size) > 500
    assert main(["describe", str(table), "--quiet"]) == 0
    out, _ = capsys.readouterr()
    assert "1 pairs of the same hand have two labels" in out
    assert "3 (call) and 18 (like)" in out


def test_describe_knows_the_words(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "prior", "samples"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("hands ")
    assert "No samples were recorded yet." in err
    assert "No samples" not in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["absent.csv", "--into", "d.parquet"], "absent.csv is not there"),
        (["{table}", "--labels", "palm", "--into", "{folder}/d.parquet"], "gave no usable hand"),
        (["samples", "--into", "{folder}/d.parquet"], "nothing to import"),
        (["{table}", "--images", "{folder}/absent", "--into", "{folder}/d.parquet"], "needs a folder of pictures"),
    ],
)
def test_failures_are_a_sentence_and_leave_nothing(
    arguments: list[str], told: str, table: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    words = [word.format(table=table, folder=folder) for word in arguments]
    assert main(["import", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "Traceback" not in err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "{table}"], "--into"),
        (["import", "{table}", "--into", "d.parquet", "--aspect", "wide"], "W:H"),
        (["import", "{table}", "--into", "d.parquet", "--labels", ","], "expected labels"),
        (
            ["import", "{table}", "--into", "d.xlsx"],
            "expected a file that ends in .parquet or .csv, or the word samples",
        ),
        (["import", "{table}", "--into", "{table.parent}"], "is a folder"),
        (["import", "{table}", "--into", "{table}/d.csv"], "t.csv is a file, so there is no folder for"),
        (["describe", "{table}", "--figure", "f.txt"], "expected a file that ends in .png, but 'f.txt' came"),
    ],
)
def test_wrong_use(arguments: list[str], told: str, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([word.format(table=table) for word in arguments])
    assert left.value.code == 2
    assert told in capsys.readouterr().err
    assert [entry.name for entry in table.parent.iterdir()] == ["t.csv"]


def test_words_that_mean_nothing_are_wrong_use(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for word, near in (("sample", "Did you mean samples?"), ("Prior", "Did you mean prior?"), ("nonsense", "came.")):
        assert main(["describe", word]) == 2
        assert capsys.readouterr().err.endswith(near + "\n")


def test_a_new_folder_is_told(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(table), "--into", str(tmp_path / "new" / "folder" / "d.csv")]) == 0
    assert "is not there yet: it is made" in capsys.readouterr().err
    assert len(read(tmp_path / "new" / "folder" / "d.csv")) == 15


def test_how_sources_were_understood_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"a": {"labels": ["like"], "landmarks": [np.random.default_rng(0).random((21, 2)).tolist()]}})
    )
    assert main(["describe", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "3:4 was assumed" in err
    assert "assumed" not in out


def test_into_samples(table: Path, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(table), "--into", "samples", "--labels", "hagrid", "--quiet"]) == 0
    assert read("samples").label_column.counts() == {"call": 5, "like": 5, "no_gesture": 5}


def test_a_closed_standard_input_cancels_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    line = ",".join([*(str(number) for number in range(1, 64)), "a"])
    path.write_text(",".join([*COORDINATES, "label"]) + "\n" + (line + "\n") * 200_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "trainer.cli", "import", path, "--into", tmp_path / "d.parquet", "--progress", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "reading" in process.stderr.readline()
        process.stdin.close()
        process.stdin = None
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "gesture-train: cancelled."
    assert [entry.name for entry in tmp_path.iterdir()] == ["large.csv"]
