"""The features once more, as ONNX nodes, so that a model file takes raw rows and needs no code beside it.

A single hand is worth a few thousand multiplications; what its answer costs is the number of nodes and of different
operators, above all when the caches were taken by others meanwhile: each operator's code is fetched anew. So x and y go
through the same nodes side by side, what is linear (differences, sums of pairs, signs) is a product with a constant
matrix, and factors that are the same for all hands are put into the matrices.
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
SUM_AXES_ARE_INPUTS = 13
"""Operator set from which the axes of a sum are an input."""
OFFSETS_ARE_OPTIONAL = 11
"""Operator set from which ``Gemm`` may be a product alone."""
SIZE = math.sqrt(LANDMARK_COUNT)
"""Length of the 42 coordinates of a hand whose points lie 1 from their middle (root mean square)."""
SUM_FACTOR = 64
"""More than the 42 numbers whose sizes are added up: divided by this first, no sum of finite numbers is infinite."""
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
        if self.opset < (SUM_AXES_ARE_INPUTS if operation == "ReduceSum" else AXES_ARE_INPUTS):
            return self.add(operation, value, keepdims=1, axes=[1])
        return self.add(operation, value, self.constant([1]), keepdims=1)

    def clip(self, value: str, most: float) -> str:
        """Hold numbers within ``-most`` and ``most``."""
        if self.opset < BOUNDS_ARE_INPUTS:
            return self.add("Clip", value, min=-most, max=most)
        return self.add("Clip", value, self.constant(-most), self.constant(most))

    def product(self, value: str, matrix: NDArray[np.floating]) -> str:
        """Multiply rows by a constant matrix ``(columns, new columns)``."""
        operation = "MatMul" if self.opset < OFFSETS_ARE_OPTIONAL else "Gemm"  # which is there anyway
        return self.add(operation, value, self.constant(matrix.astype(np.float32)))

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

    Sums are made in another order, so that the two differ by rounding: some 1e-6 for hands, up to 1e-4 where many
    points coincide.

    Parameters
    ----------
    recipe
        As in :func:`models.gesture.features.features`.
    opset
        Operator set to write for: that of the estimator's graph which comes behind.
    """
    graph = GraphBuilder(opset)
    (_geometry if recipe == "geometry" else _notebook)(graph)
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


def _geometry(graph: GraphBuilder) -> None:
    centring = np.eye(LANDMARK_COUNT) - 1 / LANDMARK_COUNT
    # Hands of any size are divided by the sum of their numbers before these are squared.
    points = graph.add("LpNormalization", _from_wrist(graph, 1 / SUM_FACTOR), axis=1, p=1)
    # Of length 1, where the reference's root mean square is 1: SIZE makes up for it in what comes behind.
    shape = graph.add("LpNormalization", graph.product(points, _for_both(centring)), axis=1, p=2)
    linear = np.concatenate([_for_both(LAYOUT.difference_matrix()), _outline_terms()], axis=1)
    differences = graph.product(shape, SIZE * linear)
    squares = graph.add("Mul", differences, differences)
    outline = graph.product(squares, _outline_of_squares())
    length = _soft_length(graph, squares)
    unit = graph.add("Div", differences, graph.take(length, _own_lengths()))
    every = graph.add("Concat", shape, length, unit, _cosines_and_sines(graph, unit), outline, axis=1)
    graph.add("Mul", graph.take(every, _chosen()), _scales(graph, outline), output=FEATURES_NAME)


def _from_wrist(graph: GraphBuilder, factor: float = 1.0) -> str:
    """Give the coordinates from the wrist, exactly 0 where points coincide: all of x, then all of y."""
    x_then_y = [3 * place + axis for axis in (0, 1) for place in range(LANDMARK_COUNT)]
    to_wrist = np.eye(LANDMARK_COUNT)
    to_wrist[0] -= 1
    return graph.product(graph.take(INPUT_NAME, x_then_y), factor * _for_both(to_wrist))


def _outline_terms() -> NDArray[np.float64]:
    """Give the matrix ``(42, 20)`` of what :func:`_outline_of_squares` needs besides the differences.

    The outline is half the sum of ``x y' - x' y`` from point to point, and ``4 a b = (a + b)² - (a - b)²``: all squares
    are taken in one node.
    """
    picked = np.eye(2 * LANDMARK_COUNT)
    own, following = list(PALM_OUTLINE), [*PALM_OUTLINE[1:], PALM_OUTLINE[0]]
    x, y = picked[:, own], picked[:, [LANDMARK_COUNT + place for place in own]]
    next_x, next_y = picked[:, following], picked[:, [LANDMARK_COUNT + place for place in following]]
    return np.concatenate([x + next_y, next_x - y, x - next_y, next_x + y], axis=1)


