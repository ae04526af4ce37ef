"""What tests of the live path share: small real models, the articulated hand, sources that misbehave, sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from watched_session import QuietDetector, Watched

import gesture_app.live.capturing as capturing
from gesture_app.capture.source import Frame, SourceError
from gesture_app.live.recogniser import Recogniser, RecogniserOptions
from models.gesture.classifier import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, GestureClassifier, ModelInfo
from models.hand.articulated import joints
from models.hand.landmarks import Hand, Handedness
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import project


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread of ours behind."""
    before = set(threading.enumerate())
    yield
    ours = [thread for thread in threading.enumerate() if thread not in before and thread.name.startswith("gesture-")]
    for thread in ours:
        thread.join(5)
    assert not [thread.name for thread in ours if thread.is_alive()]


def _model(name: str, **probabilities: float) -> GestureClassifier:
    """A real ONNX model that gives every hand the same probabilities."""
    labels = tuple(probabilities)
    answer = np.array([list(probabilities.values())], np.float32)
    nodes = [
        helper.make_node("Slice", [INPUT_NAME, "zero", "one", "second"], ["column"]),
        helper.make_node("Sub", ["column", "column"], ["zeros"]),
        helper.make_node("Add", ["zeros", "answer"], [OUTPUT_NAME]),
    ]
    constants = [
        numpy_helper.from_array(np.array([0], np.int64), "zero"),
        numpy_helper.from_array(np.array([1], np.int64), "one"),
        numpy_helper.from_array(np.array([1], np.int64), "second"),
        numpy_helper.from_array(answer, "answer"),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["N", 63])],
        [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["N", len(labels)])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(model, {METADATA_KEY: ModelInfo(labels=labels, threshold=0.5).to_json()})
    return GestureClassifier(model.SerializeToString(), name)


def _hand(
    label: str = "palm", at: tuple[float, float] = (0.5, 0.5), side: Handedness | None = "Left", score: float = 0.95
) -> Hand:
    """The articulated hand as a detector would give it, in a picture of 640 x 480."""
    points = project(joints(gesture_pose(label)), gesture_view(label), (640, 480))
    shift = np.array([(at[0] - 0.5) * 640, (at[1] - 0.5) * 480, 0.0], np.float32)
    return Hand((points + shift).astype(np.float32), side, score, (640, 480))


def _frame(*hands: Hand, index: int = 0, fps: float = 30.0, picture: np.ndarray | None = None) -> Frame:
    """A frame that brings its hands along."""
    return Frame(picture, (640, 480), index, index / fps, hands=tuple(hands))


@dataclass
class FakeSource:
    """A source under the test's control; its frames bring their hands, so that nothing needs to be detected."""

    count: int | None = 5
    live: bool = False
    still: bool = False
    name: str = "fake"
    fps: float | None = 1000.0
    fail_open: list[SourceError | Exception | None] = field(default_factory=list)
    fail_at: dict[int, Exception] = field(default_factory=dict)
    gate: Callable[[int], None] | None = None
    calls: list[str] = field(default_factory=list)
    opened_in: str = ""

    def __post_init__(self) -> None:
        self._index = 0
        self._closing = threading.Event()
        self._hand = _hand()

    @property
    def frame_count(self) -> int | None:
        return self.count

    def open(self) -> None:
        self.calls.append("open")
        self.opened_in = threading.current_thread().name
        self._closing.clear()
        self._index = 0
        error = self.fail_open.pop(0) if self.fail_open else None
        if error is not None:
            raise error

    def read(self) -> Frame | None:
        index = self._index
        if self.gate is not None:
            self.gate(index)
        error = self.fail_at.pop(index, None)
        if error is not None:
            raise error
        if self._closing.is_set() or (self.count is not None and index >= self.count):
            return None
        if self.live and self.gate is None:
            self._closing.wait(0.002)
        self._index += 1
        return _frame(self._hand, index=index, fps=self.fps or 30.0)

    def close(self) -> None:
        self.calls.append("close")
        self._closing.set()

    def wait_closed(self, timeout: float = 5.0) -> bool:
        return self._closing.wait(timeout)


class Make:
    """What tests are made of."""

    hand = staticmethod(_hand)
    frame = staticmethod(_frame)
    model = staticmethod(_model)
    source = FakeSource


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture
def recogniser(make: Any) -> Callable[[], Recogniser]:
    def build() -> Recogniser:
        built = Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=Path("none"))
        built._detector = QuietDetector(Path("none"), RecogniserOptions())
        return built

    return build


@pytest.fixture
def watched(recogniser: Callable[[], Recogniser]) -> Iterator[Watched]:
    watched = Watched(recogniser)
    yield watched
    watched.session.close()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "FIRST_DELAY_S", 0.005)
    monkeypatch.setattr(capturing, "LONGEST_DELAY_S", 0.02)
    monkeypatch.setattr(capturing, "PICTURE_S", 0.01)
