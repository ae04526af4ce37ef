"""The whole pipeline against MediaPipe alone on a film with two hands all the time. Opt-in.

``uv run pytest tests/benchmarks/test_two_hands.py -s``
The film is the counting hand's and the same mirrored beside it, some seconds later.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from two_hands_clip import counting_video, side_by_side

from models.hand.opencv import cv2

RUNS = 3


@pytest.mark.timeout(900)
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_a_film_of_two_hands(shared_data: Path, tmp_path: Path) -> None:
    frames = side_by_side(counting_video(shared_data))
    height, width = frames[0].shape[:2]
    film = tmp_path / "two.mp4"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, (width, height))
    for frame in frames:
        writer.write(frame)
    writer.release()
    ratios = []
    for _ in range(RUNS):
        command = [sys.executable, "-m", "gesture_app.cli", "bench", "--source", str(film), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        figures = json.loads(done.stdout)
        ratios.append(figures["ratio"])
        print(
            f"\nframes a second {figures['pipeline_fps']} / {figures['bare_fps']} alone, ratio {figures['ratio']};"
            f" frames with 0, 1, 2 hands {figures['hands_found']} / {figures['bare_hands_found']};"
            f" after detection {figures['after_detect_ms']}, painting {figures['stage_ms']['paint']},"
            f" its processor time {figures['paint_cpu_ms']}, a frame's {figures['cpu_ms_per_frame']}"
        )
        assert figures["hands_found"][2] >= 0.99 * figures["bare_hands_found"][2]
    assert np.median(ratios) >= 1.0
