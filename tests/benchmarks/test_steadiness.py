"""How steady and how quick labels are. Opt-in: ``uv run pytest tests/benchmarks/test_steadiness.py -s``."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.source import Frame
from gesture_app.capture.video import VideoSource
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.shape_speed import ShapeSpeed
from gesture_app.live.smoothing import LabelSmoother
from models.gesture.catalog import load_model
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.hand.articulated import joints_of
from models.hand.landmarks import Hand
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import View, project
from models.home import find_home

# Frames by label, both ends included; the last says whether unknown is right too (a view that no training data has).
TIMELINE = (
    *(("one", 34, 60, False), ("peace_inverted", 63, 94, False), ("three", 95, 131, True), ("four", 132, 159, True)),
    *(("palm", 160, 238, True), ("one", 241, 315, False), ("peace_inverted", 316, 350, False)),
    *(("three", 358, 389, True), ("four", 399, 436, True), ("palm", 437, 492, True)),
)
SETTLING_S = 0.5
HOLD_S = 0.7


@dataclass(frozen=True)
class Score:
    """Of one run over the counting video."""

    settled_right: float
    all_right: float
    extra: list[tuple[int, str | None, str | None]]


def score(labels: dict[int, str | None], fps: float) -> Score:
    """Compare labels by frame with the timeline.

    A change counts as extra unless it leads, about the moment where the timeline changes, to the timeline's new label
    or to unknown on the way there; what comes before the first label does not count.
    """
    right = {True: 0, False: 0}
    counted = {True: 0, False: 0}
    for name, first, last, unknown in TIMELINE:
        for index in range(first, last + 1):
            if index in labels:
                settled = index >= first + SETTLING_S * fps
                counted[settled] += 1
                right[settled] += labels[index] == name or (unknown and labels[index] is None)
    extra = []
    starts = [first for _, first, _, _ in TIMELINE]
    ends = [first - 4 for first in starts[:1]] + [last - 3 for _, _, last, _ in TIMELINE[:-1]]
    for (_, before), (index, after) in itertools.pairwise(sorted(labels.items())):
        if before == after or index < starts[0]:
            continue
        explained = any(
            low <= index <= first + SETTLING_S * fps and after in {name, None}
            for (name, first, _, _), low in zip(TIMELINE, ends, strict=True)
        )
        if not explained:
            extra.append((index, before, after))
    return Score(right[True] / counted[True], sum(right.values()) / sum(counted.values()), extra)


@pytest.fixture(scope="module")
def video(shared_data: Path) -> tuple[list[tuple[Hand, ...]], float]:
    """Hands of every frame of the counting video, detected once."""
    source = VideoSource(shared_data / "videos" / "counting_hand.mp4")
    hands = []
    source.open()
    with Recogniser.open(hands=1) as recogniser:
        while (frame := source.read()) is not None:
            hands.append(tuple(each.hand for each in recogniser.process(frame).hands))
        fps = source.fps or 29.56
    source.close()
    return hands, fps


@pytest.mark.parametrize(
    ("name", "keep"),
    [
        ("30 a second", lambda index: True),
        ("15 a second", lambda index: index % 2 == 0),
        ("every third dropped", lambda index: index * 7919 % 10 >= 3),
    ],
)
def test_the_counting_hand_is_steady(video: tuple[list[tuple[Hand, ...]], float], name: str, keep: object) -> None:
    hands, fps = video
    assert callable(keep)
    labels: dict[int, str | None] = {}
    with Recogniser.open(hands=1) as recogniser:
        for index, found in enumerate(hands):
            if keep(index):
                result = recogniser.process(Frame(None, (544, 960), index, index / fps, hands=found))
                labels[index] = result.hands[0].label if result.hands else None
    got = score(labels, fps)
    print(f"\n{name}: settled right {got.settled_right:.4f}, all {got.all_right:.4f}, extra changes {got.extra}")
    assert got.settled_right >= 0.95
    assert len(got.extra) / (len(hands) / fps) * 10 <= 1.0


def movement(
    start: str, end: str, took_s: float, fps: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(round((2 * HOLD_S + took_s) * fps)) / fps + rng.uniform(0, 1 / fps)
    share = np.clip((times - HOLD_S) / took_s, 0, 1)
    share = share * share * (3 - 2 * share)
    first, last = gesture_pose(start).angles, gesture_pose(end).angles
    seen = np.array([[view.yaw, view.pitch, view.roll] for view in (gesture_view(start), gesture_view(end))])
    turn = (seen[1] - seen[0] + 180) % 360 - 180
    angles = seen[0] + share[:, None] * turn
    points = np.array(
        [
            project(joints, View(yaw=yaw, pitch=pitch, roll=roll), (640, 480))
            for joints, (yaw, pitch, roll) in zip(
                joints_of(first + (last - first) * share[:, None]), angles, strict=True
            )
        ]
    )
    points[:, :, :2] += rng.normal(0, 0.006 * np.ptp(points[:, :, :2], axis=1).max(), points[:, :, :2].shape)
    return times, points.astype(np.float32)


@pytest.mark.parametrize("took_s", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("fps", [15, 30, 60])
def test_every_gesture_turns_into_every_other(fps: int, took_s: float) -> None:
    """Over the pairs whose both ends the model knows: labels of neither end, and the delay after the movement's end."""
    model = load_model("shipped", find_home())
    rng = np.random.default_rng(0)
    delays, thirds, never = [], [], []
    for start, end in itertools.permutations(GESTURES, 2):
        times, points = movement(start, end, took_s, fps, rng)
        answers = model.predict(points.reshape(-1, 63))
        ends = [answers[part].mean(axis=0) for part in (times < HOLD_S, times > HOLD_S + took_s)]
        before, after = (model.labels[int(mean.argmax())] for mean in ends)
        if min(mean.max() for mean in ends) < 0.8 or NO_GESTURE in {before, after} or before == after:
            continue
        shape, smoother = ShapeSpeed(), LabelSmoother(model.labels)
        planes = [[complex(x, y) for x, y, _ in each.tolist()] for each in points]
        shown = [
            smoother.update(t, shape.update(t, plane), a, model.info.threshold).label
            for t, plane, a in zip(times, planes, answers.tolist(), strict=True)
        ]
        thirds += [(start, end, label) for label in set(shown) - {before, after, None}]
        came = [t for t, label in zip(times, shown, strict=True) if label == after and t > HOLD_S]
        if came:
            delays.append(came[0] - HOLD_S - took_s)
        else:
            never.append((start, end))
    p50, p95 = np.percentile(delays, [50, 95])
    print(
        f"\n{fps} a second, {took_s} s: {len(delays)} changes, delay p50 {p50 * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms,"
        f" most {max(delays) * 1e3:.0f} ms; through a third {thirds}; never {never}"
    )
    assert p95 <= 0.15
    assert len(thirds) <= 0.03 * len(delays)
    assert not never


def test_all_but_detection_takes_little(video: tuple[list[tuple[Hand, ...]], float]) -> None:
    hands, fps = video
    with Recogniser.open(hands=1) as recogniser:
        took = []
        for index, found in enumerate(hands):
            frame = Frame(None, (544, 960), index, index / fps, hands=found)
            start = time.perf_counter()
            recogniser.process(frame)
            took.append((time.perf_counter() - start) * 1e3)
    p50, p95 = np.percentile(took, [50, 95])
    print(f"\nall but detection, one hand: p50 {p50:.3f} ms, p95 {p95:.3f} ms")
    assert p50 < 0.5
