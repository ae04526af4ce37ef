from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.capture.source import Frame
from gesture_app.live.checking import CheckPlan, CheckRun, HandsAsked, Held, Step, gestures_to_check, hand_asked
from gesture_app.live.recording import Skip
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from models.gesture.gestures import GESTURES, NO_GESTURE, ORDER
from models.hand.articulated import joints
from models.hand.landmarks import Hand, Handedness
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import project

FRAME_S = 0.05


def hand(label: str = "palm", shake: int = 0, scale: float = 1.0, side: Handedness = "Right") -> Hand:
    points = project(joints(gesture_pose(label)), gesture_view(label), (640, 480)).astype(np.float32)
    middle = points[:, :2].mean(axis=0)
    points[:, :2] = (points[:, :2] - middle) * scale + middle
    points[:, :2] += np.random.default_rng(shake).normal(0, 4.0, (21, 2)).astype(np.float32)
    return Hand(points, side, 0.9, (640, 480))


def result(*hands: Hand) -> FrameResult:
    found = tuple(
        HandResult(one, one.plane, 1, None, 0.4, "like", 0.9, np.array([0.9, 0.1], np.float32)) for one in hands
    )
    return FrameResult(Frame(None, (640, 480), 0, 0.0, hands=hands), found, "v3", ("like", "fist"), StageTimes())


def hold(run: CheckRun, label: str, start_s: float, seconds: float) -> tuple[float, list[Held]]:
    now, kept = start_s, []
    while now < start_s + seconds:
        look = run.offer(result(hand(label, shake=round(now * 1000))), now, now + 1e9)
        kept += [look.held] if look.held else []
        now += FRAME_S
    return now, kept


def test_each_gesture_is_held_once_and_kept_as_a_whole() -> None:
    run = CheckRun(CheckPlan(("palm", "fist")), began_s=10.0)
    assert run.step(10.0) is Step.READY
    assert run.gesture == "palm"
    assert run.next_gesture == "fist"
    assert run.offer(result(hand()), 10.5, 0.0).held is None
    assert run.share() == 0.0
    now, kept = hold(run, "palm", 11.3, 1.0)
    assert not kept
    assert 0.4 < run.share() < 0.6
    now, kept = hold(run, "palm", now, 1.2)
    assert [(held.place, held.gesture) for held in kept] == [(0, "palm")]
    assert 4 <= len(kept[0].samples) <= 6
    assert kept[0].samples[0].opinion is not None
    assert kept[0].samples[0].opinion.model == "v3"
    assert run.step(now) is Step.READY
    now, kept = hold(run, "fist", now, 3.6)
    assert [held.gesture for held in kept] == ["fist"]
    assert run.step(now) is Step.DONE
    assert run.gesture == ""
    assert run.offer(result(hand()), now, 0.0).held is None


def test_a_hold_begins_anew_with_another_posture_and_after_a_gap() -> None:
    run = CheckRun(CheckPlan(("palm",), ready_s=0.0), 0.0)
    now, _ = hold(run, "palm", 0.0, 1.5)
    assert run.share() > 0.6
    now, _ = hold(run, "like", now, 0.1)
    assert run.share() < 0.1
    now, _ = hold(run, "like", now, 1.0)
    assert run.offer(result(), now + 0.1, 0.0).skip is Skip.NO_HAND
    assert run.share() > 0.4  # a frame without a hand is forgiven
    assert run.offer(result(hand(scale=0.1)), now + 0.7, 0.0).skip is Skip.SMALL
    assert run.share() == 0.0


def test_frames_that_come_seldom_do_not_fill_the_ring_at_once() -> None:
    run = CheckRun(CheckPlan(("palm",), ready_s=0.0), 0.0)
    run.offer(result(hand(shake=1)), 0.0, 0.0)
    run.offer(result(hand(shake=2)), 0.45, 0.0)
    assert run.share() == pytest.approx(0.125)


def test_skip_back_pause() -> None:
    run = CheckRun(CheckPlan(("palm", "fist", "like")), 0.0)
    run.skip(1.0)
    assert run.gesture == "fist"
    run.back(2.0)
    run.back(2.0)
    assert run.gesture == "palm"
    now, _ = hold(run, "palm", 3.4, 1.0)
    run.pause()
    assert run.step(now) is Step.PAUSED
    assert hold(run, "palm", now, 5.0)[1] == []
    run.resume(20.0)
    assert run.step(20.0) is Step.READY
    assert run.share() == 0.0
    for _ in range(4):
        run.skip(30.0)
    assert run.step(30.0) is Step.DONE


def test_hands_that_are_asked_for() -> None:
    gestures = ("palm", "fist", "like")
    assert [CheckPlan(gestures).side(place) for place in range(3)] == [None] * 3
    assert [CheckPlan(gestures, HandsAsked.LEFT).side(place) for place in range(3)] == ["Left"] * 3
    assert [CheckPlan(gestures, HandsAsked.HALVES).side(place) for place in range(3)] == ["Right", "Right", "Left"]
    both = result(hand(side="Right"), hand(side="Left"))
    for side in ("Left", "Right"):
        assert hand_asked(both, side).hand.handedness == side
    assert hand_asked(both, None) is both.hands[0]
    assert hand_asked(result(hand(side="Right")), "Left") is not None  # the detector may be wrong
    assert hand_asked(result(), None) is None


def test_a_check_of_all_gestures_takes_about_a_minute() -> None:
    assert set(ORDER) == set(GESTURES)
    asked = gestures_to_check(("spock", *GESTURES, NO_GESTURE))
    assert asked == (*ORDER, "spock")
    assert 50 <= CheckPlan(asked).seconds <= 70


WHATS = ["palm", "fist", "none", "skip", "back", "pause", "resume"]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(WHATS), st.integers(0, 20)), max_size=40))
def test_whatever_happens_only_whole_holds_come_out(happenings: list[tuple[str, int]]) -> None:
    run = CheckRun(CheckPlan(("palm", "fist"), ready_s=0.2, hold_s=0.4), 0.0)
    now = 0.0
    for number, (what, wait) in enumerate(happenings):
        now += wait / 10
        asked = run.gesture
        if what == "pause":
            run.pause()
        elif what in {"skip", "back", "resume"}:
            getattr(run, what)(now)
        else:
            look = run.offer(result(*([] if what == "none" else [hand(what, number)])), now, now)
            if look.held is not None:
                assert look.held.gesture == asked
                assert look.held.samples
        assert 0 <= run.place <= 2
        assert 0.0 <= run.share() <= 1.0
