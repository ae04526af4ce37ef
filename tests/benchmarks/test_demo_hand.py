"""The rendered hand against MediaPipe, and what the demo costs. Opt-in: ``uv run pytest tests/benchmarks -s``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from gesture_app.capture.hand_renderer import render
from models.gesture.catalog import load_model
from models.gesture.gestures import GESTURES
from models.hand.articulated import joints
from models.hand.landmarks import Hand
from models.hand.mediapipe_hands import MediaPipeHands, to_image
from models.hand.poses import gesture_pose, gesture_view
from models.hand.tracker import HandTracker
from models.hand.views import View, project
from models.home import find_home

pytestmark = pytest.mark.timeout(900)

SIZE = (640, 480)
FRAMES = 45
FPS = 30.0


def moving(label: str, side: Literal["Left", "Right"]) -> Iterator[View]:
    """Views that wander about the usual one: turned, tipped, rolled, near and far, left and right, high and low."""
    usual = gesture_view(label)
    for index in range(FRAMES):
        time_s = index / FPS
        yield View(
            yaw=usual.yaw + 12 * np.sin(2.1 * time_s),
            pitch=usual.pitch + 10 * np.sin(3.3 * time_s + 1),
            roll=usual.roll + 20 * np.sin(2.7 * time_s + 2),
            centre=(0.5 + 0.12 * np.sin(1.7 * time_s), 0.52 + 0.06 * np.sin(4.1 * time_s)),
            distance=0.68 + 0.18 * np.sin(2.9 * time_s + 0.5),
            handedness=side,
        )


@dataclass
class Figures:
    shown: int = 0
    found: int = 0
    right_side: int = 0
    errors: list[float] = field(default_factory=list)

    def take(self, hands: list[Hand], truth: np.ndarray, side: str) -> None:
        self.shown += 1
        if hands:
            size = float(np.ptp(truth[:, :2], axis=0).max())
            self.found += 1
            self.right_side += hands[0].handedness == side
            self.errors.append(float(np.median(np.linalg.norm(hands[0].points[:, :2] - truth[:, :2], axis=1))) / size)

    @property
    def rate(self) -> float:
        return self.found / self.shown


@pytest.mark.parametrize("mode", ["VIDEO", "IMAGE"])
def test_mediapipe_finds_every_gesture(landmarker_file: Path, mode: Literal["VIDEO", "IMAGE"]) -> None:
    every: dict[str, Figures] = {}
    for label in GESTURES:
        figures = every[label] = Figures()
        for side in ("Left", "Right"):
            hands = MediaPipeHands(landmarker_file, 1, mode)
            for index, view in enumerate(moving(label, side)):
                if mode == "IMAGE" and index % 3:
                    continue
                picture = to_image(render([(gesture_pose(label), view)], SIZE))
                truth = project(joints(gesture_pose(label)), view, SIZE)
                moment = round(index * 1000 / FPS) if mode == "VIDEO" else None
                figures.take(hands.detect(picture, moment), truth, side)
            hands.close()
    print(f"\n{mode}: found, median landmark error in hand sizes, handedness right")
    for label, figures in every.items():
        error = np.median(figures.errors)
        print(f"  {label:16} {figures.rate:.3f}  {error:.3f}  {figures.right_side / max(figures.found, 1):.2f}")
    for label, figures in every.items():
        assert figures.rate >= 0.95, label
        assert np.median(figures.errors) <= 0.08, label


@pytest.mark.parametrize("hands", [1, 2])
def test_settled_frames_are_called_by_their_label(landmarker_file: Path, hands: int) -> None:
    model = load_model("shipped", find_home())
    source = DemoSource(hands, SIZE, FPS, paced=False)
    answers: dict[str, Counter[str]] = {label: Counter() for label in GESTURES}
    seen = 0
    with HandTracker(landmarker_file, 2) as tracker:
        for index in range(round(30 * FPS)):
            frame = source.frame(index)
            assert frame.picture is not None
            found = tracker.detect(frame.picture, frame.time_s)
            seen += len(found) >= hands
            if frame.truth is not None:
                for hand in found:
                    best = int(model.predict(hand.row[None])[0].argmax())
                    answers[frame.truth][model.labels[best]] += 1
    right = {label: counted[label] / max(counted.total(), 1) for label, counted in answers.items()}
    overall = sum(counted[label] for label, counted in answers.items()) / sum(c.total() for c in answers.values())
    print(
        f"\n{hands} hand(s): all found in {seen / round(30 * FPS):.3f} of the frames, {overall:.4f} right when settled"
    )
    for label, share in right.items():
        print(f"  {label:16} {share:.3f}  {dict(answers[label].most_common(3))}")
    assert overall >= 0.90
    assert min(right.values()) > 0.0


@pytest.mark.parametrize("hands", [1, 2])
def test_a_third_of_a_core_is_enough(hands: int) -> None:
    source = DemoSource(hands, SIZE, FPS, paced=False)
    start = time.perf_counter()
    source.open()
    source.read()
    first_s = time.perf_counter() - start
    begun = time.process_time()
    frames = round(30 * FPS)
    for _ in range(frames):
        source.read()
    share = (time.process_time() - begun) / frames * FPS
    source.close()
    print(f"\n{hands} hand(s): first frame after {first_s * 1e3:.0f} ms, {share:.3f} of a core at {FPS:.0f} fps")
    assert share <= 1 / 3
    assert first_s < 0.3
