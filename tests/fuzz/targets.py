"""What is fuzzed: each target takes bytes and raises only where the program would have failed."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from gesture_app.capture.choose import make_source
from gesture_app.capture.replay import ReplaySource
from gesture_app.capture.source import SourceError
from gesture_app.capture.source_words import check_words
from gesture_app.settings import load_settings, save_settings
from models.errors import GestureError, without_secrets
from models.gesture.catalog import shipped_folder
from models.gesture.classifier import METADATA_KEY, GestureClassifier, ModelFileError, ModelInfo
from models.gesture.decision import decide
from trainer.dataset import COORDINATES
from trainer.readers import read
from trainer.readers.kinds import Kind, kind_of_file

Target = Callable[[bytes], None]
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
HEADING = ",".join(("label", *COORDINATES))
ROW = ",".join(("fist", *(str(10.0 * number + 0.5) for number in range(63))))
ENTRY = {
    "bboxes": [[0.1, 0.1, 0.5, 0.5]],
    "labels": ["fist"],
    "landmarks": [[[0.01 * place, 0.02 * place] for place in range(1, 22)]],
    "user_id": "somebody",
}
HAND = {
    "landmarks": [[float(place), float(place), 0.0] for place in range(21)],
    "handedness": "Left",
    "score": 0.5,
}
LINE = {"frame": 0, "time_ms": 0.0, "size": [640, 480], "hands": [HAND]}
PLAIN_HAND = {"landmarks": [[1, 2, None]] * 21, "handedness": None}
LATER_LINE = {"frame": 7, "time_ms": 33.3, "size": [1, 1], "hands": [PLAIN_HAND, HAND], "truth": "fist"}
STILL_LINE = {"file": "a.jpg", "time_ms": 1e3, "size": [32768, 1], "hands": []}


def _written(name: str, content: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(content)
    return path


def settings_file(data: bytes) -> None:
    """Whatever stands in the file: settings and sentences, and what is saved is read again as it was."""
    path = _written("settings.toml", data)
    loaded = load_settings(path)
    assert all(note.endswith(".") for note in loaded.notes)
    again = FOLDER / "again.toml"
    again.unlink(missing_ok=True)
    save_settings(loaded.settings, again)
    assert load_settings(again).settings == loaded.settings


def source_words(data: bytes) -> None:
    """Whatever was typed: a source that is not opened yet, or a sentence without a password."""
    text = data.decode("utf-8", "replace")
    try:
        check_words(text)
        make_source(text)
    except SourceError as error:
        told = str(error)
        assert told == without_secrets(told)


def _lines(*lines: dict[str, object]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def recorded_landmarks(data: bytes) -> None:
    """Whatever stands in a recording: frames with finite landmarks, in order, or a sentence."""
    source = ReplaySource(_written("recording.jsonl", data))
    last = -1.0
    try:
        source.open()
        while (frame := source.read()) is not None:
            assert frame.time_s >= last
            last = frame.time_s
            for hand in frame.hands or ():
                assert hand.points.shape == (21, 3)
                assert np.isfinite(hand.points[:, :2]).all()
    except GestureError:
        pass
    finally:
        source.close()


def _read(name: str, data: bytes) -> None:
    path = _written(name, data)
    try:
        if kind_of_file(path) in {Kind.VIDEO, Kind.PICTURE}:
            return  # MediaPipe and FFmpeg, not our readers
        dataset = read(path, jobs=1)
    except GestureError:
        return
    assert len(dataset)
    assert np.isfinite(dataset.hands.points[:, :, :2]).all()
    assert all(dataset.labels)


def table(data: bytes) -> None:
    """Whatever follows a heading: sound hands, or a sentence."""
    _read("table.csv", data if data[:1] == b"\0" else HEADING.encode() + b"\n" + data)


def any_file(data: bytes) -> None:
    """Whatever a file holds."""
    _read("file", data)


def annotations(data: bytes) -> None:
    """Whatever annotations say."""
    _read("annotations.json", data if data[:1] == b"{" else b"{" + data)


_SHIPPED = GestureClassifier((shipped_folder() / "classifier.onnx").read_bytes(), "shipped")


def classifier_input(data: bytes) -> None:
    """Whatever stands in rows: probabilities of every class, and a gesture only where they are numbers."""
    numbers = np.frombuffer(data[: len(data) // 4 * 4], "<f4")
    rows = np.zeros((max(1, math.ceil(len(numbers) / 63)), 63), np.float32)
    rows.reshape(-1)[: len(numbers)] = numbers
    answer = _SHIPPED.predict(rows)
    assert answer.shape == (len(rows), len(_SHIPPED.labels))
    for row in answer:
        decision = decide(row, _SHIPPED.labels, _SHIPPED.info.threshold)
        assert decision.label is None or 0.0 <= decision.confidence <= 1.001


def model_info(data: bytes) -> None:
    """Whatever a model says of itself."""
    try:
        info = ModelInfo.from_json(data.decode("utf-8", "replace"))
    except ModelFileError:
        return
    assert info.labels
    assert 0 <= info.threshold <= 1
    assert ModelInfo.from_json(info.to_json()).labels == info.labels


def small_model() -> bytes:
    """Give a sound model of a few hundred bytes."""
    weights = numpy_helper.from_array(np.zeros((63, 2), np.float32), "weights")
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["rows", "weights"], ["raw"]),
            helper.make_node("Softmax", ["raw"], ["probabilities"]),
        ],
        "small",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["N", 63])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: ModelInfo(("fist", "palm"), 0.5).to_json()})
    return bytes(model.SerializeToString())


def model_file(data: bytes) -> None:
    """Whatever a model file holds: a model that answers with probabilities, or a sentence."""
    try:
        model = GestureClassifier(data, "fuzzed")
    except ModelFileError:
        return
    assert model.labels


TARGETS: dict[str, tuple[Target, tuple[bytes, ...]]] = {
    "settings_file": (
        settings_file,
        (b'hands = 2\nmirror = true\ntheme = "dark"\nthreshold = 0.5\ncamera_size = [640, 480]\n', b"[shortcuts]\n"),
    ),
    "source_words": (source_words, (b"camera:0", b"demo:2", b"http://bob:x@host:80/a", b"rtsp://[::1]/x", b"a.mp4")),
    "recorded_landmarks": (
        recorded_landmarks,
        (_lines(LINE), _lines(LINE, LATER_LINE), _lines(STILL_LINE, LINE), b"\n" + _lines(LATER_LINE)),
    ),
    "table": (table, (ROW.encode() + b"\n" + ROW.encode() + b"\n", b"\0" + HEADING.encode(), b"'=1," + ROW.encode())),
    "any_file": (any_file, (b"PAR1", b"SQLite format 3\0", b"{}", HEADING.encode() + b"\n" + ROW.encode(), b"[1]")),
    "annotations": (annotations, (json.dumps({"a-1": ENTRY}).encode(), b'"a":{"labels":["x"]}}')),
    "classifier_input": (classifier_input, (np.arange(63, dtype="<f4").tobytes(), b"\0\0\xc0\x7f" * 63)),
    "model_info": (model_info, (ModelInfo(("fist", "palm"), 0.5).to_json().encode(),)),
    "model_file": (model_file, (small_model(),)),
}
"""Each with a few inputs to begin with."""
