from __future__ import annotations

import numpy as np
import pytest

from gesture_app.capture.source import Frame
from gesture_app.live.recording import Burst, Phase, Plan, Skip, gesture_for, look, skip_reason
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from models.hand.articulated import joints
from models.hand.landmarks import Hand
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import project

LABELS = ("like", "fist")


def hand(scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0), label: str = "like", noise: float = 0.0) -> Hand:
    points = project(joints(gesture_pose(label)), gesture_view(label), (640, 480)).astype(np.float32)
    middle = points[:, :2].mean(axis=0)
    points[:, :2] = (points[:, :2] - middle) * scale + middle + np.array(shift, np.float32)
    points[:, :2] += np.random.default_rng(3).normal(0, max(noise, 1e-9), (21, 2)).astype(np.float32)
    return Hand(points, "Right", 0.9, (640, 480))


def result(*hands: Hand) -> FrameResult:
    found = tuple(
        HandResult(one, one.plane, 1, "like", 0.9, "like", 0.9, np.array([0.9, 0.1], np.float32)) for one in hands
    )
    return FrameResult(Frame(None, (640, 480), 0, 0.0, hands=hands), found, "shipped", LABELS, StageTimes())


def test_countdown_then_samples_at_the_rate_then_done() -> None:
    burst = Burst(Plan("like", count=2, rate=10.0, countdown_s=3.0), began_s=100.0)
    assert burst.phase(100.0) is Phase.COUNTDOWN
    assert burst.seconds_left(101.0) == pytest.approx(2.0)
    assert burst.share(101.5) == pytest.approx(0.5)
    assert burst.offer(result(hand()), 102.0, 0.0).sample is None
    first = burst.offer(result(hand()), 103.0, 7.0).sample
    assert first is not None
    assert first.time == 7.0
    assert first.opinion is not None
    assert first.opinion.model == "shipped"
    assert burst.offer(result(hand(label="fist")), 103.05, 7.1) == burst.offer(result(), 103.05, 7.1)
    assert burst.offer(result(hand(label="fist")), 103.11, 7.2).sample is not None
    assert burst.phase(103.2) is Phase.DONE


def test_a_new_gesture_that_the_model_takes_for_another_is_noticed() -> None:
    known, new = (Burst(Plan(name, count=2, rate=10.0, countdown_s=0.0), began_s=0.0) for name in ("like", "mine"))
    for burst in (known, new):
        assert burst.collision is None
        assert burst.offer(result(hand()), 1.0, 0.0).sample is not None
    assert known.collision is None
    assert new.collision is not None
    assert new.collision.other == "like"


def test_only_good_hands_are_kept_and_the_reason_is_told() -> None:
    burst = Burst(Plan("like", countdown_s=0.0), began_s=0.0)
    assert burst.offer(result(), 1.0, 0.0).skip is Skip.NO_HAND
    assert burst.offer(result(hand(scale=0.15)), 1.1, 0.0).skip is Skip.SMALL
    assert burst.offer(result(hand(shift=(400.0, 0.0))), 1.2, 0.0).skip is Skip.CUT
    assert burst.offer(result(hand()), 1.3, 0.0).sample is not None
    assert burst.offer(result(hand(shift=(10.0, 4.0))), 2.0, 0.0).skip is Skip.SAME
    assert burst.offer(result(hand(noise=4.0)), 2.1, 0.0).sample is not None


def test_same_is_judged_apart_from_place_and_size() -> None:
    assert skip_reason(hand(scale=1.2, shift=(5.0, 5.0)), hand()) is Skip.SAME
    assert skip_reason(hand(label="fist"), hand()) is None


def test_a_burst_without_hands_ends_by_itself() -> None:
    burst = Burst(Plan("like", count=8, rate=8.0, countdown_s=0.0), began_s=0.0)
    assert burst.phase(5.0) is Phase.RECORDING
    assert burst.phase(60.0) is Phase.DONE


def test_a_held_key_records_until_it_is_let_go() -> None:
    burst = Burst(Plan("like", count=None, countdown_s=0.0), began_s=0.0)
    assert burst.phase(500.0) is Phase.RECORDING
    burst.stop()
    assert burst.phase(500.0) is Phase.DONE


@pytest.mark.parametrize(
    ("typed", "name", "known"),
    [
        ("  Like ", "like", True),
        ("PEACE inverted", "peace_inverted", True),
        ("ｌｉｋｅ", "like", True),  # noqa: RUF001 - letters of full width, as some keyboards write them
        ("vulcan  salute", "vulcan_salute", False),
        ("  ", "", False),
        ("---", "", False),
    ],
)
def test_names_that_look_alike_are_one(typed: str, name: str, known: bool) -> None:
    found = gesture_for(typed, ["like", "peace_inverted"])
    assert (found.name, found.known) == (name, known)


def test_sharp_s_and_accents() -> None:
    assert look("Straße") == look("STRASSE")
    assert look("é") == look("e\u0301")
