"""A small neural network, trained in numpy on data that is made anew for every pass.

scikit-learn's network takes one fixed table. Here every pass over the data may bring other variations of each hand and
other hands that are no gesture, which is worth more than any setting of the network (docs/recognition.md). Several
networks are trained at once on the same batches from different starting points and their probabilities averaged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import cast

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin

from models.gesture.classifier import OUTPUT_NAME
from trainer.graphs.features_graph import FEATURES_NAME, GraphBuilder, finish

Floats = NDArray[np.float32]
Pass = Callable[[int, np.random.Generator], tuple[Floats, NDArray[np.intp]]]
"""From the number of a pass and a source of randomness to feature rows ``(N, F)`` and class places ``(N,)``."""

SMALLEST_SPREAD = 1e-3
WARM_UP_PASSES = 1.0
MOMENTUM, SECOND_MOMENTUM = 0.9, 0.99


class HandNetwork(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An ensemble of multilayer perceptrons with rectified units.

    Parameters
    ----------
    hidden
        Units of the hidden layers.
    members
        Networks whose probabilities are averaged.
    passes
        How often the data is gone through.
    batch
        Rows a step.
    rate
        Largest learning rate; it falls to zero along a cosine.
    decay
        Share of every weight lost a step, as a multiple of the learning rate.
    dropout
        Share of hidden units left out of a step.
    seed
        Of starting points, batches and dropout.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter
        self,
        *,
        hidden: tuple[int, ...] = (384, 192),
        members: int = 1,
        passes: int = 30,
        batch: int = 256,
        rate: float = 2e-3,
        decay: float = 0.1,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.members = members
        self.passes = passes
        self.batch = batch
        self.rate = rate
        self.decay = decay
        self.dropout = dropout
        self.seed = seed

    def fit(self, columns: ArrayLike, labels: ArrayLike) -> HandNetwork:
        """Train on one table of feature rows."""
        rows = np.asarray(columns, np.float32)
        classes, places = np.unique(np.asarray(labels), return_inverse=True)
        return self.fit_passes(lambda _pass, _rng: (rows, places), classes)

    def fit_passes(
        self, make: Pass, classes: NDArray[np.str_], report: Callable[[int, int], None] | None = None
    ) -> HandNetwork:
        """Train on what each pass brings.

        Parameters
        ----------
        make
            Makes a pass.
        classes
            Names in the order of the places.
        report
            Told ``(passes done, passes)`` after each.
        """
        rng = np.random.default_rng(self.seed)
        rows, places = make(0, rng)
        self.classes_ = np.asarray(classes)
        self.n_features_in_ = rows.shape[1]
        self.mean_ = rows.mean(axis=0)
        self.spread_ = rows.std(axis=0) + np.float32(SMALLEST_SPREAD)
        sizes = (rows.shape[1], *self.hidden, len(classes))
        weights = [
            rng.normal(0, np.sqrt(2 / inputs), (self.members, inputs, outputs)).astype(np.float32)
            for inputs, outputs in itertools.pairwise(sizes)
        ]
        offsets = [np.zeros((self.members, 1, outputs), np.float32) for outputs in sizes[1:]]
        optimiser = _Optimiser(weights, offsets, self.decay)
        for number in range(self.passes):
            if number:
                rows, places = make(number, rng)
            scaled = (rows - self.mean_) / self.spread_
            steps = len(scaled) // self.batch
            order = rng.permutation(len(scaled))
            for step in range(steps):
                chosen = order[step * self.batch : (step + 1) * self.batch]
                done = number + step / steps
                rate = self.rate * min(1.0, (done + 1 / steps) / WARM_UP_PASSES)
                rate *= 0.5 * (1 + np.cos(np.pi * done / self.passes))
                optimiser.step(*self._gradients(weights, offsets, scaled[chosen], places[chosen], rng), rate)
            if report is not None:
                report(number + 1, self.passes)
        self.weights_, self.offsets_ = weights, offsets
        return self

    def _gradients(
        self,
        weights: list[Floats],
        offsets: list[Floats],
        rows: Floats,
        places: NDArray[np.intp],
        rng: np.random.Generator,
    ) -> tuple[list[Floats], list[Floats]]:
        """Give the gradients of the mean cross-entropy of one batch by back-propagation."""
        inputs = [np.broadcast_to(rows, (self.members, *rows.shape))]
        kept: list[Floats] = []
        last = len(weights) - 1
        value = inputs[0]
        for layer, (weight, offset) in enumerate(zip(weights, offsets, strict=True)):
            value = np.matmul(value, weight) + offset
            if layer < last:
                # A unit passes where it is positive and not dropped; the same factor serves on the way back.
                passing = (value > 0) * np.float32(1 / (1 - self.dropout))
                if self.dropout:
                    passing *= rng.random(value.shape, np.float32) >= self.dropout
                value = value * passing
                kept.append(passing)
                inputs.append(value)
        slope = softmax(value, axis=-1)
        slope[:, np.arange(len(places)), places] -= 1
        slope /= len(places)
        of_weights: list[Floats] = []
        of_offsets: list[Floats] = []
        for layer in range(last, -1, -1):
            of_weights.insert(0, np.matmul(inputs[layer].transpose(0, 2, 1), slope))
            of_offsets.insert(0, slope.sum(axis=1, keepdims=True))
            if layer:
                slope = np.matmul(slope, weights[layer].transpose(0, 2, 1)) * kept[layer - 1]
        return of_weights, of_offsets

    def predict_proba(self, columns: ArrayLike) -> Floats:
        """Give probabilities ``(N, classes)``, the mean over the members."""
        value = (np.asarray(columns, np.float32) - self.mean_) / self.spread_
        value = np.broadcast_to(value, (self.members, *value.shape))
        last = len(self.weights_) - 1
        for layer, (weight, offset) in enumerate(zip(self.weights_, self.offsets_, strict=True)):
            value = np.matmul(value, weight) + offset
            if layer < last:
                value = np.maximum(value, 0)
        return cast("Floats", softmax(value, axis=-1).mean(axis=0))

    def predict(self, columns: ArrayLike) -> NDArray[np.str_]:
        """Give the likeliest class of each row."""
        return cast("NDArray[np.str_]", self.classes_[self.predict_proba(columns).argmax(axis=1)])

    def onnx_graph(self, columns: int) -> onnx.ModelProto:
        """Write the graph from features to probabilities, for :func:`trainer.publish.export_onnx`."""
        graph = GraphBuilder()
        # The scaling disappears into the first layer.
        first = self.weights_[0] / self.spread_[:, None]
        shifted = self.offsets_[0] - np.matmul(self.mean_[None, None], first)
        answers = []
        for member in range(self.members):
            value = graph.add("Gemm", FEATURES_NAME, graph.constant(first[member]), graph.constant(shifted[member, 0]))
            for weight, offset in zip(self.weights_[1:], self.offsets_[1:], strict=True):
                value = graph.add("Relu", value)
                value = graph.add("Gemm", value, graph.constant(weight[member]), graph.constant(offset[member, 0]))
            answers.append(graph.add("Softmax", value, axis=1, output=OUTPUT_NAME if self.members == 1 else None))
        if self.members > 1:
            graph.add("Mul", graph.add("Sum", *answers), graph.constant(1.0 / self.members), output=OUTPUT_NAME)
        return finish(graph, columns, len(self.classes_))


class _Optimiser:
    """Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019, "AdamW").

    Parameters
    ----------
    weights, offsets
        Changed in place; only weights decay.
    decay
        Share lost a step, as a multiple of the learning rate.
    """

    def __init__(self, weights: list[Floats], offsets: list[Floats], decay: float) -> None:
        self._values = [*weights, *offsets]
        self._decaying = len(weights)
        self._decay = decay
        self._means = [np.zeros_like(value) for value in self._values]
        self._squares = [np.zeros_like(value) for value in self._values]
        self._steps = 0

    def step(self, of_weights: list[Floats], of_offsets: list[Floats], rate: float) -> None:
        """Take one step."""
        self._steps += 1
        first = np.float32(rate / (1 - MOMENTUM**self._steps))
        second = np.float32(1 / (1 - SECOND_MOMENTUM**self._steps))
        for number, (value, gradient) in enumerate(zip(self._values, [*of_weights, *of_offsets], strict=True)):
            mean, square = self._means[number], self._squares[number]
            mean += np.float32(1 - MOMENTUM) * (gradient - mean)
            square += np.float32(1 - SECOND_MOMENTUM) * (gradient * gradient - square)
            if number < self._decaying:
                np.multiply(value, np.float32(1 - rate * self._decay), out=value)
            np.subtract(value, first * mean / (np.sqrt(square * second) + np.float32(1e-8)), out=value)
