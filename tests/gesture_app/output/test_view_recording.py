from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest

from gesture_app.capture.source import Frame
from gesture_app.live.result import FrameResult, StageTimes
from gesture_app.output.result_lines import OutputError
from gesture_app.output.view_recording import ViewRecording

ANSWER_S = 20


def result(picture: Any) -> FrameResult:
    return FrameResult(Frame(picture, (96, 64), 0, 0.0), (), "made", (), StageTimes())


def recorded(path: Path, *pictures: Any) -> Exception | None:
    told: Queue[Exception | None] = Queue()
    recording = ViewRecording(path, mirrored=False, ended=told.put)
    for picture in pictures:
        recording.put(result(picture))
    recording.close()
    return told.get(timeout=ANSWER_S)


def test_a_video_that_was_written_is_told_without_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "view.mp4"
    assert recorded(path, np.zeros((64, 96, 3), np.uint8)) is None
    assert path.stat().st_size


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_while_writing_is_not_told_as_saved(tmp_path: Path) -> None:
    assert isinstance(recorded(tmp_path / "view.mp4", "no picture"), OutputError)


@pytest.mark.skipif(os.name != "posix", reason="removes a file that is open")
def test_a_file_that_is_not_there_at_the_end_is_not_told_as_saved(tmp_path: Path) -> None:
    path = tmp_path / "view.mp4"
    told: Queue[Exception | None] = Queue()
    recording = ViewRecording(path, mirrored=False, ended=told.put)
    recording.put(result(np.zeros((64, 96, 3), np.uint8)))
    until, pause = time.monotonic() + ANSWER_S, threading.Event()
    while not path.exists() and time.monotonic() < until:
        pause.wait(0.01)
    path.unlink()
    recording.close()
    problem = told.get(timeout=ANSWER_S)
    assert isinstance(problem, OutputError)
    assert "is not whole: 0 of" in str(problem)
