from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gesture_app.bench.resized import ResizedSource
from gesture_app.bench.start import StartError, measure_start
from gesture_app.bench.turns import Side
from gesture_app.capture.choose import make_source
from gesture_app.capture.source import Source, SourceError
from models.hand.opencv import cv2
from models.home import Home


def write_video(path: Path, frames: int = 8) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25.0, (96, 64))
    for index in range(frames):
        writer.write(np.full((64, 96, 3), 10 + 5 * index, np.uint8))
    writer.release()
    return path


def test_the_figures_of_the_contract(equipped_home: Home) -> None:
    command = [sys.executable, "-m", "gesture_app.cli", "bench", "--source", "demo"]
    options = ["--seconds", "0.5", "--starts", "1", "--size", "320x240", "--json"]
    run = subprocess.run(command + options, capture_output=True, text=True, check=False, timeout=110)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    figures = json.loads(run.stdout)
    assert figures["frames"] == sum(figures["hands_found"]) == sum(figures["bare_hands_found"]) > 0
    assert figures["ratio"] == pytest.approx(figures["pipeline_fps"] / figures["bare_fps"], abs=0.01)
    assert figures["dropped"] == 0
    assert figures["found_where_bare_found"] > 0.9
    assert set(figures["stage_ms"]) == {"read", "detect", "classify", "smooth", "paint"}
    assert all(0 < spread["p50"] <= spread["p95"] for spread in figures["stage_ms"].values())
    assert 0 < figures["paint_cpu_ms"]["p50"] <= figures["paint_cpu_ms"]["p95"]
    assert figures["classify_us_per_hand"] > 0
    assert figures["start_s"]["first_frame"] > 0
    assert figures["start_s"]["bare"] > 0


def test_frames_are_brought_to_one_size(tmp_path: Path) -> None:
    source: Source = ResizedSource(make_source(str(write_video(tmp_path / "clip.mp4"))), (60, 40))
    assert isinstance(source, Source)
    source.open()
    frame = source.read()
    assert (source.name, source.live, source.still, source.frame_count) == ("clip.mp4", False, False, 8)
    source.close()
    assert frame is not None
    assert frame.picture is not None
    assert frame.size == (60, 40)
    assert frame.picture.shape == (40, 60, 3)


def test_a_program_that_gives_nothing_is_told(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    with pytest.raises(StartError, match="gave no result"):
        measure_start(lambda: make_source(str(video)), tmp_path / "absent.task", 1, "shipped", starts=1)


def test_recorded_landmarks_have_nothing_to_detect(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps({"time_ms": 0, "size": [4, 4], "hands": []}))
    with pytest.raises(SourceError, match="gives no picture"):
        measure_start(lambda: make_source(str(path)), tmp_path / "absent.task", 1, "shipped", starts=1)


def test_rates_are_over_all_turns() -> None:
    side = Side()
    for frames, seconds in ((10, 1.0), (30, 1.0)):
        side.hands.extend([1] * frames)
        side.end_turn(frames, seconds)
    assert side.fps == 20.0
    assert side.rates == [10.0, 30.0]
