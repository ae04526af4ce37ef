"""ONNX graphs of forests: each leaf holds only the classes that it saw.

The converter writes every class into every leaf: a forest of 200 deep trees then takes 78 MB and half a gigabyte of
memory. Most leaves saw a single class.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from models.gesture.classifier import OUTPUT_NAME
from trainer.graphs.features_graph import FEATURES_NAME, OPSET

ML_DOMAIN, ML_OPSET = "ai.onnx.ml", 3
NO_CHILD = -1
Forest: TypeAlias = RandomForestClassifier | ExtraTreesClassifier


def forest_graph(fitted: Forest, columns: int) -> onnx.ModelProto:
    """Write a forest: the mean of its trees' leaf shares.

    Parameters
    ----------
    fitted
        The forest; it was fitted on float32.
    columns
        Length of a feature row.
    """
    classes = len(fitted.classes_)
    trees = [tree.tree_ for tree in fitted.estimators_]
    counts = np.array([tree.node_count for tree in trees])
    left = np.concatenate([tree.children_left for tree in trees])
    right = np.concatenate([tree.children_right for tree in trees])
    leaf = left == NO_CHILD
    owner = np.repeat(np.arange(len(trees)), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    shares = np.concatenate([tree.value[:, 0, :] for tree in trees])
    shares /= shares.sum(axis=1, keepdims=True) * len(trees)
    # With two classes the runtime takes a leaf with one share for another kind of vote, so both are written.
    at, of = np.nonzero(leaf[:, None] & ((shares > 0) | (classes == 2)))
    node = helper.make_node(
        "TreeEnsembleClassifier",
        [FEATURES_NAME],
        ["label", OUTPUT_NAME],
        domain=ML_DOMAIN,
        post_transform="NONE",
        classlabels_int64s=list(range(classes)),
    )
    node.attribute.extend(
        [
            _whole("nodes_treeids", owner),
            _whole("nodes_nodeids", number),
            _words("nodes_modes", np.where(leaf, "LEAF", "BRANCH_LEQ")),
            _whole("nodes_featureids", np.where(leaf, 0, np.concatenate([tree.feature for tree in trees]))),
            _real("nodes_values", _not_above(np.where(leaf, 0.0, np.concatenate([tree.threshold for tree in trees])))),
            _whole("nodes_truenodeids", np.where(leaf, 0, left)),
            _whole("nodes_falsenodeids", np.where(leaf, 0, right)),
            _whole("class_treeids", owner[at]),
            _whole("class_nodeids", number[at]),
            _whole("class_ids", of),
            _real("class_weights", shares[at, of]),
        ]
    )
    graph = helper.make_graph(
        [node],
        "estimator",
        [helper.make_tensor_value_info(FEATURES_NAME, TensorProto.FLOAT, [None, columns])],
        [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, [None, classes])],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML_DOMAIN, ML_OPSET)]
    return helper.make_model(graph, opset_imports=opsets)


# ONNX's own helper looks at the type of every number, which takes longer than all the rest.
def _whole(name: str, values: NDArray[np.integer]) -> onnx.AttributeProto:
    return onnx.AttributeProto(name=name, type=onnx.AttributeProto.INTS, ints=values.tolist())


def _real(name: str, values: NDArray[np.floating]) -> onnx.AttributeProto:
    return onnx.AttributeProto(name=name, type=onnx.AttributeProto.FLOATS, floats=values.astype(np.float32).tolist())


def _words(name: str, values: NDArray[np.str_]) -> onnx.AttributeProto:
    return onnx.AttributeProto(
        name=name, type=onnx.AttributeProto.STRINGS, strings=np.char.encode(values, "ascii").tolist()
    )


def _not_above(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round down: for float32 numbers ``x <= threshold`` then holds exactly when it did for the float64 threshold."""
    rounded = thresholds.astype(np.float32)
    below = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded > thresholds, below, rounded)
