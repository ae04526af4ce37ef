"""Writes recorded landmarks, sound ones and others, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def recorded_line(index: int, **changes: Any) -> dict[str, Any]:
    points = [[10.5 + place + index, 20.25 + 2 * place, -0.125 * place] for place in range(21)]
    hand = {"handedness": "Right", "score": 0.97, "label": "like", "landmarks": points}
    line = {"frame": index, "time_ms": index * 40.0, "file": None, "size": [640, 480], "truth": "like", "hands": [hand]}
    return line | changes


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path
