from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesture_app.live.recogniser import Recogniser, RecogniserError, RecogniserOptions


@pytest.fixture
def sure(make: Any) -> Iterator[Recogniser]:
    """A recogniser whose model takes every hand for a palm."""
    with Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=Path("not-needed.task")) as recogniser:
        yield recogniser


def test_a_second_model_labels_the_same_hands_and_changes_nothing_of_the_first(sure: Recogniser, make: Any) -> None:
    assert sure.process(make.frame(make.hand())).other is None
    sure.compare_with(make.model("second", rock=0.95, call=0.05))
    for index in range(1, 8):
        result = sure.process(make.frame(make.hand(at=(0.3, 0.5)), make.hand(at=(0.7, 0.5)), index=index))
    assert result.other is not None
    assert result.other.model == "second"
    assert [answer.label for answer in result.other.answers] == ["rock", "rock"]
    assert [answer.confidence for answer in result.other.answers] == pytest.approx([0.95, 0.95])
    assert [hand.label for hand in result.hands] == ["palm", "palm"]
    assert (result.model, result.labels) == ("sure", ("palm", "fist"))
    empty = sure.process(make.frame(index=9)).other
    assert empty is not None
    assert empty.answers == ()
    sure.compare_with(None)
    assert sure.process(make.frame(make.hand(), index=10)).other is None


def test_it_is_kept_steady_as_the_first_is(sure: Recogniser, make: Any) -> None:
    """With the same model beside itself, both give the same labels in each frame of a hand that changes."""
    sure.compare_with(sure.classifier)
    rng = np.random.default_rng(3)
    for index in range(20):
        hand = make.hand("palm" if index < 10 else "fist", at=(0.5 + 0.01 * float(rng.random()), 0.5))
        result = sure.process(make.frame(hand, index=index))
        assert result.other is not None
        assert result.other.answers[0].label == result.hands[0].label
        assert result.other.answers[0].confidence == pytest.approx(result.hands[0].confidence)


def test_it_takes_its_own_threshold_unless_one_is_set(sure: Recogniser, make: Any) -> None:
    sure.configure(RecogniserOptions(smoothing=False))
    sure.compare_with(make.model("second", rock=0.6, call=0.4))
    first = sure.process(make.frame(make.hand())).other
    sure.configure(RecogniserOptions(smoothing=False, threshold=0.7))
    second = sure.process(make.frame(make.hand(), index=1)).other
    assert first is not None
    assert second is not None
    assert [first.answers[0].label, second.answers[0].label] == ["rock", None]


def test_pictures_that_stand_alone_and_a_new_source(sure: Recogniser, make: Any) -> None:
    sure.compare_with(make.model("second", rock=0.9, call=0.1))
    alone = sure.process(make.frame(make.hand()), still=True).other
    assert alone is not None
    assert alone.answers[0].label == "rock"
    for index in range(5):
        sure.process(make.frame(make.hand(), index=index))
    sure.restart()
    anew = sure.process(make.frame(make.hand(), index=9)).other
    assert anew is not None
    assert anew.answers[0].label is None  # a label has to last before it is shown


def test_a_broken_second_model_is_refused(sure: Recogniser, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = make.model("broken", palm=0.9, fist=0.1)
    monkeypatch.setattr(broken, "predict", lambda rows: np.full((len(rows), 2), np.nan, np.float32))
    with pytest.raises(RecogniserError, match="broken"):
        sure.compare_with(broken)
    assert sure.process(make.frame(make.hand())).other is None
