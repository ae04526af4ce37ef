from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.capture.frame_reader import Medium
from gesture_app.capture.replay import parse_frame
from gesture_app.capture.source import Frame
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.output.result_lines import OutputError, ResultLines, milliseconds, result_line
from models.hand.landmarks import Hand

LABELS = ("like", "no_gesture")


def result(points: np.ndarray, time_s: float = 0.5, **frame: object) -> FrameResult:
    hand = Hand(points.astype(np.float32), "Left", 0.9712345678, (640, 480))
    probabilities = np.array([0.75, 0.25], np.float32)
    entry = HandResult(hand, hand.plane, 3, None, 0.75, "like", 0.75, probabilities)
    return FrameResult(Frame(None, (640, 480), 7, time_s, **frame), (entry,), "shipped", LABELS, StageTimes())


@settings(max_examples=50)
@given(st.floats(0, 1e6))
def test_times_come_back(time_s: float) -> None:
    written = milliseconds(time_s) / 1000
    assert written == pytest.approx(time_s, rel=1e-15)
    assert milliseconds(written) / 1000 == written


@settings(max_examples=50)
@given(st.lists(st.floats(-1e5, 1e5, width=32), min_size=63, max_size=63))
def test_landmarks_come_back_to_the_last_bit(values: list[float]) -> None:
    points = np.array(values, np.float32).reshape(21, 3)
    points[5, 2] = np.nan
    line = json.loads(json.dumps(result_line(result(points)), allow_nan=False))
    frame = parse_frame(line, 0)
    assert frame.hands is not None
    assert np.array_equal(frame.hands[0].points, points, equal_nan=True)
    assert frame.hands[0].score == 0.9712345678
    assert (frame.index, frame.time_s, frame.size) == (7, 0.5, (640, 480))


def test_the_keys_are_those_of_the_contract() -> None:
    line = result_line(result(np.ones((21, 3)), file="a.jpg", truth="like"))
    assert list(line) == ["frame", "time_ms", "file", "size", "model", "truth", "hands"]
    assert list(line["hands"][0]) == [
        "handedness", "score", "label", "confidence", "raw_label", "raw_confidence", "box", "landmarks",
    ]  # fmt: skip
    assert line["file"] == "a.jpg"
    assert line["truth"] == "like"
    assert line["hands"][0]["label"] is None
    assert line["hands"][0]["box"] == [1.0, 1.0, 1.0, 1.0]


def test_every_line_is_on_disk_before_the_next(tmp_path: Path) -> None:
    lines = ResultLines(str(tmp_path / "ä.jsonl"))
    assert not (tmp_path / "ä.jsonl").exists()
    lines.begin(Medium())
    for count in (1, 2):
        lines.write(result(np.ones((21, 3))))
        content = (tmp_path / "ä.jsonl").read_text(encoding="utf-8")
        assert content.endswith("\n")
        assert content.count("\n") == count
    lines.close()
    lines.close()


def test_standard_output_stays_open(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ResultLines("-")
    lines.begin(Medium())
    lines.write(result(np.ones((21, 3))))
    lines.close()
    assert json.loads(capsys.readouterr().out)["frame"] == 7
    sys.stdout.write("still open")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="There is no folder"):
        ResultLines(str(tmp_path / "absent" / "x.jsonl"))
    with pytest.raises(OutputError, match="cannot be written"):
        ResultLines(str(tmp_path)).begin(Medium())


def test_a_full_disk_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    lines = ResultLines("/dev/full")
    lines.begin(Medium())
    with pytest.raises(OutputError, match="cannot be written"):
        lines.write(result(np.ones((21, 3))))
    lines.close()
