"""Fitted classifiers as ONNX graphs: our own writers where they are faster or the only ones, else skl2onnx."""

from __future__ import annotations

from typing import Protocol, cast, runtime_checkable

import onnx
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from models.errors import GestureError
from trainer.graphs.estimator_graphs import nearest_neighbours_graph
from trainer.graphs.features_graph import FEATURES_NAME, ML_DOMAIN, OPSET
from trainer.graphs.forest_graph import forest_graph

ML_OPSET = 3


class PublishError(GestureError):
    """A pipeline that cannot become a model file, or a model file that does not say what its pipeline says."""


@runtime_checkable
class MakesGraph(Protocol):
    """A fitted estimator of ours that writes its own ONNX graph."""

    def onnx_graph(self, columns: int) -> onnx.ModelProto:
        """Give a graph from ``features`` (N, columns) to ``probabilities`` (N, classes)."""
        ...


def estimator_graph(estimator: BaseEstimator, columns: int) -> onnx.ModelProto:
    """Write a fitted classifier with probabilities as a graph from ``features`` to ``probabilities``.

    Parameters
    ----------
    estimator
        One of ours, one that scikit-learn's converter knows, or a pipeline of such.
    columns
        Length of a feature row.

    Raises
    ------
    PublishError
        When there is no graph for it.
    """
    if isinstance(estimator, MakesGraph):
        return estimator.onnx_graph(columns)
    if isinstance(estimator, KNeighborsClassifier):
        return nearest_neighbours_graph(estimator, columns)
    if isinstance(estimator, RandomForestClassifier | ExtraTreesClassifier):
        return forest_graph(estimator, columns)
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not hasattr(last, "predict_proba"):
        raise PublishError(
            f"{type(last).__name__} gives no probabilities. Wrap it in trainer.recognition.calibration.CalibratedScores"
            " before it is fitted."
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
                target_opset={"": OPSET, ML_DOMAIN: ML_OPSET},
            ),
        )
    except (RuntimeError, NotImplementedError, ValueError, TypeError) as error:
        raise PublishError(f"{type(last).__name__} cannot be written as ONNX: {error}") from error
