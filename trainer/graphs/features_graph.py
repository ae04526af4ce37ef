"""The features once more, as ONNX nodes, so that a model file takes raw rows and needs no code beside it."""

from __future__ import annotations

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

    def add(self, operation: str, *inputs: str, output: str | None = None, **attributes: int | list[int]) -> str:
        """Append one node."""
        name = output or f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], None, None, None, None, **attributes))
        return name

    def take(self, value: str, columns: Sequence[int] | NDArray[np.intp]) -> str:
        """Pick columns."""
        return self.add("Gather", value, self.constant(np.asarray(columns, np.int64)), axis=1)

    def reduce(self, operation: str, value: str) -> str:
        """Reduce the columns to one."""
        if operation != "ReduceSum" and self.opset < AXES_ARE_INPUTS:
            return self.add(operation, value, keepdims=1, axes=[1])
        return self.add(operation, value, self.constant([1]), keepdims=1)

    def graft(self, model: onnx.ModelProto, value: str, prefix: str) -> str:
        """Append another graph with one input and one output, fed with a value of this one; give its output."""
        renamed = compose.add_prefix(model, prefix)
        self.nodes.append(helper.make_node("Identity", [value], [renamed.graph.input[0].name]))
        self.nodes.extend(renamed.graph.node)
        self.constants.extend(renamed.graph.initializer)
        return str(renamed.graph.output[-1].name)

    def hypotenuse_squared(self, x: str, y: str) -> str:
        """Give x² + y²."""
        return self.add("Add", self.add("Mul", x, x), self.add("Mul", y, y))


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
    """Make the graph of one recipe: ``rows (N, 63)`` to ``features (N, F)``, the same numbers as the numpy reference.

    Parameters
    ----------
    recipe
        As in :func:`models.gesture.features.features`.
    opset
        Operator set to write for: that of the estimator's graph which comes behind.
    """
    graph = GraphBuilder(opset)
    x, y = (_centred_on_wrist(graph, axis) for axis in (0, 1))
    extent = graph.add(
        "Max",
        graph.reduce("ReduceMax", graph.add("Abs", x)),
        graph.reduce("ReduceMax", graph.add("Abs", y)),
        graph.constant(TINY),
    )
    x, y = (graph.add("Div", value, extent) for value in (x, y))
    parts = _geometry(graph, x, y) if recipe == "geometry" else _notebook(graph, x, y)
    graph.add("Concat", *parts, output=FEATURES_NAME, axis=1)
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


def _centred_on_wrist(graph: GraphBuilder, axis: int) -> str:
    value = graph.take(INPUT_NAME, [3 * place + axis for place in range(LANDMARK_COUNT)])
    return graph.add("Sub", value, graph.take(value, [0]))


def _geometry(graph: GraphBuilder, x: str, y: str) -> list[str]:
    x, y = (graph.add("Sub", value, graph.reduce("ReduceMean", value)) for value in (x, y))
    square = graph.reduce("ReduceMean", graph.hypotenuse_squared(x, y))
    size = graph.add("Sqrt", graph.add("Add", square, graph.constant(TINY)))
    x, y = (graph.add("Div", value, size) for value in (x, y))
    outline = _palm_outline(graph, x, y)
    side = _smooth_side(graph, outline)
    differences = graph.constant(LAYOUT.difference_matrix())
    dx, dy = (graph.add("MatMul", value, differences) for value in (x, y))
    softened = graph.add("Add", graph.hypotenuse_squared(dx, dy), graph.constant(float(SOFT_LENGTH**2)))
    length = graph.add("Sqrt", softened)
    ux, uy = (graph.add("Div", value, length) for value in (dx, dy))
    first, second = ([pair[place] for pair in LAYOUT.angles] for place in (0, 1))
    ax, ay = graph.take(ux, first), graph.take(uy, first)
    bx, by = graph.take(ux, second), graph.take(uy, second)
    cosine = graph.add("Add", graph.add("Mul", ax, bx), graph.add("Mul", ay, by))
    sine = graph.add("Sub", graph.add("Mul", ax, by), graph.add("Mul", ay, bx))
    directed = list(range(LAYOUT.directed))
    return [
        graph.add("Mul", x, side),
        y,
        graph.add("Mul", graph.take(ux, directed), side),
        graph.take(uy, directed),
        length,
        cosine,
        graph.add("Mul", sine, side),
        graph.add("Mul", outline, side),
    ]


def _palm_outline(graph: GraphBuilder, x: str, y: str) -> str:
    following = [*PALM_OUTLINE[1:], PALM_OUTLINE[0]]
    forward = graph.add("Mul", graph.take(x, PALM_OUTLINE), graph.take(y, following))
    backward = graph.add("Mul", graph.take(x, following), graph.take(y, PALM_OUTLINE))
    doubled = graph.reduce("ReduceSum", graph.add("Sub", forward, backward))
    return graph.add("Mul", doubled, graph.constant(0.5))


def _smooth_side(graph: GraphBuilder, outline: str) -> str:
    share = graph.add("Div", outline, graph.constant(EDGE_ON_BAND))
    side = graph.add("Clip", share, graph.constant(-1.0), graph.constant(1.0))
    square = graph.add("Mul", graph.add("Mul", side, side), graph.constant(0.5))
    return graph.add("Mul", side, graph.add("Sub", graph.constant(1.5), square))


def _notebook(graph: GraphBuilder, x: str, y: str) -> list[str]:
    tip = FINGERS["middle"][3]
    square = graph.hypotenuse_squared(graph.take(x, [tip]), graph.take(y, [tip]))
    scale = graph.add("Max", graph.add("Sqrt", square), graph.constant(1e-6))
    fingers = list(range(1, LANDMARK_COUNT))
    return [graph.add("Div", graph.take(value, fingers), scale) for value in (x, y)]
