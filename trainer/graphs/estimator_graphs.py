"""ONNX graphs of estimators that the converter writes slowly, or not at all: kernel machines and nearest neighbours.

Both are matrix products over stored rows. The ONNX operators of their own compute them row by row; as products they
run on the processor's vector units.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from models.errors import GestureError
from models.gesture.classifier import OUTPUT_NAME
from trainer.graphs.features_graph import FEATURES_NAME, GraphBuilder, finish

SMALLEST_DISTANCE = 1e-6


class GraphError(GestureError):
    """An estimator with a setting that has no graph."""


def calibrated_svc_graph(fitted: SVC, slope: float, sharpness: float, columns: int) -> onnx.ModelProto:
    """Write a support vector classifier with probabilities.

    They are those of :class:`trainer.recognition.calibration.CalibratedScores`.

    Parameters
    ----------
    fitted
        The classifier.
    slope, sharpness
        The two numbers of the calibration.
    columns
        Length of a feature row.

    Raises
    ------
    GraphError
        When the kernel has no graph.
    """
    graph = GraphBuilder()
    classes = len(fitted.classes_)
    weights, offsets = _pairwise_weights(fitted)
    # Large coefficients of opposite signs cancel: float32 would move probabilities by 1e-3 (measured with C=100).
    columns_exactly = graph.add("Cast", FEATURES_NAME, to=TensorProto.DOUBLE)
    if fitted.kernel == "linear":
        plain = graph.constant(np.asarray(fitted.support_vectors_, np.float64).T @ weights)
        summed = graph.add("MatMul", columns_exactly, plain)
    else:
        summed = graph.add("MatMul", _kernel(graph, fitted, columns_exactly), _in_double(graph, weights))
    exact_margins = graph.add("Add", summed, graph.constant(offsets))
    margins = graph.add("Cast", exact_margins, to=TensorProto.FLOAT)
    margins = graph.add("Mul", margins, graph.constant(float(slope)))
    # log(sigmoid(m)) = -softplus(-m), which no margin however large overflows.
    for_first = graph.add("Softplus", graph.add("Neg", margins))
    for_second = graph.add("Softplus", margins)
    pairs = offsets.shape[1]
    members = np.zeros((2, pairs, classes), np.float32)
    first, second = np.triu_indices(classes, 1)
    members[0, np.arange(pairs), first] = members[1, np.arange(pairs), second] = -sharpness
    scores = graph.add(
        "Add",
        graph.add("MatMul", for_first, graph.constant(members[0])),
        graph.add("MatMul", for_second, graph.constant(members[1])),
    )
    graph.add("Softmax", scores, output=OUTPUT_NAME, axis=1)
    return finish(graph, columns, classes)


def _in_double(graph: GraphBuilder, value: NDArray[np.floating]) -> str:
    """Store float32, half the bytes, and compute in double; the cast is done once, when the file is loaded."""
    return graph.add("Cast", graph.constant(value.astype(np.float32)), to=TensorProto.DOUBLE)


def _kernel(graph: GraphBuilder, fitted: SVC, columns: str) -> str:
    vectors = np.asarray(fitted.support_vectors_, np.float64)
    gamma = graph.constant(np.array(fitted._gamma, np.float64))  # noqa: SLF001 - the number behind "scale" has no public name
    products = graph.add("MatMul", columns, _in_double(graph, np.ascontiguousarray(vectors.T)))
    if fitted.kernel == "rbf":
        lengths = graph.reduce("ReduceSum", graph.add("Mul", columns, columns))
        own = graph.constant((vectors**2).sum(axis=1)[None])
        doubled = graph.add("Mul", products, graph.constant(np.array(2.0)))
        distances = graph.add("Sub", graph.add("Add", lengths, own), doubled)
        return graph.add("Exp", graph.add("Neg", graph.add("Mul", distances, gamma)))
    shifted = graph.add("Add", graph.add("Mul", products, gamma), graph.constant(np.array(float(fitted.coef0))))
    if fitted.kernel == "poly":
        return graph.add("Pow", shifted, graph.constant(np.array(float(fitted.degree))))
    if fitted.kernel == "sigmoid":
        return graph.add("Tanh", shifted)
    raise GraphError(
        f"A support vector classifier with the kernel {fitted.kernel!r} has no graph. Use linear, poly, rbf or sigmoid."
    )


def _pairwise_weights(fitted: SVC) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spread libsvm's packed coefficients into ``(vectors, pairs)`` weights and ``(1, pairs)`` offsets."""
    packed = np.asarray(fitted.dual_coef_)
    offsets = np.asarray(fitted.intercept_, np.float64)
    classes = len(fitted.classes_)
    if classes == 2:
        # scikit-learn turns the sign of both for two classes; the first class is the positive one here.
        return -packed.T, -offsets[None]
    ends = np.cumsum(fitted.n_support_)
    parts = [slice(end - count, end) for end, count in zip(ends, fitted.n_support_, strict=True)]
    weights = np.zeros((packed.shape[1], classes * (classes - 1) // 2))
    for pair, (first, second) in enumerate(zip(*np.triu_indices(classes, 1), strict=True)):
        weights[parts[first], pair] = packed[second - 1, parts[first]]
        weights[parts[second], pair] = packed[first, parts[second]]
    return weights, offsets[None]


def nearest_neighbours_graph(fitted: KNeighborsClassifier, columns: int) -> onnx.ModelProto:
    """Write a nearest-neighbour classifier with Euclidean distances as one product and one search.

    Parameters
    ----------
    fitted
        The classifier, weights ``uniform`` or ``distance``.
    columns
        Length of a feature row.

    Raises
    ------
    GraphError
        When the distance or the weights have no graph.
    """
    euclidean = fitted.effective_metric_ == "euclidean"
    if not euclidean or fitted.weights not in {"uniform", "distance"}:
        raise GraphError(
            "Nearest neighbours have a graph for Euclidean distances and weights 'uniform' or 'distance', but these are"
            f" {fitted.effective_metric_} and {fitted.weights!r}."
        )
    graph = GraphBuilder()
    stored = np.asarray(fitted._fit_X, np.float32)  # noqa: SLF001 - the stored rows have no public name
    classes = len(fitted.classes_)
    own = (stored.astype(np.float64) ** 2).sum(axis=1).astype(np.float32)[None]
    doubled = np.ascontiguousarray(-2 * stored.T)
    # The length of the row itself is the same for all neighbours: left out of the search.
    distances = graph.add("Add", graph.add("MatMul", FEATURES_NAME, graph.constant(doubled)), graph.constant(own))
    nearest, places = f"nearest_{len(graph.nodes)}", f"places_{len(graph.nodes)}"
    count = graph.constant([int(fitted.n_neighbors)])
    graph.nodes.append(helper.make_node("TopK", [distances, count], [nearest, places], axis=1, largest=0))
    members = np.eye(classes, dtype=np.float32)[np.asarray(fitted._y)]  # noqa: SLF001 - as above
    votes = graph.add("Gather", graph.constant(members), places, axis=0)
    if fitted.weights == "distance":
        lengths = graph.reduce("ReduceSum", graph.add("Mul", FEATURES_NAME, FEATURES_NAME))
        square = graph.add("Max", graph.add("Add", nearest, lengths), graph.constant(SMALLEST_DISTANCE))
        weights = graph.add("Reciprocal", graph.add("Sqrt", square))
        votes = graph.add("Mul", votes, graph.add("Unsqueeze", weights, graph.constant([2])))
    summed = graph.add("ReduceSum", votes, graph.constant([1]), keepdims=0)
    total = graph.reduce("ReduceSum", summed)
    graph.add("Div", summed, total, output=OUTPUT_NAME)
    return finish(graph, columns, classes)
