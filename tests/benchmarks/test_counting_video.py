"""The real video of a counting hand against its timeline. Opt-in: ``uv run pytest tests/benchmarks -s``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gesture_app.headless import HeadlessRun, run_headless
from models.home import find_home


@dataclass(frozen=True)
class Span:
    """Frames, both ends included, in which one gesture is shown."""

    label: str
    first: int
    last: int
    unknown_counts: bool = False
    """Shown from the back, which the training data never shows for this gesture: unknown is right too."""


TIMELINE = (
    Span("one", 34, 60),
    Span("peace_inverted", 63, 94),
    Span("three", 95, 131, unknown_counts=True),
    Span("four", 132, 159, unknown_counts=True),
    Span("palm", 160, 238, unknown_counts=True),
    Span("one", 241, 315),
    Span("peace_inverted", 316, 350),
    Span("three", 358, 389, unknown_counts=True),
    Span("four", 399, 436, unknown_counts=True),
    Span("palm", 437, 492, unknown_counts=True),
)
SETTLING_S = 0.5


def run_lines(tmp_path: Path, source: str, name: str) -> list[dict[str, Any]]:
    output = tmp_path / name
    assert run_headless(HeadlessRun(source=source, output=str(output), quiet=True), find_home()) == 0
    return [json.loads(line) for line in output.read_text().splitlines()]


def shown(line: dict[str, Any]) -> str | None:
    return line["hands"][0]["label"] if line["hands"] else "no hand"


def right(span: Span, line: dict[str, Any]) -> bool:
    return shown(line) == span.label or (span.unknown_counts and shown(line) is None)


def labels(lines: list[dict[str, Any]]) -> list[list[str | None]]:
    return [[hand["label"] for hand in line["hands"]] for line in lines]


def test_the_counting_hand(shared_data: Path, tmp_path: Path) -> None:
    lines = run_lines(tmp_path, str(shared_data / "videos" / "counting_hand.mp4"), "out.jsonl")
    assert len(lines) == 493
    with_hand = sum(bool(line["hands"]) for line in lines) / len(lines)

    counted = [(span, lines[index]) for span in TIMELINE for index in range(span.first, span.last + 1)]
    all_right = sum(right(span, line) for span, line in counted) / len(counted)
    settled = [
        (span, line) for span, line in counted if line["time_ms"] >= lines[span.first]["time_ms"] + 1e3 * SETTLING_S
    ]
    settled_right = sum(right(span, line) for span, line in settled) / len(settled)

    print(f"\na hand in {with_hand:.4f} of {len(lines)} frames")
    print(f"right in {all_right:.4f} of {len(counted)} labelled frames, {settled_right:.4f} of {len(settled)} settled")
    for span in TIMELINE:
        part = lines[span.first : span.last + 1]
        seen = {str(label): [shown(line) for line in part].count(label) for label in {shown(line) for line in part}}
        print(f"  {span.first:3}-{span.last:3} {span.label:15} {seen}")
    assert with_hand >= 0.95
    assert all_right >= 0.90

    again = run_lines(tmp_path, str(tmp_path / "out.jsonl"), "again.jsonl")
    assert labels(again) == labels(lines)
    print("played back: the same labels in every frame")


def test_the_demo_hand_shows_every_gesture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "demo.jsonl"
    assert run_headless(HeadlessRun(source="demo", output=str(output), duration_s=30, quiet=True), find_home()) == 0
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    settled = [line for line in lines if line["truth"] is not None]
    right_share = sum(shown(line) == line["truth"] for line in settled) / len(settled)
    by_gesture = {
        truth: [shown(line) for line in settled if line["truth"] == truth] for truth in {x["truth"] for x in settled}
    }
    print(f"\n{len(lines)} frames, {len(settled)} settled, right in {right_share:.4f} of them")
    for truth, answers in sorted(by_gesture.items()):
        print(f"  {truth:16} {sum(answer == truth for answer in answers) / len(answers):.3f} of {len(answers)}")
    assert len(by_gesture) == 18
    assert right_share >= 0.90
