"""From a fitted pipeline to a model file, and the check that both say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import compose
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from models.errors import GestureError
from models.gesture.classifier import METADATA_KEY, OUTPUT_NAME, GestureClassifier, ModelInfo
from trainer.estimator_graphs import nearest_neighbours_graph
from trainer.features_graph import FEATURES_NAME, OPSET, features_graph
from trainer.features_step import HandFeatures
from trainer.forest_graph import forest_graph

ML_OPSET = 3
AGREEMENT_NEEDED = 0.999
PROBABILITY_DIFFERENCE_ALLOWED = 1e-4


class PublishError(GestureError):
    """A pipeline that cannot become a model file, or a model file that does not say what its pipeline says."""


@runtime_checkable
class MakesGraph(Protocol):
    """A fitted estimator of ours that writes its own ONNX graph."""

    def onnx_graph(self, columns: int) -> onnx.ModelProto:
        """Give a graph from ``features`` (N, columns) to ``probabilities`` (N, classes)."""
        ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a model file and its pipeline agree on some rows.

    Attributes
    ----------
    labels
        Share of rows with the same likeliest class.
    largest_difference
        Largest difference of any probability.
    rows
        How many rows were compared.
    """

    labels: float
    largest_difference: float
    rows: int

    @property
    def sufficient(self) -> bool:
        """Whether the file may be published."""
        return self.labels >= AGREEMENT_NEEDED and self.largest_difference <= PROBABILITY_DIFFERENCE_ALLOWED


def export_onnx(pipeline: Pipeline, info: ModelInfo) -> bytes:
    """Write one ONNX graph from raw rows to probabilities.

    Parameters
    ----------
    pipeline
        Fitted; its first step is :class:`trainer.features_step.HandFeatures`, its last a classifier with
        probabilities, with any steps that skl2onnx knows between them.
    info
        Stored in the file; its labels must be the classifier's classes in their order.

    Raises
    ------
    PublishError
        When the pipeline is of another shape, its classes are not the labels, or it cannot be converted.
    """
    step = pipeline.steps[0][1]
    if not isinstance(step, HandFeatures):
        raise PublishError(
            f"A pipeline that becomes a model file must begin with HandFeatures, but begins with {type(step).__name__}."
        )
    classes = tuple(str(label) for label in pipeline.classes_)
    if classes != info.labels:
        raise PublishError(f"The pipeline's classes are {classes}, but the file would call them {info.labels}.")
    columns = len(step.get_feature_names_out())
    estimator = _estimator_graph(pipeline[1:] if len(pipeline.steps) > 2 else pipeline.steps[-1][1], columns)
    opset = next(entry.version for entry in estimator.opset_import if entry.domain == "")
    features = features_graph(step.recipe, opset)
    features.ir_version = estimator.ir_version
    merged = compose.merge_models(
        features,
        compose.add_prefix(estimator, "estimator_", rename_inputs=False, rename_outputs=False),
        io_map=[(FEATURES_NAME, FEATURES_NAME)],
        outputs=[OUTPUT_NAME],
    )
    onnx.helper.set_model_props(merged, {METADATA_KEY: info.to_json()})
    onnx.checker.check_model(merged)
    return bytes(merged.SerializeToString())


def compare(pipeline: Pipeline, content: bytes, rows: NDArray[np.float32]) -> Agreement:
    """Ask pipeline and model file about the same rows.

    Parameters
    ----------
    pipeline
        The fitted pipeline that the file was made of.
    content
        The model file.
    rows
        ``(N, 63)`` raw rows, best those of the test part.
    """
    expected = np.asarray(pipeline.predict_proba(rows))
    found = GestureClassifier(content, "exported").predict(rows)
    same = expected.argmax(axis=1) == found.argmax(axis=1)
    return Agreement(float(same.mean()), float(np.abs(expected - found).max()), len(rows))


def _estimator_graph(estimator: BaseEstimator, columns: int) -> onnx.ModelProto:
    if isinstance(estimator, MakesGraph):
        return estimator.onnx_graph(columns)
    if isinstance(estimator, KNeighborsClassifier):
        return nearest_neighbours_graph(estimator, columns)
    if isinstance(estimator, RandomForestClassifier | ExtraTreesClassifier):
        return forest_graph(estimator, columns)
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not hasattr(last, "predict_proba"):
        raise PublishError(
            f"{type(last).__name__} gives no probabilities. Wrap it in trainer.calibration.CalibratedScores before it"
            " is fitted."
        )
    # A second of import that only those pay who convert.
    from skl2onnx import convert_sklearn  # noqa: PLC0415
    from skl2onnx.common.data_types import FloatTensorType  # noqa: PLC0415

    try:
        return cast(
            "onnx.ModelProto",
            convert_sklearn(
                estimator,
                initial_types=[(FEATURES_NAME, FloatTensorType([None, columns]))],
                options={id(last): {"zipmap": False}},
                target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
            ),
        )
    except (RuntimeError, NotImplementedError, ValueError, TypeError) as error:
        raise PublishError(f"{type(last).__name__} cannot be written as ONNX: {error}") from error
