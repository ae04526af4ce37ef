"""What the pages show in pictures: samples, versions, a training and its result. Made up, and made of no person."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesture_app.capture.hand_renderer import render
from gesture_app.capture.source import Frame
from gesture_app.doctor import Finding
from gesture_app.live.check_score import CheckScore, GestureScore
from gesture_app.live.checking import CheckPlan, CheckRun, gestures_to_check
from gesture_app.live.comparing import Moment
from gesture_app.live.result import FrameResult, OtherAnswer, OtherResult
from gesture_app.training.events import Event, Said, Step, Tried
from gesture_app.training.results import (
    Champion,
    ClassComparison,
    Comparison,
    LeaderboardRow,
    PartComparison,
    SweepResult,
)
from gesture_app.training.runner import Outcome
from gesture_app.training.suspicions import SearchResult, Suspicion
from gesture_app.ui.samples.review import Review
from models.gesture.catalog import MODEL_FILE, ModelEntry, shipped_folder
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.shipped_facts import read_facts
from models.gesture.versions import CHAMPION, Version
from models.hand.articulated import joints
from models.hand.landmarks import Hand
from models.hand.made_rows import gesture_rows, no_gesture_rows
from models.hand.opencv import cv2
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import project
from models.home import Home
from models.samples import NewSample, Opinion, Sample, SampleStore

OWN = "letter_L"
DAY_S = 86_400.0
WAVES = ("fist", "ok", "call", "peace", "palm", "rock", "like", "stop", "ok", "like")
SHOWN, FAR_AWAY_M = "peace", 3.2


def record_samples(home: Home) -> None:
    """Fill the store with takes of drawn hands, some gestures more often than others."""
    rng = np.random.default_rng(7)
    with SampleStore(home.samples_database) as store:
        session = store.start_session()
        for number, name in enumerate(WAVES):
            hands = gesture_rows(name, 44 - 4 * number, rng).reshape(-1, 21, 3)
            opinions = rng.uniform(0.8, 1.0, len(hands))
            take = store.start_take(session, name)
            store.add(
                take,
                [
                    NewSample(
                        Hand(points, "Left" if opinion < 0.88 else "Right", 0.97, (640, 480)),
                        1.79e9 + 90 * number,
                        Opinion(name, float(opinion), "shipped"),
                    )
                    for points, opinion in zip(hands, opinions, strict=True)
                ],
            )


def versions() -> tuple[ModelEntry, ...]:
    """Give versions as a registry lists them, one of which cannot be used, and the shipped model."""
    classes = ",".join((*GESTURES, OWN, NO_GESTURE))
    made = (
        (12, ("champion",), "mlp", "0.9741", "30.2", 600.0, "", classes),
        (11, ("challenger",), "svm", "0.9718", "212.4", 4000.0, "", classes),
        (10, (), "knn", "0.9552", "2310.0", DAY_S, "It takes 2.3 ms a hand; at most 2 ms are allowed.", classes),
        (9, (), "extra_trees", "0.9603", "98.6", 1.2 * DAY_S, "", classes),
        (8, (), "logistic", "0.9497", "12.9", 6 * DAY_S, "", ",".join((*GESTURES, NO_GESTURE))),
    )
    found = [
        ModelEntry(
            str(number),
            Version(
                number,
                (CHAMPION,) if CHAMPION in aliases else aliases,
                {
                    "family": family,
                    "macro_f1": f1,
                    "test_macro_f1": f1,
                    "test_rows": "3420",
                    "classes": names,
                    "latency_us": latency,
                    "model_bytes": "412000",
                    "agreement": "0.999998",
                },
                time.time() - age_s,
                f"{number:032x}"[::-1],
                before=9 if CHAMPION in aliases else None,
            ),
            number > 9,
            why,
        )
        for number, aliases, family, f1, latency, age_s, why, names in made
    ]
    return (*found, ModelEntry("shipped", shipped=read_facts(shipped_folder(), MODEL_FILE)))


def training_events() -> tuple[Event, ...]:
    """Give what a trainer has said two thirds of its way."""
    tried = (
        ("logistic", "C=0.1", 0.949, 5, 22.0, 10.4),
        ("knn", "n_neighbors=3", 0.955, 4, 18.0, 61.2),
        ("extra_trees", "n_estimators=60, max_depth=16, min_samples_leaf=2", 0.961, 3, 14.0, 24.8),
        ("svm", "C=10, kernel=rbf", 0.972, 2, 9.0, 98.3),
    )
    return (
        Said("Drawn from the prior: 6,000 hands of 18 gestures, and hands that make none."),
        Step("drawing hands", 19, 19),
        *(
            Tried(Step("sweep", 6 - left, 6, seconds), family, params, f1, "", f1 + 0.001, speed)
            for family, params, f1, left, seconds, speed in tried
        ),
    )


def training_outcome() -> Outcome:
    """Give the end of that training: a champion beside the shipped model."""
    rng = np.random.default_rng(3)
    labels = tuple(sorted((*GESTURES, OWN)))
    new, old = np.diag(rng.integers(36, 40, len(labels))), np.diag(rng.integers(34, 40, len(labels)))
    for matrix in (new, old):
        for row, column in rng.integers(0, len(labels), (14, 2)):
            matrix[row, column] += 1 + int(row != column)
    place = labels.index(OWN)
    old[place] = 0
    old[place, labels.index("one")] = 38
    classes = tuple(_class(label, float(rng.uniform(0.94, 1.0)), rng) for label in labels)
    part = PartComparison(
        "test", 40 * len(labels), 0.974, 0.968, 0.002, 0.011, classes, labels, _rows(new), _rows(old), ()
    )
    rows = (
        LeaderboardRow("mlp", "hidden_layer_sizes=128", 0.974, 0.975, 30.2, "a"),
        LeaderboardRow("svm", "C=10, kernel=rbf", 0.972, 0.973, 212.4, "b"),
        LeaderboardRow("extra_trees", "n_estimators=60, max_depth=16, min_samples_leaf=2", 0.961, 0.962, 98.6, "c"),
        LeaderboardRow("knn", "n_neighbors=3", 0.955, 0.956, 2310.0, "d"),
        LeaderboardRow("logistic", "C=0.1", 0.949, 0.951, 12.9, "e"),
    )
    champion = Champion(12, "a", "mlp", "hidden_layer_sizes=128", 0.974, 30.2, part.rows, 0.974)
    result = SweepResult(rows, champion, failed=0, seconds=64.0, drawn=True, split="")
    return Outcome("finished", result, Comparison("12", "shipped", (part,)))


def check_run(result: FrameResult) -> tuple[CheckRun, float]:
    """Give a check in its fifth gesture, half of it held, and the time of its clock."""
    run = CheckRun(CheckPlan(gestures_to_check(GESTURES)), 0.0)
    for _ in range(4):
        run.skip(0.0)
    now_s = run.plan.ready_s
    while run.share() < 0.6 and result.hands:
        now_s += 0.1
        run.offer(result, now_s, 0.0)
    return run, now_s


def check_score() -> CheckScore:
    """Give a score on somebody's check set: most of it right."""
    wrong = {"three2": (3, "three"), "mute": (4, "one"), "stop": (5, "palm")}
    return CheckScore(
        "shipped",
        tuple(
            GestureScore(name, 6, right, 0, ((taken, 6 - right),) if taken else (), known=True)
            for name in GESTURES
            for right, taken in (wrong.get(name, (6, "")),)
        ),
    )


