"""The features once more, as ONNX nodes, so that a model file takes raw rows and needs no code beside it.

A single hand is worth a few thousand multiplications; what its answer costs is the number of nodes, above all when the
caches were taken by others meanwhile. So x and y go through the same nodes side by side, and what is linear
(differences, sums of pairs, signs) is a product with a constant matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper

from models.gesture.classifier import INPUT_NAME, OUTPUT_NAME, ROW_LENGTH
from models.gesture.features import (
    EDGE_ON_BAND,
    LAYOUT,
    PALM_OUTLINE,
    SOFT_LENGTH,
    TINY,
    Recipe,
)
from models.hand.landmarks import FINGERS, LANDMARK_COUNT

OPSET = 18
AXES_ARE_INPUTS = 18
"""Operator set from which the axes of a reduction are an input (ONNX operator changelog)."""
BOUNDS_ARE_INPUTS = 11
"""Operator set from which the bounds that numbers are held within are inputs."""
SIZES_ARE_INPUTS = 13
"""Operator set from which the sizes of a split, and the axes of a sum, are an input."""
FEATURES_NAME = "features"
ML_DOMAIN = "ai.onnx.ml"


@dataclass(slots=True)
class GraphBuilder:
    """Collects nodes and constants; every method gives the name of the value it makes."""

    opset: int = OPSET
    """Operator set of ONNX itself that the nodes are written for."""
    ml_opset: int | None = None
    """Operator set of ONNX's classic machine learning, where a grafted graph uses it."""
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, value: NDArray[np.generic] | Sequence[int] | float) -> str:
        """Keep an array; a float becomes float32, a list of numbers int64."""
        array = np.asarray(value, np.float32) if isinstance(value, float) else np.asarray(value)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, operation: str, *inputs: str, output: str | None = None, **attributes: float | list[int]) -> str:
        """Append one node."""
        name = output or f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], None, None, None, None, **attributes))
        return name

    def take(self, value: str, columns: Sequence[int] | NDArray[np.intp]) -> str:
        """Pick columns."""
        return self.add("Gather", value, self.constant(np.asarray(columns, np.int64)), axis=1)

    def reduce(self, operation: str, value: str) -> str:
        """Reduce the columns to one."""
        if self.opset < (SIZES_ARE_INPUTS if operation == "ReduceSum" else AXES_ARE_INPUTS):
            return self.add(operation, value, keepdims=1, axes=[1])
        return self.add(operation, value, self.constant([1]), keepdims=1)

    def split(self, value: str, sizes: Sequence[int]) -> list[str]:
        """Cut the columns into pieces that follow each other."""
        names = [f"split_{len(self.nodes)}_{place}" for place in range(len(sizes))]
        if self.opset < SIZES_ARE_INPUTS:
            node = helper.make_node("Split", [value], names, axis=1, split=list(sizes))
        else:
            node = helper.make_node("Split", [value, self.constant(list(sizes))], names, axis=1)
        self.nodes.append(node)
        return names

    def clip(self, value: str, most: float) -> str:
        """Hold numbers within ``-most`` and ``most``."""
        if self.opset < BOUNDS_ARE_INPUTS:
            return self.add("Clip", value, min=-most, max=most)
        return self.add("Clip", value, self.constant(-most), self.constant(most))

    def product(self, value: str, matrix: NDArray[np.floating]) -> str:
        """Multiply rows by a constant matrix ``(columns, new columns)``."""
        return self.add("MatMul", value, self.constant(matrix.astype(np.float32)))

    def graft(self, model: onnx.ModelProto, value: str, prefix: str) -> str:
        """Append another graph with one input and one output, fed with a value of this one; give its output."""
        renamed = compose.add_prefix(model, prefix)
        self.nodes.append(helper.make_node("Identity", [value], [renamed.graph.input[0].name]))
        self.nodes.extend(renamed.graph.node)
        self.constants.extend(renamed.graph.initializer)
        return str(renamed.graph.output[-1].name)


def finish(graph: GraphBuilder, columns: int, classes: int) -> onnx.ModelProto:
    """Wrap the nodes of an estimator into a model from ``features`` to ``probabilities``."""
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "estimator",
            [helper.make_tensor_value_info(FEATURES_NAME, TensorProto.FLOAT, [None, columns])],
            [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, [None, classes])],
            graph.constants,
        ),
        opset_imports=[
            helper.make_opsetid("", graph.opset),
            *([] if graph.ml_opset is None else [helper.make_opsetid(ML_DOMAIN, graph.ml_opset)]),
        ],
    )


def features_graph(recipe: Recipe, opset: int = OPSET) -> onnx.ModelProto:
    """Make the graph of one recipe: ``rows (N, 63)`` to ``features (N, F)``, the numbers of the numpy reference.

    Sums are made in another order, so that the two differ by rounding: 1e-7 for hands, up to 1e-4 where many points
    coincide.

    Parameters
    ----------
    recipe
        As in :func:`models.gesture.features.features`.
    opset
        Operator set to write for: that of the estimator's graph which comes behind.
    """
    graph = GraphBuilder(opset)
    x_then_y = [3 * place + axis for axis in (0, 1) for place in range(LANDMARK_COUNT)]
    to_wrist = np.eye(LANDMARK_COUNT)
    to_wrist[0] -= 1
    points = graph.product(graph.take(INPUT_NAME, x_then_y), _for_both(to_wrist))
    extent = graph.add("Max", graph.reduce("ReduceMax", graph.add("Abs", points)), graph.constant(TINY))
    points = graph.add("Div", points, extent)
    (_geometry if recipe == "geometry" else _notebook)(graph, points)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "features",
            [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, [None, ROW_LENGTH])],
            [helper.make_tensor_value_info(FEATURES_NAME, TensorProto.FLOAT, [None, None])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", opset)],
    )


