from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from models.gesture.classifier import (
    FEW_ROWS,
    INPUT_NAME,
    METADATA_KEY,
    OUTPUT_NAME,
    GestureClassifier,
    ModelFileError,
    ModelInfo,
)

GOOD = json.loads(ModelInfo(("fist", "palm"), 0.5).to_json())


def first_columns(
    count: int = 2,
    width: int = 63,
    takes: str = INPUT_NAME,
    gives: str = OUTPUT_NAME,
    kind: int = TensorProto.FLOAT,
    answer_kind: int | None = None,
) -> GestureClassifier:
    """A real model that gives the first columns of its rows, and says nothing of their number."""
    numbers = [("starts", [0]), ("ends", [count]), ("axes", [1])]
    graph = helper.make_graph(
        [
            helper.make_node("Slice", [takes, "starts", "ends", "axes"], ["sliced"]),
            helper.make_node("Cast", ["sliced"], [gives], to=answer_kind or kind),
        ],
        "first-columns",
        [helper.make_tensor_value_info(takes, kind, ["N", width])],
        [helper.make_tensor_value_info(gives, answer_kind or kind, ["N", "classes"])],
        [helper.make_tensor(name, TensorProto.INT64, [1], value) for name, value in numbers],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: json.dumps(GOOD)})
    return GestureClassifier(model.SerializeToString(), "made")


def test_a_model_whose_classes_are_those_it_names_is_taken() -> None:
    rows = np.ones((3, 63), np.float32)
    assert first_columns().predict(rows).shape == (3, 2)
    with pytest.raises(ModelFileError, match=r"\(3, 62\)"):
        first_columns().predict(rows[:, 1:])


@pytest.mark.parametrize("count", range(1, FEW_ROWS + 2))
def test_an_answer_stays_when_the_next_hands_are_asked_about(count: int) -> None:
    model = first_columns()
    rows = np.arange(2 * 63 * count, dtype=np.float32).reshape(2 * count, 63)
    first, second = model.predict(rows[:count]), model.predict(rows[count:])
    assert [*first.tolist(), *second.tolist()] == model.predict(rows).tolist() == rows[:, :2].tolist()


def test_no_rows_have_no_answers() -> None:
    assert first_columns().predict(np.zeros((0, 63), np.float32)).shape == (0, 2)


def test_numbers_of_rows_may_change_from_frame_to_frame() -> None:
    model = first_columns()
    for count in (1, 3, 2, 1, 4, 2, 6, 1):
        rows = np.random.default_rng(count).normal(size=(count, 63)).astype(np.float32)
        assert model.predict(rows).tolist() == rows[:, :2].tolist()


def test_rows_of_any_layout_are_answered_alike() -> None:
    model = first_columns()
    rows = np.arange(126, dtype=np.float64).reshape(63, 2).T
    assert model.predict(rows[1:]).tolist() == model.predict(rows)[1:].tolist() == [[1, 3]]


def test_threads_get_their_own_answers() -> None:
    model = first_columns()

    def ask(number: int) -> bool:
        rows = np.full((1 + number % 2, 63), number, np.float32)
        return all(model.predict(rows).tolist() == rows[:, :2].tolist() for _ in range(300))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(4)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"count": 1}, r"names 2 classes"),
        ({"count": 3}, r"\(1, 3\) came"),
        ({"width": 42}, "failed at 1 rows"),
        ({"kind": TensorProto.DOUBLE}, "failed at 1 rows"),
        ({"answer_kind": TensorProto.DOUBLE}, "of type float64 instead of float32"),
        ({"takes": "input"}, "takes input"),
        ({"gives": "label"}, "gives label"),
    ],
)
def test_a_model_that_cannot_answer_is_refused_when_loaded(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelFileError, match=words):
        first_columns(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"figures": None},
        {"figures": [1]},
        {"features_version": float("inf")},
        {"threshold": float("nan")},
        {"threshold": -0.1},
        {"threshold": 1.01},
        {"labels": ["fist", "fist"]},
        {"labels": []},
        {"labels": None},
        {"version": 99},
        {"curve": [[0.5]]},
    ],
)
def test_a_description_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError):
        ModelInfo.from_json(json.dumps(GOOD | wrong))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000])
def test_what_is_no_description_is_refused(text: str) -> None:
    with pytest.raises(ModelFileError):
        ModelInfo.from_json(text)
