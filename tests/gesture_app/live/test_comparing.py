from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesture_app.capture.source import Frame
from gesture_app.live.comparing import CALM_S, LASTS_S, Comparison
from gesture_app.live.result import FrameResult, HandResult, OtherAnswer, OtherResult, StageTimes

FPS = 30
Pair = tuple[str | None, str | None]


@pytest.fixture
def frame_of(make: Any) -> Callable[..., FrameResult]:
    """Make a frame by what both models say of each of its hands."""

    def frame(
        index: int, *pairs: Pair, other: str = "v2", model: str = "shipped", raw: str | None = None
    ) -> FrameResult:
        hand = make.hand("palm")
        row = np.array([0.9, 0.1], np.float32)
        hands = tuple(
            HandResult(hand, hand.plane, track, live, 0.9, raw or live or "fist", 0.9, row)
            for track, (live, _) in enumerate(pairs)
        )
        answers = tuple(OtherAnswer(label, 0.6) for _, label in pairs)
        return FrameResult(
            Frame(None, (640, 480), index, index / FPS, hands=(hand,)),
            hands,
            model,
            ("palm", "fist"),
            StageTimes(),
            other=OtherResult(other, answers),
        )

    return frame


def play(comparison: Comparison, frame_of: Callable[..., FrameResult], *stretches: tuple[Pair, float]) -> list[float]:
    """Let pairs of labels last for some seconds; gives the times of the moments."""
    index, times = 0, []
    for pair, seconds in stretches:
        for _ in range(round(seconds * FPS)):
            new = comparison.add(frame_of(index, pair), index / FPS)
            times += [moment.time for moment in new]
            index += 1
    return times


SAME: Pair = ("palm", "palm")
OTHER: Pair = ("palm", "fist")
THIRD: Pair = (None, "fist")


def test_agreement_counts_every_hand_of_every_frame(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    assert comparison.agreement.share is None
    comparison.add(frame_of(0, SAME, (None, None)), 0.0)
    comparison.add(frame_of(1, SAME, OTHER), 0.1)
    comparison.add(frame_of(2), 0.2)
    assert (comparison.agreement.seen, comparison.agreement.agreed) == (4, 3)
    assert comparison.agreement.share == 0.75
    assert comparison.agreement.moments == 0


def test_a_run_of_differing_frames_is_one_moment(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    times = play(comparison, frame_of, (SAME, 0.5), (OTHER, 2.0))
    assert times == [pytest.approx(0.5 + LASTS_S, abs=1.5 / FPS)]
    (moment,) = comparison.moments
    assert (moment.live.label, moment.live.model) == ("palm", "shipped")
    assert (moment.other.label, moment.other.model, moment.other.confidence) == ("fist", "v2", 0.6)
    assert comparison.agreement.moments == 1


def test_a_label_that_changes_a_little_later_is_no_moment(frame_of: Callable[..., FrameResult]) -> None:
    assert play(Comparison(), frame_of, (SAME, 0.3), (OTHER, LASTS_S - 0.07), (SAME, 0.3)) == []


def test_a_hand_on_its_way_to_something_else_is_not_kept(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    for index in range(20):
        comparison.add(frame_of(index, OTHER, raw="fist"), index / FPS)
    assert comparison.moments == ()
    assert len(comparison.add(frame_of(20, OTHER), 20 / FPS)) == 1


def test_a_gap_does_not_make_two_moments_but_calm_does(frame_of: Callable[..., FrameResult]) -> None:
    gap = play(Comparison(), frame_of, (OTHER, 0.5), (SAME, CALM_S - 0.1), (OTHER, 0.5))
    calm = play(Comparison(), frame_of, (OTHER, 0.5), (SAME, CALM_S + 0.1), (OTHER, 0.5))
    assert (len(gap), len(calm)) == (1, 2)


def test_another_difference_is_another_moment(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    play(comparison, frame_of, (OTHER, 0.5), (THIRD, 0.5))
    assert [moment.live.label for moment in comparison.moments] == [None, "palm"]


def test_hands_differ_apart_from_each_other(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    for index in range(15):
        comparison.add(frame_of(index, OTHER, SAME if index < 5 else THIRD), index / FPS)
    assert comparison.agreement.moments == 2


def test_only_so_many_moments_are_kept(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison(most=3)
    play(comparison, frame_of, *[(OTHER, 0.4), (SAME, CALM_S + 0.1)] * 5)
    assert len(comparison.moments) == 3
    assert comparison.agreement.moments == 5
    newest, *_, oldest = comparison.moments
    assert newest.time > oldest.time


@pytest.mark.parametrize("change", [{"other": "v3"}, {"model": "v9"}])
def test_another_model_begins_anew(frame_of: Callable[..., FrameResult], change: dict[str, str]) -> None:
    comparison = Comparison()
    play(comparison, frame_of, (OTHER, 1.0))
    comparison.add(frame_of(60, SAME, **change), 2.0)
    assert comparison.moments == ()
    assert comparison.agreement.seen == 1


def test_another_source_forgets_differences_but_keeps_moments(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    play(comparison, frame_of, (SAME, 2.0), (OTHER, 0.1))
    play(comparison, frame_of, (OTHER, 0.15))
    assert comparison.agreement.moments == 0
    play(comparison, frame_of, (OTHER, 0.5))
    assert len(comparison.moments) == 1


def test_a_frame_without_a_second_model_is_passed_over(frame_of: Callable[..., FrameResult]) -> None:
    comparison = Comparison()
    assert comparison.add(replace(frame_of(0, OTHER), other=None), 0.0) == ()
    assert comparison.agreement.seen == 0
