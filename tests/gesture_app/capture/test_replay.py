from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gesture_app.capture.replay import ReplaySource
from gesture_app.capture.source import SourceError

HUGE = 10**400
GOOD: dict[str, Any] = {"frame": 0, "time_ms": 0, "size": [640, 480], "hands": []}


def hand(**other: Any) -> dict[str, Any]:
    return {"handedness": None, "score": 1.0, "landmarks": [[1, 2, None]] * 21} | other


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_ms": HUGE},
        {"size": [HUGE, 480]},
        {"size": [32769, 480]},
        {"size": [640, 0]},
        {"hands": [hand(score=HUGE)]},
        {"hands": [hand(landmarks=[[HUGE, 2, None]] * 21)]},
    ],
)
def test_numbers_that_cannot_be_are_told_with_their_line(tmp_path: Path, wrong: dict[str, Any]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(GOOD | wrong))
    with pytest.raises(SourceError, match="Line 1 of") as told:
        ReplaySource(path).open()
    assert len(str(told.value)) < len(str(path)) + 250


def test_the_largest_picture_is_played(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(GOOD | {"size": [32768, 1], "hands": [hand()]}))
    source = ReplaySource(path)
    source.open()
    frame = source.read()
    source.close()
    assert frame is not None
    assert frame.size == (32768, 1)
