"""A gesture model: raw landmark rows in, probabilities out, all of it in one ONNX file."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.errors import GestureError
from models.gesture.gestures import NO_GESTURE
from models.gesture.model_bounds import bound_memory, read_bounded, refusal

ROW_LENGTH = 63
INPUT_NAME = "rows"
OUTPUT_NAME = "probabilities"
METADATA_KEY = "gesture"
METADATA_VERSION = 1
LONGEST_TRIAL_S = 5.0
"""For one row when a model is loaded; a large forest takes a thousandth of it."""

TOTAL_TOLERANCE = 0.01
FEW_ROWS = 4
"""Most hands of a frame: so many rows are answered through buffers that stay bound."""


class ModelFileError(GestureError):
    """A model file that is missing, damaged, or not one of ours."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of the rejection curve: shares of wrongly accepted and wrongly rejected hands at a threshold."""

    threshold: float
    false_accept: float
    false_reject: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a model file says of itself; stored as JSON in the file's own metadata.

    Attributes
    ----------
    labels
        Classes in the order of the probabilities; may hold ``no_gesture``.
    threshold
        A gesture is accepted when its probability is at least this.
    curve
        What other thresholds would do, by rising threshold.
    family
        ``mlp``, ``svm``, ``forest`` ...
    features_version
        Of :mod:`models.gesture.features` when the file was made.
    created
        ISO date of the training.
    figures
        Scores measured when it was made, such as ``macro_f1``.
    """

    labels: tuple[str, ...]
    threshold: float
    curve: tuple[CurvePoint, ...] = ()
    family: str = ""
    features_version: int = 0
    created: str = ""
    figures: Mapping[str, float] | None = None

    @property
    def gestures(self) -> tuple[str, ...]:
        """The labels that are gestures."""
        return tuple(label for label in self.labels if label != NO_GESTURE)

    def to_json(self) -> str:
        """Write as the JSON text that :meth:`from_json` reads."""
        return json.dumps(
            {
                "version": METADATA_VERSION,
                "labels": list(self.labels),
                "threshold": self.threshold,
                "curve": [[point.threshold, point.false_accept, point.false_reject] for point in self.curve],
                "family": self.family,
                "features_version": self.features_version,
                "created": self.created,
                "figures": dict(self.figures or {}),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> ModelInfo:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ModelFileError
            When a key is missing or of the wrong kind, or the version is newer than this program.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            if content["version"] > METADATA_VERSION:
                raise ModelFileError(
                    f"This model was made by a newer program (model format {content['version']}, this one reads"
                    f" {METADATA_VERSION}). Update the program to use it."
                )
            info = cls(
                labels=tuple(str(label) for label in content["labels"]),
                threshold=float(content["threshold"]),
                curve=tuple(CurvePoint(*(float(value) for value in point)) for point in content.get("curve", ())),
                family=str(content.get("family", "")),
                features_version=int(content.get("features_version", 0)),
                created=str(content.get("created", "")),
                figures={str(key): float(value) for key, value in content.get("figures", {}).items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise ModelFileError(
                f"The model's own description cannot be read ({error}). Export the model again."
            ) from error
        if not info.labels or len(set(info.labels)) < len(info.labels):
            raise ModelFileError(
                f"A model names each of its classes once, but this one names {', '.join(info.labels) or 'none'}. Export"
                " the model again."
            )
        if not 0 <= info.threshold <= 1:
            raise ModelFileError(
                f"A model's threshold lies between 0 and 1, but this one has {info.threshold}. Export the model again."
            )
        return info


class GestureClassifier:
    """A loaded model. Safe to call from several threads.

    Parameters
    ----------
    content
        The bytes of an ONNX file whose input ``rows`` is ``(N, 63)`` float32 (x1, y1, z1 ... in pixels, z ignored and
        allowed to be NaN) and whose output ``probabilities`` is ``(N, classes)`` float32.
    name
        What the version is called: ``shipped``, ``v12``.

    Raises
    ------
    ModelFileError
        When the content is not such a file.
    """

    def __init__(self, content: bytes, name: str) -> None:
        reason = refusal(content)
        if reason:
            raise ModelFileError(
                f"The model {name} is not an ONNX file that this program loads: {reason}. Export the model again."
            )
        bound_memory()
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised, too
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelFileError(f"The model {name} is not a readable ONNX file ({_first_line(error)}).") from error
        try:
            text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
        except UnicodeDecodeError as error:
            raise ModelFileError(
                f"What the model {name} says of itself is damaged ({error}). Export the model again."
            ) from error
        if text is None:
            raise ModelFileError(
                f"The model {name} is an ONNX file, but not a gesture model: it does not name its gestures."
            )
        self.name = name
        self.info = ModelInfo.from_json(text)
        self._session = session
        self._check_session()
        self._bound = _BoundByRows()

    @classmethod
    def load(cls, path: Path, name: str | None = None) -> GestureClassifier:
        """Load a model file.

        Raises
        ------
        ModelFileError
            When the file cannot be read or is no gesture model.
        """
        try:
            content = read_bounded(path)
        except OSError as error:
            raise ModelFileError(f"The model file {path} cannot be read: {error.strerror or error}.") from error
        return cls(content, name or path.parent.name)

    @property
    def labels(self) -> tuple[str, ...]:
        """Classes in the order of the probabilities."""
        return self.info.labels

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give probabilities ``(N, classes)`` for raw rows ``(N, 63)``.

        Raises
        ------
        ModelFileError
            When the rows have another shape, or the model fails at them.
        """
        if rows.ndim != 2 or rows.shape[1] != ROW_LENGTH:
            raise ModelFileError(f"A model takes rows of shape (N, {ROW_LENGTH}), but {rows.shape} came.")
        return self._run_few(rows) if 0 < len(rows) <= FEW_ROWS else self._run(rows)

    def _run_few(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer through buffers that stay bound, which is a tenth faster."""
        kept = self._bound.buffers
        bound = kept.get(len(rows))
        if bound is None:
            bound = kept[len(rows)] = _BoundBuffers(self._session, len(rows), len(self.labels))
        try:
            bound.rows[:] = rows
            self._session.run_with_iobinding(bound.binding)
        except Exception as error:
            raise self._failed(rows, error) from error
        return bound.answer.copy()

    def _run(self, rows: NDArray[np.float32], bounds: onnxruntime.RunOptions | None = None) -> NDArray[np.float32]:
        try:
            (answer,) = self._session.run([OUTPUT_NAME], {INPUT_NAME: np.ascontiguousarray(rows, np.float32)}, bounds)
        except Exception as error:  # the runtime's errors have no base class of their own
            raise self._failed(rows, error) from error
        return cast("NDArray[np.float32]", answer)

    def _failed(self, rows: NDArray[np.float32], error: Exception) -> ModelFileError:
        return ModelFileError(
            f"The model {self.name} failed at {len(rows)} rows ({_first_line(error)}). Export the model again."
        )

    def _check_session(self) -> None:
        inputs = [entry.name for entry in self._session.get_inputs()]
        outputs = [entry.name for entry in self._session.get_outputs()]
        if inputs != [INPUT_NAME] or OUTPUT_NAME not in outputs:
            raise ModelFileError(
                f"A gesture model takes {INPUT_NAME} and gives {OUTPUT_NAME}, but {self.name} takes"
                f" {', '.join(inputs) or 'nothing'} and gives {', '.join(outputs) or 'nothing'}. Export it again."
            )
        answer: Any = self._try_one()
        shape = answer.shape if isinstance(answer, np.ndarray) else type(answer).__name__
        if shape != (1, len(self.labels)):
            raise ModelFileError(
                f"The model {self.name} names {len(self.labels)} classes, so one row must give probabilities of shape"
                f" (1, {len(self.labels)}), but {shape} came. Export the model again."
            )
        if answer.dtype != np.float32:
            raise ModelFileError(
                f"The model {self.name} gives probabilities of type {answer.dtype} instead of float32. Export the model"
                " again."
            )
        total = float(np.sum(answer))
        if not abs(total - 1) < TOTAL_TOLERANCE or not (answer > -TOTAL_TOLERANCE).all():
            raise ModelFileError(
                f"The model {self.name} answers a hand with probabilities that add up to {total:.4g} instead of 1: its"
                " weights are damaged. Export the model again."
            )

    def _try_one(self) -> NDArray[np.float32]:
        """Answer one row, as shapes in the file may be symbols; its points differ, as those of a hand do."""
        bounds = onnxruntime.RunOptions()
        ending = threading.Timer(LONGEST_TRIAL_S, setattr, (bounds, "terminate", True))
        ending.daemon = True
        ending.start()
        try:
            return self._run(np.arange(ROW_LENGTH, dtype=np.float32)[np.newaxis] ** 2, bounds)
        finally:
            ending.cancel()


class _BoundBuffers:
    """Where a session finds its rows and puts its answer. Of one thread: they are written to in every call."""

    def __init__(self, session: onnxruntime.InferenceSession, rows: int, classes: int) -> None:
        self.rows = np.empty((rows, ROW_LENGTH), np.float32)
        self.answer = np.empty((rows, classes), np.float32)
        self.binding = session.io_binding()
        for bind, name, buffer in (
            (self.binding.bind_input, INPUT_NAME, self.rows),
            (self.binding.bind_output, OUTPUT_NAME, self.answer),
        ):
            bind(name, "cpu", 0, np.float32, buffer.shape, buffer.ctypes.data)


class _BoundByRows(threading.local):
    """Each thread's buffers by the number of rows that they hold."""

    def __init__(self) -> None:
        self.buffers: dict[int, _BoundBuffers] = {}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