def _for_both(matrix: NDArray[np.floating]) -> NDArray[np.floating]:
    """Apply the same matrix to the columns of x and to those of y."""
    return np.kron(np.eye(2), matrix)


def _geometry(graph: GraphBuilder, points: str) -> None:
    share = 1 / LANDMARK_COUNT
    means = graph.product(points, _for_both(np.full((LANDMARK_COUNT, LANDMARK_COUNT), share)))
    centred = graph.add("Sub", points, means)
    square = graph.add("Mul", graph.reduce("ReduceSumSquare", centred), graph.constant(share))
    size = graph.add("Sqrt", graph.add("Add", square, graph.constant(TINY)))
    shape = graph.add("Div", centred, size)
    linear = [np.eye(2 * LANDMARK_COUNT), _for_both(LAYOUT.difference_matrix()), *_outline_factors()]
    coordinates, differences, first, second = graph.split(
        graph.product(shape, np.concatenate(linear, axis=1)), [matrix.shape[1] for matrix in linear]
    )
    halves = np.repeat([[0.5], [-0.5]], len(PALM_OUTLINE), axis=0)
    outline = graph.product(graph.add("Mul", first, second), halves)
    length = _soft_length(graph, differences)
    unit = graph.add("Div", differences, graph.add("Concat", length, length, axis=1))
    directions, cosine_and_sine = _directions(graph, unit)
    unsigned = graph.add("Concat", coordinates, directions, length, cosine_and_sine, outline, axis=1)
    graph.add("Mul", unsigned, _signs(graph, outline), output=FEATURES_NAME)


def _outline_factors() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give two matrices ``(42, 10)`` which pick the factors of ``x y' - x' y`` along the palm's outline."""
    picked = np.eye(LANDMARK_COUNT)
    own, following = picked[:, PALM_OUTLINE], picked[:, [*PALM_OUTLINE[1:], PALM_OUTLINE[0]]]
    none = np.zeros_like(own)
    return np.block([[own, following], [none, none]]), np.block([[none, none], [following, own]])


def _soft_length(graph: GraphBuilder, differences: str) -> str:
    pairs = len(LAYOUT.pairs)
    summed = graph.constant(np.tile(np.eye(pairs, dtype=np.float32), (2, 1)))
    softness = graph.constant(np.full(pairs, SOFT_LENGTH**2, np.float32))
    return graph.add("Sqrt", graph.add("Gemm", graph.add("Mul", differences, differences), summed, softness))


def _directions(graph: GraphBuilder, unit: str) -> tuple[str, str]:
    """Give the directed pairs' directions, and cosines and sines of all angles, from all pairs' ux then uy."""
    pairs, count = len(LAYOUT.pairs), len(LAYOUT.angles)
    (ax, bx), directed = np.array(LAYOUT.angles).T, np.arange(LAYOUT.directed)
    ay, by = ax + pairs, bx + pairs
    wanted = np.concatenate([ax, ay, ax, ay, bx, by, by, bx, directed, directed + pairs])
    first, second, directions = graph.split(graph.take(unit, wanted), [4 * count, 4 * count, 2 * LAYOUT.directed])
    one, none = np.eye(count), np.zeros((count, count))
    sums = np.block([[one, none], [one, none], [none, one], [none, -one]])
    return directions, graph.product(graph.add("Mul", first, second), sums)


def _signs(graph: GraphBuilder, outline: str) -> str:
    """Give what every number is multiplied by: the smooth side where a mirror changes its sign, else one.

    With ``k = side / sqrt(2)`` the smooth side ``side (1.5 - side² / 2)`` is ``sqrt(2) k (1.5 - k²)``, a node less.
    """
    root = math.sqrt(2)
    share = graph.add("Mul", outline, graph.constant(1 / (EDGE_ON_BAND * root)))
    k = graph.clip(share, 1 / root)
    smooth = graph.add("Mul", k, graph.add("Sub", graph.constant(1.5), graph.add("Mul", k, k)))
    counts = (LANDMARK_COUNT, LANDMARK_COUNT, LAYOUT.directed, LAYOUT.directed, len(LAYOUT.pairs))
    angles = len(LAYOUT.angles)
    turned = np.repeat(np.array([1, 0, 1, 0, 0, 0, 1, 1], np.float32), [*counts, angles, angles, 1])
    return graph.add("Gemm", smooth, graph.constant(turned[np.newaxis] * np.float32(root)), graph.constant(1 - turned))


def _notebook(graph: GraphBuilder, points: str) -> None:
    tip = FINGERS["middle"][3]
    reach = graph.take(points, [tip, LANDMARK_COUNT + tip])
    length = graph.add("Sqrt", graph.reduce("ReduceSumSquare", reach))
    fingers = [place for place in range(2 * LANDMARK_COUNT) if place % LANDMARK_COUNT]
    scale = graph.add("Max", length, graph.constant(1e-6))
    graph.add("Div", graph.take(points, fingers), scale, output=FEATURES_NAME)
