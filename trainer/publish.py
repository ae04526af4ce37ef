"""From a fitted pipeline to a model file, and the check that both say the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import compose
from sklearn.pipeline import Pipeline

from models.gesture.classifier import METADATA_KEY, OUTPUT_NAME, GestureClassifier, ModelInfo
from trainer.features_step import HandFeatures
from trainer.graphs.conversion import PublishError, estimator_graph
from trainer.graphs.features_graph import FEATURES_NAME, features_graph

AGREEMENT_NEEDED = 0.999
PROBABILITY_DIFFERENCE_ALLOWED = 1e-4
"""For a row; a few rows may differ by more. Rounding may send a hand down the other branch of a tree, which changes the
probabilities of that hand by a leaf's worth; a file that says something else than its pipeline differs at most rows."""


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
    apart
        How many of them differ by more than :data:`PROBABILITY_DIFFERENCE_ALLOWED`.
    """

    labels: float
    largest_difference: float
    rows: int
    apart: int = 0

    @property
    def sufficient(self) -> bool:
        """Whether the file may be published."""
        return self.labels >= AGREEMENT_NEEDED and self.apart <= max(1, (1 - AGREEMENT_NEEDED) * self.rows)


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
    estimator = estimator_graph(pipeline[1:] if len(pipeline.steps) > 2 else pipeline.steps[-1][1], columns)
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
    return agreement_of(pipeline.predict_proba(rows), GestureClassifier(content, "exported").predict(rows))


def agreement_of(expected: NDArray[np.floating], found: NDArray[np.floating]) -> Agreement:
    """Compare probabilities ``(N, classes)`` of a pipeline with those of its model file."""
    same = expected.argmax(axis=1) == found.argmax(axis=1)
    differences = np.abs(expected - found).max(axis=1)
    apart = int((differences > PROBABILITY_DIFFERENCE_ALLOWED).sum())
    return Agreement(float(same.mean()), float(differences.max()), len(found), apart)