def compared(result: FrameResult) -> FrameResult:
    """Give a result that a second version labelled, too."""
    answers = tuple(OtherAnswer("three2", 0.71) for _ in result.hands)
    return replace(result, other=OtherResult("v12", answers))


def moments() -> Sequence[Moment]:
    """Give moments where two versions differed, newest first."""
    rng = np.random.default_rng(11)
    pairs = (("peace", "three2"), ("stop", "palm"), ("ok", None), ("rock", "call"))
    found = []
    for number, (live, other) in enumerate(pairs):
        hand = Hand(gesture_rows(live, 1, rng).reshape(21, 3), "Right", 0.97, (640, 480))
        opinions = Opinion(live, 0.93 - 0.04 * number, "shipped"), Opinion(other, 0.74, "v12")
        found.append(Moment(hand, time.time() - 40 * number, *opinions))
    return found


def review(*, found: bool) -> Review:
    """Give what a search for wrong labels found, or that it found nothing."""
    rng = np.random.default_rng(5)
    pairs = (
        *(("fist", "call", 0.99), ("ok", "peace", 0.98), ("peace", "two_up", 0.95), ("like", "call", 0.91)),
        *(("palm", "stop", 0.86), ("rock", "one", 0.78), ("stop", NO_GESTURE, 0.71)),
    )
    waiting = tuple(
        Suspicion(number, label, other, sure, 0.6 * (1 - sure)) for number, (label, other, sure) in enumerate(pairs, 1)
    )
    samples = {}
    for one in waiting:
        rows = no_gesture_rows(1, rng) if one.suggested == NO_GESTURE else gesture_rows(one.suggested, 1, rng)
        hand = Hand(rows.reshape(21, 3), "Left" if one.sample % 3 else "Right", 0.97, (640, 480))
        where = 1 + one.sample, 1, one.label, hand, 1.79e9 + 95 * one.sample
        samples[one.sample] = Sample(one.sample, *where, None, None, None, check=False, binned=False)
    result = SearchResult(waiting if found else (), 260, 2 if found else 0, ())
    return Review(result, waiting, samples, "Kept as fist") if found else Review(result, ())


