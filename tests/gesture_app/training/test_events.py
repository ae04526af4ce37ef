from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesture_app.training.answers import TrainerAnswerError
from gesture_app.training.events import Said, Step, Tried, as_log, parse
from gesture_app.training.request import TrainingRequest
from gesture_app.training.results import Comparison, SweepResult


def line(**fields: object) -> str:
    return json.dumps({"event": "sweep", "done": 3, "total": 6, "eta_s": 7.5, "message": "", **fields})


def test_lines_of_the_contract_become_events() -> None:
    assert parse(line(event="message", done=None, total=None, eta_s=None, message="Hello.")) == Said("Hello.")
    assert parse(line(message="best so far")) == Step("sweep", 3, 6, 7.5, "best so far")
    tried = parse(
        line(family="mlp", params={"hidden_layer_sizes": [128, 64], "alpha": 1e-4}, macro_f1=0.98, accuracy=0.97)
    )
    assert tried == Tried(
        Step("sweep", 3, 6, 7.5), "mlp", "hidden layer sizes 128 x 64, alpha 0.0001", 0.98, accuracy=0.97
    )
    assert as_log(tried) == "3/6 mlp hidden layer sizes 128 x 64, alpha 0.0001: macro F1 0.9800"
    failed = parse(line(family="knn", params={}, macro_f1=None, error="ValueError: too few"))
    assert isinstance(failed, Tried)
    assert failed.macro_f1 is None
    assert "too few" in as_log(failed)
    assert parse(line(total=None)) == Step("sweep", 3, None, 7.5)
    assert as_log(Step("sweep", 1, 2)) == ""


def test_shares_stay_within_bounds() -> None:
    assert Step("x", 3, 6).share == 0.5
    assert Step("x", 9, 6).share == 1.0
    assert Step("x", 1, None).share is None
    assert Step("x", 1, 0).share is None


@given(st.text())
def test_no_line_is_lost_and_none_raises(text: str) -> None:
    event = parse(text)
    assert event is not None or not text.strip() or '"event"' in text


@given(st.dictionaries(st.sampled_from(["event", "done", "total", "eta_s", "family", "params"]), st.none() | st.text()))
def test_odd_objects_raise_nothing(content: dict[str, object]) -> None:
    parse(json.dumps(content))


def test_the_words_of_the_command() -> None:
    request = TrainingRequest(("prior", "/a b.csv"), "quick", "shipped", jobs=1)
    words = request.sweep_arguments()
    assert words[:6] == ["sweep", "--data", "prior", "/a b.csv", "--space", "quick"]
    assert "--json" in words
    assert request.compare_arguments(4)[:4] == ["compare", "4", "--with", "shipped"]


@pytest.mark.parametrize("content", [{}, {"leaderboard": 3}, {"leaderboard": [{}], "champion": None}])
def test_an_answer_that_is_none_is_a_sentence(content: dict) -> None:
    with pytest.raises(TrainerAnswerError, match="expected"):
        SweepResult.from_json(content)
    with pytest.raises(TrainerAnswerError, match="expected"):
        Comparison.from_json(content)
