"""The demo source: deterministic, complete, on time, and recognised by the shipped model."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from gesture_app.capture.hand_renderer import render
from gesture_app.capture.source import Frame, Source, SourceError
from gesture_app.live.recording import skip_reason
from models.gesture.catalog import shipped_folder
from models.gesture.classifier import GestureClassifier
from models.gesture.gestures import GESTURES, ORDER
from models.hand.landmarks import Hand
from models.hand.tracker import HandTracker

SMALL = (160, 120)
FPS, SLOW_FPS = 30.0, 10.0


def unpaced(hands: int = 1, size: tuple[int, int] = SMALL) -> DemoSource:
    return DemoSource(hands, size, FPS, paced=False)


def test_it_is_a_source() -> None:
    source = DemoSource()
    assert isinstance(source, Source)
    assert (source.name, source.live, source.still, source.frame_count) == ("demo", True, False, None)
    assert DemoSource(2).name == "demo:2"
    assert DemoSource(new=True).name == "demo:new"
    assert not unpaced().live


def test_all_gestures_are_shown_within_half_a_minute_each_for_about_a_second() -> None:
    source = DemoSource(1, SMALL, SLOW_FPS, paced=False)
    shown = [source.frame(index).truth for index in range(round(30 * SLOW_FPS))]
    assert set(ORDER) == set(GESTURES)
    assert {label for label in shown if label} == set(GESTURES)
    for label in ORDER[:-1]:
        assert shown.count(label) >= 0.9 * SLOW_FPS
    changes = sum(label is None for label in shown)
    assert 0.2 < changes / len(shown) < 0.4


def test_a_frame_depends_on_its_number_alone() -> None:
    source, other = unpaced(), unpaced()
    backwards = {index: source.frame(index).picture for index in (400, 47, 46, 10, 0)}
    for index in sorted(backwards):
        assert np.array_equal(backwards[index], other.frame(index).picture)


def test_opened_again_it_begins_again() -> None:
    source = unpaced()
    for _ in range(2):
        source.open()
        frames = [source.read() for _ in range(5)]
        assert [frame.index for frame in frames if frame] == [0, 1, 2, 3, 4]
        source.close()
        assert source.read() is None


def test_it_moves_without_jumps() -> None:
    source = unpaced()
    pictures = [source.frame(index).picture for index in range(30, 110)]
    steps = [float(np.abs(one.astype(int) - other.astype(int)).mean()) for one, other in itertools.pairwise(pictures)]
    assert min(steps) > 0, "a living hand is never quite still"
    assert max(steps) < 12


def test_paced_frames_keep_to_the_clock_and_late_readers_miss_some() -> None:
    source = DemoSource(size=SMALL, fps=50.0)
    source.open()
    started = time.monotonic()
    frames = [source.read() for _ in range(10)]
    taken_s = time.monotonic() - started
    source.close()
    last = frames[-1]
    assert last is not None
    assert taken_s >= last.time_s - 0.005
    assert [frame.index for frame in frames if frame] == sorted({frame.index for frame in frames if frame})


def test_closing_ends_a_waiting_read() -> None:
    source = DemoSource(size=SMALL, fps=0.01)
    source.open()
    assert source.read() is not None
    answers: list[Frame | None] = []
    reader = threading.Thread(target=lambda: answers.append(source.read()))
    reader.start()
    source.close()
    reader.join(5)
    assert not reader.is_alive()
    assert answers == [None]


def test_two_hands_stand_apart() -> None:
    for index in range(0, 890, 40):
        picture = unpaced(2).frame(index).picture
        assert picture is not None
        changed = np.abs(picture.astype(int) - render([], SMALL).astype(int)).max(axis=2) > 12
        left, right = changed[:, : SMALL[0] // 2], changed[:, SMALL[0] // 2 :]
        assert left.mean() > 0.03
        assert right.mean() > 0.03
        middle = changed[:, 76:84]
        assert middle.mean() < 0.3


@pytest.mark.parametrize("hands", [0, 3, -1])
def test_another_number_of_hands_is_refused(hands: int) -> None:
    with pytest.raises(SourceError, match="one or two hands"):
        DemoSource(hands)


@pytest.mark.parametrize("hands", [1, 2])
def test_the_shipped_model_calls_settled_frames_by_their_label(landmarker_file: Path, hands: int) -> None:
    model = GestureClassifier.load(shipped_folder() / "classifier.onnx")
    source = unpaced(hands, (640, 480))
    right: dict[str, list[bool]] = {}
    with HandTracker(landmarker_file, hands) as tracker:
        for index in range(0, 890, 5 * hands):
            frame = source.frame(index)
            assert frame.picture is not None
            found = tracker.detect(frame.picture, frame.time_s)
            if frame.truth is not None:
                answers = [model.labels[int(model.predict(hand.row[None])[0].argmax())] for hand in found]
                right.setdefault(frame.truth, []).extend(answer == frame.truth for answer in answers)
    assert set(right) == set(GESTURES)
    assert np.mean([answer for answers in right.values() for answer in answers]) >= 0.9
    assert all(any(answers) for answers in right.values()), right


def test_the_new_gesture_is_found_is_none_of_the_known_ones_and_turns_enough_to_be_recorded(
    landmarker_file: Path,
) -> None:
    model = GestureClassifier.load(shipped_folder() / "classifier.onnx")
    source = DemoSource(paced=False, new=True)
    kept: list[Hand] = []
    answers: list[float] = []
    frames = range(0, 240, 4)  # eight seconds, as often as a take keeps hands
    with HandTracker(landmarker_file, 1) as tracker:
        for index in frames:
            frame = source.frame(index)
            assert frame.truth is None
            assert frame.picture is not None
            (hand,) = tracker.detect(frame.picture, frame.time_s)
            answers.append(float(model.predict(hand.row[None])[0][: len(model.labels) - 1].max()))
            if skip_reason(hand, kept[-1] if kept else None) is None:
                kept.append(hand)
    assert np.median(answers) < model.info.threshold
    assert len(kept) > len(frames) / 2
