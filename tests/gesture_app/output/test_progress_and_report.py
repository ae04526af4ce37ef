from __future__ import annotations

import io

import numpy as np
import pytest

from gesture_app.capture.source import Frame
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.output import progress_line
from gesture_app.output.label_report import LabelReport
from gesture_app.output.progress_line import ProgressLine
from models.hand.landmarks import Hand


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def result(index: int, *labels: str | None) -> FrameResult:
    hand = Hand(np.ones((21, 3), np.float32), "Left", 1.0, (64, 48))
    probabilities = np.ones(1, np.float32)
    hands = tuple(HandResult(hand, hand.plane, 1, label, 1.0, "like", 1.0, probabilities) for label in labels)
    return FrameResult(Frame(None, (64, 48), index, index / 10), hands, "shipped", ("like",), StageTimes())


def test_a_line_is_written_when_what_is_shown_changes() -> None:
    stream = io.StringIO()
    report = LabelReport(stream)
    for index, labels in enumerate([(), (), ("like",), ("like",), (None,), ("fist", "like"), ("like", "fist")]):
        report.write(result(index, *labels))
    lines = stream.getvalue().splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines] == ["no hand", "like", "unknown", "fist + like"]
    assert lines[1].split()[0] == "0.20"
    assert report.summary() == "7 frames, a hand in 71 % of them; frames by gesture: like 4, fist 2."


def test_a_run_without_frames_or_gestures_says_so() -> None:
    report = LabelReport()
    assert report.summary() == "No frame came."
    report.write(result(0))
    assert report.summary() == "1 frame, a hand in 0 % of them; no gesture was recognised."


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "_REFRESH_S", 0.0)
    terminal, file, silent = Terminal(), io.StringIO(), Terminal()
    for stream, quiet in ((terminal, False), (file, False), (silent, True)):
        with ProgressLine(stream, quiet=quiet) as progress:
            progress.advance(5, 20)
            progress.advance(6, None)
    assert "5 of 20 frames (25 %)" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    assert terminal.getvalue().split("\r")[-2].strip() == ""
    assert file.getvalue() == ""
    assert silent.getvalue() == ""
