"""Broken folders of exported models."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from broken_files import Broken
from onnx import TensorProto, helper, numpy_helper

from models.gesture.catalog import shipped_folder
from models.gesture.classifier import METADATA_KEY, ModelInfo

SHIPPED = (shipped_folder() / "classifier.onnx").read_bytes()
INFO: dict[str, Any] = json.loads(ModelInfo(("fist", "palm"), 0.5).to_json())


def _model(
    info: object = None, *, takes: str = "rows", gives: str = "probabilities", weights: Any = 0.0, classes: int = 2
) -> bytes:
    table = np.full((63, classes), weights, np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", [takes, "weights"], ["raw"]), helper.make_node("Softmax", ["raw"], [gives])],
        "made",
        [helper.make_tensor_value_info(takes, TensorProto.FLOAT, ["N", 63])],
        [helper.make_tensor_value_info(gives, TensorProto.FLOAT, ["N", classes])],
        [numpy_helper.from_array(table, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if info is not None:
        helper.set_model_props(model, {METADATA_KEY: info if isinstance(info, str) else json.dumps(info)})
    return bytes(model.SerializeToString())


MODELS: tuple[Broken, ...] = (
    Broken("nothing in it", "m/classifier.onnx", b"", "The model m is not a readable ONNX file"),
    Broken(
        "text",
        "m/classifier.onnx",
        b"this is a model, honestly",
        "The model m is not an ONNX file that this program loads: its bytes are no ONNX. Export the model",
    ),
    Broken(
        "a pickle",
        "m/classifier.onnx",
        b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.",
        "The model m is not a readable ONNX file",
    ),
    Broken(
        "half of it",
        "m/classifier.onnx",
        SHIPPED[: len(SHIPPED) // 2],
        "The model m is not an ONNX file that this program loads: it is cut short. Export the model again",
    ),
    Broken(
        "a model of something else",
        "m/classifier.onnx",
        _model(),
        "The model m is an ONNX file, but not a gesture model: it does not name its gestures",
    ),
    Broken(
        "another input",
        "m/classifier.onnx",
        _model(INFO, takes="picture"),
        "A gesture model takes rows and gives probabilities, but m takes picture and gives probabilities.",
    ),
    Broken(
        "another output",
        "m/classifier.onnx",
        _model(INFO, gives="boxes"),
        "A gesture model takes rows and gives probabilities, but m takes rows and gives boxes. Export it",
    ),
    Broken(
        "other classes",
        "m/classifier.onnx",
        _model(INFO, classes=3),
        "The model m names 2 classes, so one row must give probabilities of shape (1, 2), but (1, 3) came.",
    ),
    Broken(
        "weights that are no numbers",
        "m/classifier.onnx",
        _model(INFO, weights=np.nan),
        "The model m answers a hand with probabilities that add up to nan instead of 1: its weights are",
    ),
    Broken(
        "no classes",
        "m/classifier.onnx",
        _model({**INFO, "labels": []}),
        "A model names each of its classes once, but this one names none. Export the model again",
    ),
    Broken(
        "a class twice",
        "m/classifier.onnx",
        _model({**INFO, "labels": ["a", "a"]}),
        "A model names each of its classes once, but this one names a, a. Export the model again",
    ),
    Broken(
        "a threshold above one",
        "m/classifier.onnx",
        _model({**INFO, "threshold": 3}),
        "A model's threshold lies between 0 and 1, but this one has 3.0. Export the model again",
    ),
    Broken(
        "a format of the future",
        "m/classifier.onnx",
        _model({**INFO, "version": 99}),
        "This model was made by a newer program (model format 99, this one reads 1). Update the program to",
    ),
    Broken(
        "a description that breaks off",
        "m/classifier.onnx",
        _model('{"labels": ['),
        "The model's own description cannot be read",
    ),
    Broken("no model in the folder", "m/readme.txt", b"hello", "cannot be read: No such file or directory"),
)
"""For folders of exported models."""
