"""Milliseconds a frame against one landmarker alone, in turns. Opt-in: ``uv run pytest tests/benchmarks -s``."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from two_hands_clip import Frames, counting_video, side_by_side

from gesture_app.capture.demo import DemoSource
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import MediaPipeHands, to_image
from models.hand.opencv import cv2
from models.hand.tracker import HandTracker

TURN = 60


@dataclass
class Side:
    """One of the two that are compared: its times in milliseconds and what it found."""

    milliseconds: list[float] = field(default_factory=list)
    found: list[list[Hand]] = field(default_factory=list)

    def __str__(self) -> str:
        times = np.array(self.milliseconds)
        p50, p95 = np.percentile(times, [50, 95])
        counts = dict(sorted(Counter(map(len, self.found)).items()))
        return (
            f"mean {times.mean():5.1f}, median {p50:5.1f}, 95 % {p95:5.1f} ms a frame; frames by hands found {counts}"
        )


def demo(hands: int) -> Frames:
    source = DemoSource(hands, paced=False)
    source.open()
    frames = [source.read() for _ in range(450)]
    source.close()
    return [frame.picture for frame in frames if frame is not None and frame.picture is not None]


def compare(landmarker: Path, hands: int, frames: Frames) -> tuple[Side, Side]:
    ours, alone = Side(), Side()
    plain = MediaPipeHands(landmarker, hands, "VIDEO")
    with HandTracker(landmarker, hands) as tracker:
        for start in range(0, len(frames), TURN):
            turn = range(start, min(start + TURN, len(frames)))
            for index in turn:
                began = time.perf_counter()
                found = tracker.detect(frames[index], index / 30)
                ours.milliseconds.append((time.perf_counter() - began) * 1e3)
                ours.found.append(found)
            for index in turn:
                began = time.perf_counter()
                found = plain.detect(to_image(frames[index]), round(index * 1000 / 30))
                alone.milliseconds.append((time.perf_counter() - began) * 1e3)
                alone.found.append(found)
    plain.close()
    return ours, alone


@pytest.mark.parametrize("hands", [1, 2])
@pytest.mark.parametrize("clip", ["video", "two hands", "demo", "demo:2"])
def test_speed(shared_data: Path, landmarker_file: Path, clip: str, hands: int) -> None:
    if clip == "video":
        frames = counting_video(shared_data)
    elif clip == "two hands":
        frames = side_by_side(counting_video(shared_data))
    else:
        frames = demo(2 if clip == "demo:2" else 1)
    ours, alone = compare(landmarker_file, hands, frames)
    print(f"\n{clip}, up to {hands}\n  tracker {ours}\n  alone   {alone}")
    missed = sum(len(mine) < len(theirs) for mine, theirs in zip(ours.found, alone.found, strict=True))
    assert missed <= 0.02 * len(frames)
    two_or_missing = hands == 2 and (os.cpu_count() or 1) > 1
    assert np.mean(ours.milliseconds) <= (0.8 if two_or_missing else 1.15) * np.mean(alone.milliseconds)


def sliding_in(frames: Frames, start: int, lasts: int) -> Frames:
    """One hand, and from a frame on a second one that comes in from the side within some frames."""
    small = [cv2.resize(frame, (426, 752)) for frame in frames[: start + 30]]
    empty = np.broadcast_to(small[0][:1, -1:], small[0].shape)
    shown = []
    for index, frame in enumerate(small):
        share = min(max((index - start + 1) / lasts, 0.0), 1.0)
        other, width = np.array(empty), round(426 * share)
        other[:, 426 - width :] = small[(index + 150) % len(small)][:, ::-1][:, :width]
        shown.append(np.ascontiguousarray(np.hstack([frame, other])))
    return shown


@pytest.mark.parametrize("lasts", [1, 6, 15])
def test_a_second_hand_is_picked_up_soon(shared_data: Path, landmarker_file: Path, lasts: int) -> None:
    clip, later = counting_video(shared_data), []
    for start in range(40, 64, 3):
        ours, alone = compare(landmarker_file, 2, sliding_in(clip, start, lasts))
        both = [next(place for place, hands in enumerate(side.found) if len(hands) == 2) for side in (ours, alone)]
        later.append((both[0] - both[1]) / 30)
    print(f"\nslides in over {lasts} frames: seen {1e3 * np.mean(later):.0f} ms later, at most {1e3 * max(later):.0f}")
    assert max(later) <= 0.15
