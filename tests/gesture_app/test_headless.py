from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesture_app.capture.source import SourceError
from gesture_app.exit_codes import DONE
from gesture_app.headless import HeadlessRun, run_headless
from gesture_app.output.result_lines import OutputError
from models.gesture.classifier import ModelFileError
from models.hand.opencv import cv2
from models.home import Home

COMMAND = [sys.executable, "-m", "gesture_app.cli", "--headless"]
ANSWER_S = 60


def write_video(path: Path, frames: int = 10) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25.0, (96, 64))
    for index in range(frames):
        writer.write(np.full((64, 96, 3), 10 + 5 * index, np.uint8))
    writer.release()
    return path


def write_recording(path: Path, frames: int = 60) -> Path:
    """A hand that opens, closes and drifts, as landmarks."""
    random = np.random.default_rng(5)
    angles = np.linspace(-1.0, 1.0, 5)
    lines = []
    for index in range(frames):
        reach = 60 + 55 * np.cos(index / 8)
        points = [(320.0, 400.0)]
        for angle in angles:
            points += [
                (320 + np.sin(angle) * (80 + reach * part), 400 - np.cos(angle) * (80 + reach * part))
                for part in range(4)
            ]
        moved = np.array(points) + random.normal(0, 1, (21, 2)) + index
        landmarks = [[float(np.float32(x)), float(np.float32(y)), None] for x, y in moved]
        hand = {"handedness": "Left", "score": 0.9, "landmarks": landmarks}
        line = {"frame": index, "time_ms": index * 1000 / 29.97, "file": None, "size": [640, 480], "truth": "palm"}
        lines.append(line | {"hands": [hand] if index % 10 else []})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_frame_of_a_video_becomes_a_line_and_a_video_frame(equipped_home: Home, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    run = HeadlessRun(str(video), output=str(tmp_path / "out.jsonl"), video=tmp_path / "out.mp4", quiet=True)
    assert run_headless(run, equipped_home) == DONE
    lines = lines_of(tmp_path / "out.jsonl")
    assert [line["frame"] for line in lines] == list(range(10))
    assert [line["time_ms"] for line in lines] == pytest.approx([40.0 * index for index in range(10)])
    assert all(line["size"] == [96, 64] and line["model"] == "shipped" and line["hands"] == [] for line in lines)
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 10
    capture.release()


def test_what_was_recorded_is_played_back_to_the_same_lines(home: Home, tmp_path: Path) -> None:
    # The home folder is empty: landmarks need no landmarker.
    source = write_recording(tmp_path / "recorded.jsonl")
    for number in (1, 2):
        output = tmp_path / f"{number}.jsonl"
        assert run_headless(HeadlessRun(str(source), output=str(output), quiet=True), home) == DONE
        source = output
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    lines = lines_of(tmp_path / "2.jsonl")
    assert len(lines) == 60
    assert {line["truth"] for line in lines} == {"palm"}
    assert {hand["label"] for line in lines for hand in line["hands"]} - {None}


def test_the_duration_is_the_sources_own_time(home: Home, tmp_path: Path) -> None:
    source = write_recording(tmp_path / "recorded.jsonl")
    output = tmp_path / "out.jsonl"
    assert run_headless(HeadlessRun(str(source), output=str(output), duration_s=1.0, quiet=True), home) == DONE
    assert len(lines_of(output)) == 30


def test_the_duration_counts_from_the_first_frame_that_is_recognised(home: Home, tmp_path: Path) -> None:
    # A camera's clock runs from its opening, and the first frame may come long after it.
    source, late = write_recording(tmp_path / "recorded.jsonl"), tmp_path / "late.jsonl"
    lines = [json.dumps(line | {"time_ms": line["time_ms"] + 60_000}) for line in lines_of(source)]
    late.write_text("\n".join(lines))
    output = tmp_path / "out.jsonl"
    assert run_headless(HeadlessRun(str(late), output=str(output), duration_s=1.0, quiet=True), home) == DONE
    assert len(lines_of(output)) == 30


def test_a_broken_line_leaves_what_came_before(home: Home, tmp_path: Path) -> None:
    source = write_recording(tmp_path / "recorded.jsonl", 50)
    source.write_text(source.read_text() + "{broken\n")
    output = tmp_path / "out.jsonl"
    with pytest.raises(SourceError, match="Line 51"):
        run_headless(HeadlessRun(str(source), output=str(output), quiet=True), home)
    assert len(lines_of(output)) == 50


def test_the_source_is_not_overwritten(home: Home, tmp_path: Path) -> None:
    source = write_recording(tmp_path / "recorded.jsonl")
    content = source.read_bytes()
    with pytest.raises(OutputError, match="is the source itself"):
        run_headless(HeadlessRun(str(source), output=str(tmp_path / "." / "recorded.jsonl")), home)
    with pytest.raises(OutputError, match="two different files"):
        run_headless(HeadlessRun(str(source), output=str(tmp_path / "a.mp4"), video=tmp_path / "a.mp4"), home)
    assert source.read_bytes() == content


def test_a_run_that_cannot_begin_touches_no_file(home: Home, tmp_path: Path) -> None:
    source = write_recording(tmp_path / "recorded.jsonl")
    output = tmp_path / "out.jsonl"
    output.write_text("from before")
    with pytest.raises(ModelFileError):
        run_headless(HeadlessRun(str(source), output=str(output), model="absent"), home)
    with pytest.raises(SourceError):
        run_headless(HeadlessRun("absent.mp4", output=str(output)), home)
    assert output.read_text() == "from before"


def test_pictures_that_cannot_be_read_are_counted(
    equipped_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("1.png", "2.png"):
        assert cv2.imwrite(str(folder / name), np.full((64, 64, 3), 90, np.uint8))
    (folder / "3.png").write_text("no picture")
    output = tmp_path / "out.jsonl"
    assert run_headless(HeadlessRun(str(folder), output=str(output)), equipped_home) == DONE
    assert [line["file"] for line in lines_of(output)] == ["1.png", "2.png"]
    said = capsys.readouterr()
    assert said.out == ""
    assert "2 frames" in said.err
    assert "1 of the pictures cannot be read and were passed over: 3.png." in said.err


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_leaves_whole_files(equipped_home: Home, tmp_path: Path, name: str) -> None:
    if sys.platform == "win32":
        pytest.skip("signals are sent otherwise here")
    # Endless: a pipe cannot be played, so a long recording stands in for a camera.
    source = write_recording(tmp_path / "recorded.jsonl", 3_000)
    options = ["--source", str(source), "--output", "-", "--video", str(tmp_path / "out.mp4")]
    variables = {**os.environ, "GESTURE_HOME": str(equipped_home.root)}
    # Unbuffered: communicate passes over what a reading of lines has taken ahead.
    with subprocess.Popen(
        COMMAND + options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables, bufsize=0
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(getattr(signal, name))
        rest, said = process.communicate(timeout=ANSWER_S)
    assert process.returncode == 130, said
    content = b"".join(lines) + rest
    assert content.endswith(b"\n")
    parsed = [json.loads(line) for line in content.splitlines()]
    assert 5 <= len(parsed) < 3_000
    assert b"Traceback" not in said
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == len(parsed)
    capture.release()


@pytest.mark.parametrize("then", ["exit 1", "while :; do sleep 0.1; done"])
def test_an_interruption_ends_the_landmarkers_download(home: Home, tmp_path: Path, then: str) -> None:
    if sys.platform == "win32":
        pytest.skip("signals are sent otherwise here")
    # It works for a while, so that its progress is asked for several times, before the interruption comes. A terminal
    # sends that to the installer, too, which then may fail of itself.
    installer = tmp_path / "uv"
    script = f"""#!/bin/sh
case "$*" in *--offline*) exit 1;; esac
trap '' INT
sleep 1
kill -INT $PPID
{then}
"""
    installer.write_text(script)
    installer.chmod(0o755)
    variables = {**os.environ, "GESTURE_HOME": str(home.root), "UV": str(installer)}
    options = ["--source", "demo", "--output", str(tmp_path / "out.jsonl")]
    begun_s = time.monotonic()
    run = subprocess.run(
        COMMAND + options, stderr=subprocess.PIPE, env=variables, text=True, check=False, timeout=ANSWER_S
    )
    assert run.returncode == 130, run.stderr
    assert time.monotonic() - begun_s < 20
    told = run.stderr.splitlines()
    assert told[0].startswith("Fetching MediaPipe's hand models")
    assert told[1:] == ["gesture-app: cancelled."]
    assert list(home.root.iterdir()) == []


def test_a_reader_that_has_seen_enough_ends_the_run_quietly(home: Home, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("pipes break otherwise here")
    source = write_recording(tmp_path / "recorded.jsonl", 3_000)
    options = ["--source", str(source), "--output", "-"]
    with subprocess.Popen(COMMAND + options, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdout = None
        _, said = process.communicate(timeout=ANSWER_S)
    assert process.returncode == 0
    assert said == b""


def test_a_live_source_that_hangs_is_left_on_request(equipped_home: Home, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("signals are sent otherwise here")
    import socket

    # Accepts and never answers.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        variables = {**os.environ, "GESTURE_HOME": str(equipped_home.root)}
        command = [*COMMAND, "--source", address, "--output", str(tmp_path / "out.jsonl")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, env=variables) as process:
            listener.settimeout(ANSWER_S)
            connection, _ = listener.accept()
            asked_s = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=ANSWER_S)
            took_s = time.monotonic() - asked_s
            connection.close()
    assert process.returncode == 130, said
    assert took_s < 10