def _outline_of_squares() -> NDArray[np.float64]:
    """Give the matrix ``(132, 1)`` from all squares to the palm's outline over what its side is cut at."""
    signs = np.repeat([1, 1, -1, -1], len(PALM_OUTLINE))
    return np.concatenate([np.zeros(2 * len(LAYOUT.pairs)), signs / (8 * EDGE_ON_BAND)])[:, np.newaxis]


def _own_lengths() -> list[int]:
    """Give which length each of the differences is divided by; the outline's terms, which nobody reads, by any."""
    pairs = list(range(len(LAYOUT.pairs)))
    return [*pairs, *pairs, *([0] * 4 * len(PALM_OUTLINE))]


def _soft_length(graph: GraphBuilder, squares: str) -> str:
    pairs = len(LAYOUT.pairs)
    summed = np.concatenate([np.eye(pairs), np.eye(pairs), np.zeros((4 * len(PALM_OUTLINE), pairs))])
    softness = graph.constant(np.full(pairs, SOFT_LENGTH**2, np.float32))
    return graph.add("Sqrt", graph.add("Gemm", squares, graph.constant(summed.astype(np.float32)), softness))


def _cosines_and_sines(graph: GraphBuilder, unit: str) -> str:
    """Give the cosines and sines of all angles from all pairs' ux then uy."""
    pairs, count = len(LAYOUT.pairs), len(LAYOUT.angles)
    ax, bx = np.array(LAYOUT.angles).T
    ay, by = ax + pairs, bx + pairs
    first = graph.take(unit, np.concatenate([ax, ay, ax, ay]))
    second = graph.take(unit, np.concatenate([bx, by, by, bx]))
    one, none = np.eye(count), np.zeros((count, count))
    sums = np.block([[one, none], [one, none], [none, one], [none, -one]])
    return graph.product(graph.add("Mul", first, second), sums)


def _chosen() -> list[int]:
    """Give where each feature stands behind coordinates, lengths, unit vectors, cosines, sines and outline."""
    coordinates, pairs, directed = 2 * LANDMARK_COUNT, len(LAYOUT.pairs), LAYOUT.directed
    units = coordinates + pairs
    angles = units + 2 * pairs + 4 * len(PALM_OUTLINE)
    return [
        *range(coordinates),
        *range(units, units + directed),
        *range(units + pairs, units + pairs + directed),
        *range(coordinates, coordinates + pairs),
        *range(angles, angles + 2 * len(LAYOUT.angles) + 1),
    ]


def _scales(graph: GraphBuilder, outline: str) -> str:
    """Give what every number is multiplied by: its unit, and the smooth side where a mirror changes its sign.

    The smooth side is ``1.5 side - 0.5 side³``.
    """
    powers = graph.add("Pow", graph.clip(outline, 1.0), graph.constant(np.array([1, 3], np.float32)))
    counts = (LANDMARK_COUNT, LANDMARK_COUNT, LAYOUT.directed, LAYOUT.directed, len(LAYOUT.pairs))
    angles = len(LAYOUT.angles)
    turned = np.repeat(np.array([1, 0, 1, 0, 0, 0, 1, 1]), [*counts, angles, angles, 1])
    units = np.ones(len(turned))
    units[: 2 * LANDMARK_COUNT], units[-1] = SIZE, EDGE_ON_BAND
    sides = graph.constant((np.array([[1.5], [-0.5]]) * turned * units).astype(np.float32))
    straight = graph.constant(((1 - turned) * units).astype(np.float32))
    return graph.add("Gemm", powers, sides, straight)


def _notebook(graph: GraphBuilder) -> None:
    points = _from_wrist(graph)
    extent = graph.add("Max", graph.reduce("ReduceMax", graph.add("Abs", points)), graph.constant(TINY))
    points = graph.add("Div", points, extent)
    tip = FINGERS["middle"][3]
    reach = graph.take(points, [tip, LANDMARK_COUNT + tip])
    length = graph.add("Sqrt", graph.reduce("ReduceSumSquare", reach))
    fingers = [place for place in range(2 * LANDMARK_COUNT) if place % LANDMARK_COUNT]
    scale = graph.add("Max", length, graph.constant(1e-6))
    graph.add("Div", graph.take(points, fingers), scale, output=FEATURES_NAME)
