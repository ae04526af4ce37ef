from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_app.cli import main
from models.home import Home

HEAVY = ("mlflow", "sklearn", "pandas", "scipy", "matplotlib.pyplot", "PySide6", "onnx", "dask")


def gesture_app(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [sys.executable, "-m", "gesture_app.cli", *words],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_help_and_version_answer_without_loading_anything() -> None:
    script = "import sys; from gesture_app.cli import main; main(['--version']); print(sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    version, modules = run.stdout.splitlines()
    assert version.startswith("gesture-app ")
    assert "numpy" not in modules
    assert "cv2" not in modules


def test_help_names_sources_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for word in ("camera:N", "demo:2", "rtsp://", "bench", "doctor", "--headless"):
        assert word in text


@pytest.mark.parametrize(
    "words",
    [
        ["--headless", "--source", "demo"],
        ["--output", "x.jsonl"],
        ["--duration", "5"],
        ["--headless", "--output", "-", "--duration", "0"],
        ["--headless", "--output", "-", "--duration", "soon"],
        ["--hands", "5"],
        ["--no-such-option"],
        ["bench", "--size", "big"],
        ["bench", "--seconds", "-1"],
        ["doctor", "--output"],
    ],
)
def test_wrong_use_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: gesture-app" in said.err


@pytest.mark.parametrize("word", ["benchh", "clip.mp4"])
def test_a_word_that_is_no_command_is_told_which_there_are(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert repr(word) in said.err
    assert "bench and doctor" in said.err
    assert "--source FILE" in said.err


def test_a_file_alone_is_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded = tmp_path / "hands.txt"
    recorded.write_text("no picture")
    assert main([str(recorded), "--headless", "--output", "-"]) == 1
    assert "hands.txt" in capsys.readouterr().err
    for absent in (str(tmp_path / "absent.mp4"), "x" * 5000):
        assert main([absent, "--headless", "--output", "-"]) == 2
        assert "There is no command" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("camera:nothing", "expected camera:N with a number"),
        ("camera", "expected camera:N with a number"),
        ("demo:7", "expected demo, demo:2 or demo:new"),
        ("ftp://host/clip.mp4", "Streams from ftp:// addresses are not read"),
        ("nonsense", "'nonsense' is neither a source nor a file that is there"),
        ("", "No source was named"),
    ],
)
@pytest.mark.parametrize("command", [["--headless", "--output", "-"], [], ["bench"]])
def test_wrong_words_for_a_source_end_with_2(
    command: list[str], source: str, told: str, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--source", source]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert said.err.count("\n") == 1
    assert list(home.root.iterdir()) == []


def test_broken_settings_are_told_without_a_window_too(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.settings.write_text("source = 'camera:0")
    words = ["--headless", "--model", "absent", "--output", "-"]
    assert main(words) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("gesture-app: The settings in")
    assert "cannot be read" in said[0]
    assert said[1].startswith(("gesture-app: Using", "gesture-app: No camera"))


def test_a_failure_ends_with_1_and_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--headless", "--source", str(tmp_path / "absent.mp4"), "--output", "-"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("gesture-app: There is no file")


def test_without_a_display_it_says_so_and_runs_all_the_same(home: Home, tmp_path: Path) -> None:
    points = [[100.0 + 9 * place, 200.0 - 4 * place, 0.0] for place in range(21)]
    hand = {"handedness": "Right", "score": 1.0, "landmarks": points}
    line = {"frame": 0, "time_ms": 0.0, "file": None, "size": [640, 480], "truth": None, "hands": [hand]}
    source = tmp_path / "run.jsonl"
    source.write_text("".join(json.dumps(line | {"time_ms": 500.0 * index}) + "\n" for index in range(40)))
    run = gesture_app("--source", str(source), QT_QPA_PLATFORM="")
    assert run.returncode == 0, run.stderr
    first = run.stderr.splitlines()[0]
    assert first.startswith("gesture-app: There is no display")
    assert "10 seconds" in first
    # Ten seconds of the recording, half a second a frame.
    assert run.stdout == "20 frames, a hand in 100 % of them; " + run.stdout.partition("; ")[2]


def test_the_app_starts_without_what_only_training_needs(equipped_home: Home, tmp_path: Path) -> None:
    script = (
        "import json, sys; from gesture_app.cli import main;"
        "code = main(['--headless', '--source', 'demo', '--duration', '1', '--quiet', '--output', sys.argv[1]]);"
        f"print(json.dumps([code, [name for name in {HEAVY} if name in sys.modules]]))"
    )
    output = tmp_path / "out.jsonl"
    run = subprocess.run(
        [sys.executable, "-c", script, str(output)], capture_output=True, text=True, check=True, timeout=110
    )
    assert json.loads(run.stdout) == [0, []]
    assert run.stderr == ""
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert lines
    assert any(line["hands"] for line in lines)
    assert any(line["truth"] for line in lines)


def test_the_doctor_looks_at_everything(equipped_home: Home) -> None:
    run = gesture_app("doctor", "--json")
    document = json.loads(run.stdout)
    assert run.returncode == (0 if document["good"] else 1)
    assert document["versions"]["python"].startswith("3.")
    states = {finding["subject"]: finding["state"] for finding in document["findings"]}
    assert {"OpenCV", "MediaPipe", "Qt", "Display", "Cameras", "Hand landmarker", "Model registry"} <= set(states)
    assert states["Hand landmarker"] == "good"
    assert states["Home folder"] == "good"
