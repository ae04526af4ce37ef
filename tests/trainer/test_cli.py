"""What all commands of the trainer share, and those that have nothing to work on."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time
from importlib.metadata import version

import pytest

from models.home import Home
from trainer.cli import COMMANDS, main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"gesture-train {version('gesture-app')}\n"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["describe"]])
def test_wrong_use(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2


@pytest.mark.parametrize(
    "words",
    [["sweep", "--seed", "-1"], ["sweep", "--jobs", "0"], ["suspicious", "--seed", "1.5"], ["sweep", "--jobs", "x"]],
)
def test_numbers_that_cannot_be_are_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert f"on, but {words[-1]!r} came" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["sweep", "evaluate", "ship"])
def test_sources_add_up_in_both_forms(name: str) -> None:
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[name][0]).add_arguments(parser)
    options = ["--data"] if name == "evaluate" else ["--data", "--test"]
    for option in options:
        more = [] if option == "--data" else ["--data", "x"]
        for words in ([option, "a", "b", "c"], [option, "a", option, "b", "c"], [option, "a", "b", option, "c"]):
            assert getattr(parser.parse_args([*more, *words]), option[2:]) == ["a", "b", "c"]


@pytest.mark.parametrize("words", [["leaderboard"], ["leaderboard", "--json"], ["rollback"], ["register", "x"]])
def test_nothing_is_made_where_nothing_was_trained(
    words: list[str], home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Nothing was trained yet" in err
    assert "'gesture-train sweep' makes one" in err
    assert list(home.root.iterdir()) == []


def test_an_empty_leaderboard_does_not_wait_for_mlflow(home: Home) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_T")}
    code = (
        "import sys; from trainer.cli import main; code = main(['leaderboard']);"
        " sys.exit(9 if 'mlflow' in sys.modules or 'sklearn' in sys.modules else code)"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1, done.stderr
    assert time.monotonic() - begun < 30


def test_an_unknown_experiment_is_not_made(stored_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["leaderboard", "--experiment", "absent"]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert "There is no experiment 'absent' in the run store" in err