def calm(result: FrameResult) -> FrameResult:
    """Smooth the picture's grain away: it would be two thirds of the file."""
    if result.frame.picture is None:
        return result
    smooth = cv2.bilateralFilter(cv2.medianBlur(result.frame.picture, 3), 9, 24.0, 5.0)
    return replace(result, frame=replace(result.frame, picture=np.ascontiguousarray(smooth)))


def without_hand(result: FrameResult) -> FrameResult:
    """Give a frame with nobody in it."""
    frame = Frame(render([], result.frame.size), result.frame.size, 0, result.frame.time_s)
    return calm(replace(result, frame=frame, hands=()))


def with_small_hand(result: FrameResult) -> FrameResult:
    """Give the same hand from far away: too small to be recorded."""
    size = result.frame.size
    pose = gesture_pose(SHOWN)
    view = replace(gesture_view(SHOWN), handedness="Right", distance=FAR_AWAY_M, centre=(0.3, 0.84))
    points = project(joints(pose), view, size)
    hands = [
        replace(hand, hand=replace(hand.hand, points=points), drawn=[complex(x, y) for x, y, _ in points.tolist()])
        for hand in result.hands[:1]
    ]
    frame = replace(result.frame, picture=render([(pose, view)], size))
    return calm(replace(result, frame=frame, hands=tuple(hands)))


def findings() -> Sequence[Finding]:
    """Give what the doctor finds on a machine without a camera."""
    return (
        Finding("OpenCV", "good", "starts."),
        Finding("MediaPipe", "good", "starts."),
        Finding("ONNX Runtime", "good", "starts."),
        Finding("Qt", "good", "starts."),
        Finding("System libraries", "good", "all there."),
        Finding("Display", "good", "X11 :0."),
        Finding("Cameras", "note", "none connected; the demo hand, files and streams work without."),
        Finding("Shipped model", "good", "18 gestures, guarded network."),
        Finding("Recorded samples", "good", "260 samples."),
        Finding("Model registry", "bad", "locked by another program. Close it, then try again."),
    )


def _class(label: str, new: float, rng: np.random.Generator) -> ClassComparison:
    if label == OWN:
        return ClassComparison(label, 40, new, 0.0, 0.9, 1.0, known=False)
    change = float(rng.normal(0.01, 0.03))
    old = min(new - change, 1.0)
    sure = abs(new - old) > 0.03
    low, high = (new - old - 0.01, new - old + 0.01) if sure else (-0.03, 0.03)
    return ClassComparison(label, 40, new, old, low, high)


def _rows(matrix: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(value) for value in row) for row in matrix)
