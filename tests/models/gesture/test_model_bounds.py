"""Model files that somebody made to do harm, or that broke: none has any effect, each is told."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.gesture.catalog import ModelCatalog, shipped_folder
from models.gesture.classifier import METADATA_KEY, GestureClassifier, ModelFileError, ModelInfo
from models.gesture.model_bounds import refusal
from models.home import Home

SHIPPED = (shipped_folder() / "classifier.onnx").read_bytes()
INFO = ModelInfo(("fist", "palm"), 0.5).to_json()


def made(nodes: Sequence[Any], tensors: Sequence[Any] = (), opsets: Sequence[Any] = (), **more: Any) -> bytes:
    """A model that names two gestures, whatever it does."""
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["N", 63])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", "classes"])],
        list(tensors),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), *opsets], ir_version=8, **more)
    helper.set_model_props(model, {METADATA_KEY: INFO})
    return bytes(model.SerializeToString())


def weighted(weights: np.ndarray) -> bytes:
    nodes = [
        helper.make_node("MatMul", ["rows", "weights"], ["raw"]),
        helper.make_node("Softmax", ["raw"], ["probabilities"]),
    ]
    return made(nodes, [numpy_helper.from_array(weights.astype(np.float32), "weights")])


def pointing(place: str) -> bytes:
    """A model whose weights are said to lie in another file."""
    tensor = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=[63, 2], data_location=TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", place
    nodes = [
        helper.make_node("MatMul", ["rows", "weights"], ["raw"]),
        helper.make_node("Softmax", ["raw"], ["probabilities"]),
    ]
    return made(nodes, [tensor])


def in_attribute(place: str) -> bytes:
    """The same, hidden in an attribute of a node."""
    tensor = onnx.load_from_string(pointing(place)).graph.initializer[0]
    nodes = [helper.make_node("Constant", [], ["probabilities"], value=tensor)]
    return made(nodes)


@pytest.mark.parametrize("make", [pointing, in_attribute])
@pytest.mark.parametrize("place", ["weights.bin", "../outside/weights.bin", "/etc/passwd", "folder/../weights.bin"])
def test_data_in_other_files_is_not_read(
    make: Any, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime itself reads such a file from the folder that the program was started in, and from beside it."""
    for folder in ("here", "outside"):
        (tmp_path / folder).mkdir()
        np.zeros((63, 2), np.float32).tofile(tmp_path / folder / "weights.bin")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ModelFileError, match="asks for data in another file"):
        GestureClassifier(make(place), "planted")


def test_a_longer_way_of_writing_the_same_key_is_seen_too() -> None:
    """Protobuf takes tags and lengths with superfluous bytes."""
    for written in (b"\x0a\x88\x80\x00location", b"\x8a\x80\x80\x80\x10\x08location", b"\x8a\x00\x88\x00location"):
        content = pointing("weights.bin").replace(b"\x0a\x08location", written)
        assert written in content
        assert refusal(content) == "it asks for data in another file"


def test_a_gesture_may_be_called_location() -> None:
    model = onnx.load_from_string(weighted(np.zeros((63, 2))))
    helper.set_model_props(model, {METADATA_KEY: ModelInfo(("location", "palm"), 0.5).to_json()})
    assert GestureClassifier(model.SerializeToString(), "named").labels == ("location", "palm")
    # Linear models and trees carry the names of their classes.
    model.graph.node[0].attribute.append(helper.make_attribute("classlabels_strings", ["location", "palm"]))
    assert refusal(model.SerializeToString()) == ""


def test_operators_and_functions_of_others_are_refused() -> None:
    custom = made(
        [helper.make_node("Run", ["rows"], ["probabilities"], domain="evil")], opsets=[helper.make_opsetid("evil", 1)]
    )
    with pytest.raises(ModelFileError, match="operators of 'evil'"):
        GestureClassifier(custom, "planted")
    body = [helper.make_node("Identity", ["a"], ["b"])]
    function = helper.make_function("mine", "f", ["a"], ["b"], body, [helper.make_opsetid("", 17)])
    own = made(
        [helper.make_node("f", ["rows"], ["probabilities"], domain="mine")],
        opsets=[helper.make_opsetid("mine", 1)],
        functions=[function],
    )
    with pytest.raises(ModelFileError, match=r"operators of 'mine'|functions of its own"):
        GestureClassifier(own, "planted")


def test_a_loop_without_end_is_refused() -> None:
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["on"]), helper.make_node("Add", ["v", "v"], ["twice"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("twice", TensorProto.FLOAT, None),
        ],
    )
    tensors = [helper.make_tensor("most", TensorProto.INT64, [], [2**62]), helper.make_tensor("c", 9, [], [True])]
    loop = made([helper.make_node("Loop", ["most", "c", "rows"], ["probabilities"], body=body)], tensors)
    with pytest.raises(ModelFileError, match="a Loop, of which nobody can say when it ends"):
        GestureClassifier(loop, "planted")


@pytest.mark.parametrize("numbers", [600_000_000, 10**13])
def test_memory_without_end_is_refused(numbers: int) -> None:
    huge = made(
        [
            helper.make_node("ConstantOfShape", ["size"], ["zeros"]),
            helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=1),
            helper.make_node("Mul", ["rows", "sum"], ["probabilities"]),
        ],
        [helper.make_tensor("size", TensorProto.INT64, [1], [numbers])],
    )
    with pytest.raises(ModelFileError, match="memory"):
        GestureClassifier(huge, "planted")
    assert GestureClassifier(SHIPPED, "shipped").labels  # the bound was not used up


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(value: float) -> None:
    weights = np.zeros((63, 2))
    weights[5, 1] = value
    with pytest.raises(ModelFileError, match=r"add up to nan instead of 1: its weights are damaged"):
        GestureClassifier(weighted(weights), "planted")
    assert GestureClassifier(weighted(np.zeros((63, 2))), "sound").predict(np.ones((1, 63), np.float32)).shape == (1, 2)


def test_the_shipped_model_cut_anywhere_is_refused() -> None:
    rng = np.random.default_rng(0)
    for length in (*range(0, 64, 7), *rng.integers(64, len(SHIPPED) - 1, 60).tolist()):
        with pytest.raises(ModelFileError):
            GestureClassifier(SHIPPED[:length], "cut")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "classifier.onnx").open("wb") as file:
        file.truncate(40 * 2**30)  # a hole: it takes no room
    before = time.perf_counter()
    with pytest.raises(ModelFileError, match="no model has more than"):
        GestureClassifier.load(tmp_path / "classifier.onnx")
    assert time.perf_counter() - before < 1


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "classifier.onnx")
    with pytest.raises(ModelFileError, match="no ordinary file"):
        GestureClassifier.load(tmp_path / "classifier.onnx")
    (tmp_path / "zeros.onnx").symlink_to("/dev/zero")
    with pytest.raises(ModelFileError, match="no ordinary file"):
        GestureClassifier.load(tmp_path / "zeros.onnx")


def test_a_message_of_endless_parts_is_refused_soon() -> None:
    before = time.perf_counter()
    assert refusal(b"\x3a\x00" * 20_000_000) == "it has more parts than any model"
    assert time.perf_counter() - before < 5


def test_onnx_runtime_s_own_format_is_refused() -> None:
    assert refusal(b"\x18\x00\x00\x00ORTM" + bytes(100)) == "it is in ONNX Runtime's own format"


def test_a_folder_whose_manifest_points_outside_has_no_effect(tmp_path: Path, home: Home) -> None:
    """Neither an exported folder nor a local copy is believed about where its files lie."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "classifier.onnx").write_bytes(SHIPPED)
    exported = tmp_path / "exported"
    exported.mkdir()
    manifest = {
        "number": 7,
        "aliases": ["champion"],
        "tags": {"sha256": "0" * 64},
        "created": 0,
        "run_id": "../../outside",
        "file": str(outside / "classifier.onnx"),
        "folder": "../outside",
        "path": "../outside/classifier.onnx",
    }
    (exported / "manifest.json").write_text(json.dumps(manifest))
    with ModelCatalog(home) as catalog:
        with pytest.raises(ModelFileError, match="cannot be read: No such file"):
            catalog.load(str(exported))
        copy = home.models / "v7"
        copy.mkdir(parents=True)
        (copy / "manifest.json").write_text(json.dumps(manifest | {"number": "../../outside", "store": "any"}))
        assert [entry.name for entry in catalog.entries()] == ["shipped"]
