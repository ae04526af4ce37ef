"""Unknown hands: what lies far from every gesture that was trained is no gesture, whatever a classifier says of it.

A classifier divides all of space among its classes; also where it has never seen a hand it is sure of itself. Beside
any classifier the guard keeps one normal distribution for each gesture, over the coordinates among the features, and
multiplies each gesture's probability by how usual the hand would be for it. ``no_gesture`` is not a shape and keeps its
probability, and a small constant beside it stands for all hands that nobody has seen.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from models.errors import GestureError
from models.gesture.classifier import OUTPUT_NAME
from models.gesture.features import FEATURE_COUNT, GROUPS
from models.gesture.gestures import NO_GESTURE
from trainer.graphs.conversion import estimator_graph
from trainer.graphs.features_graph import FEATURES_NAME, ML_DOMAIN, GraphBuilder, finish

FLOOR = 1e-3
"""Added to the variances, in squared hand sizes: landmarks are not known better than to 3 % of the hand."""
BORROWED_ROWS = 100
"""The covariance all gestures share counts as this many rows of each: few recorded samples lean on it (Friedman 1989,
"Regularized Discriminant Analysis")."""
SMALLEST = 1e-12


class GuardError(GestureError):
    """Classes that a guard cannot stand beside."""


class Guarded(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Any classifier with probabilities, which says ``no_gesture`` of hands unlike those it was trained on.

    The score of gesture c is ``log p_c - strictness * d_c² / coordinates``, d_c being the Mahalanobis distance to the
    gesture's own hands (Lee et al. 2018, "A Simple Unified Framework for Detecting Out-of-Distribution Samples");
    that of ``no_gesture`` is ``log(p + unseen) - caution``. Probabilities are the softmax of the scores times
    ``sharpness``. The last two are what :mod:`trainer.recognition.guard_calibration` fits.

    Parameters
    ----------
    estimator
        The classifier; its classes must hold ``no_gesture``.
    strictness
        How much distance counts.
    unseen
        Weight of hands that nobody has seen.
    caution
        Taken off the score of ``no_gesture``: what distance takes off a usual hand of a gesture, and more where saying
        nothing costs more than a wrong gesture.
    sharpness
        Inverse temperature (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """

    def __init__(
        self,
        estimator: BaseEstimator | None = None,
        *,
        strictness: float = 3.0,
        unseen: float = 0.01,
        caution: float = 4.0,
        sharpness: float = 1.0,
    ) -> None:
        self.estimator = estimator
        self.strictness = strictness
        self.unseen = unseen
        self.caution = caution
        self.sharpness = sharpness

    def fit(self, columns: ArrayLike, labels: ArrayLike) -> Guarded:
        """Fit the classifier and the distributions on the same feature rows."""
        rows, names = np.asarray(columns, np.float32), np.asarray(labels)
        return self.adopt(clone(self.estimator).fit(rows, names), rows, names)

    def adopt(self, fitted: BaseEstimator, columns: ArrayLike, labels: ArrayLike) -> Guarded:
        """Stand beside a classifier that is fitted already.

        Parameters
        ----------
        fitted
            The classifier.
        columns, labels
            Feature rows of the gestures and their names; rows of ``no_gesture`` are passed over.

        Raises
        ------
        GuardError
            When the classifier does not know ``no_gesture``, or a gesture has no rows.
        """
        rows, names = np.asarray(columns, np.float32), np.asarray(labels)
        self.estimator_ = fitted
        self.classes_ = fitted.classes_
        self.n_features_in_ = rows.shape[1]
        if NO_GESTURE not in self.classes_:
            raise GuardError(
                f"A guard needs a class {NO_GESTURE} that takes what is refused, but there are only"
                f" {', '.join(map(str, self.classes_))}. Train with the prior's {NO_GESTURE}, too."
            )
        gestures = [label for label in self.classes_ if label != NO_GESTURE]
        coordinates = rows[:, self._columns].astype(np.float64)
        members = [coordinates[names == gesture] for gesture in gestures]
        if not all(len(own) for own in members):
            missing = [gesture for gesture, own in zip(gestures, members, strict=True) if not len(own)]
            raise GuardError(f"A guard needs hands of every gesture, but there are none of {', '.join(missing)}.")
        self.means_ = np.stack([own.mean(axis=0) for own in members])
        scatters = [(own - mean).T @ (own - mean) for own, mean in zip(members, self.means_, strict=True)]
        shared = np.sum(scatters, axis=0) / sum(map(len, members))
        floor = FLOOR * np.eye(coordinates.shape[1])
        covariances = [
            (scatter + BORROWED_ROWS * shared) / (len(own) + BORROWED_ROWS) + floor
            for scatter, own in zip(scatters, members, strict=True)
        ]
        # With W = L^-T, |(x - m) W|² is the squared Mahalanobis distance.
        self.whitening_ = np.stack([np.linalg.inv(np.linalg.cholesky(each)).T for each in covariances])
        return self

    @property
    def _columns(self) -> slice:
        """The coordinates among the features; all of them where the recipe has nothing else."""
        return GROUPS["coordinates"] if self.n_features_in_ == FEATURE_COUNT["geometry"] else slice(None)

    @property
    def _gestures(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.classes_ != NO_GESTURE)

    def distances(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Give squared Mahalanobis distances over coordinates, ``(N, gestures)``: about 1 for a usual hand."""
        coordinates = np.asarray(columns, np.float32)[:, self._columns].astype(np.float64)
        each = [
            (((coordinates - mean) @ white) ** 2).mean(axis=1)
            for mean, white in zip(self.means_, self.whitening_, strict=True)
        ]
        return np.stack(each, axis=1)

    def scores(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Give the scores ``(N, classes)`` before they are sharpened."""
        return self.weigh(np.asarray(self.estimator_.predict_proba(columns), np.float64), self.distances(columns))

    def weigh(self, probabilities: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the scores from the classifier's probabilities ``(N, classes)`` and :meth:`distances`."""
        floor = np.where(self.classes_ == NO_GESTURE, self.unseen, SMALLEST)
        scores = np.log(probabilities + floor)
        scores[:, self.classes_ == NO_GESTURE] -= self.caution
        scores[:, self._gestures] -= self.strictness * distances
        return cast("NDArray[np.float64]", scores)

    def predict_proba(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Give probabilities ``(N, classes)``."""
        return softmax(self.sharpness * self.scores(columns), axis=1)

    def predict(self, columns: ArrayLike) -> NDArray[np.str_]:
        """Give the likeliest class of each row."""
        return cast("NDArray[np.str_]", self.classes_[self.scores(columns).argmax(axis=1)])

    def onnx_graph(self, columns: int) -> onnx.ModelProto:
        """Write the graph from features to probabilities, for :func:`trainer.publish.export_onnx`."""
        classifier = estimator_graph(self.estimator_, columns)
        versions = {entry.domain: entry.version for entry in classifier.opset_import}
        graph = GraphBuilder(opset=versions[""], ml_opset=versions.get(ML_DOMAIN))
        probabilities = graph.graft(classifier, FEATURES_NAME, "classifier_")
        gestures, size = self.means_.shape
        coordinates = graph.take(FEATURES_NAME, list(range(size)))
        white = np.concatenate(list(self.whitening_), axis=1)
        centres = np.einsum("gi,gij->gj", self.means_, self.whitening_).ravel()
        # Few nodes of few kinds: constants are added as part of products. The column behind the last distance is always
        # 1, so that caution is weighed like a distance.
        white = np.append(white, np.zeros((size, 1)), axis=1).astype(np.float32)
        offsets = np.append(-centres, 1.0).astype(np.float32)
        spread = graph.add("Gemm", coordinates, graph.constant(white), graph.constant(offsets))
        # The mean over each gesture's coordinates, and each gesture's place among the classes, in one product.
        places = np.zeros((gestures * size + 1, len(self.classes_)), np.float32)
        for number, place in enumerate(self._gestures):
            places[number * size : (number + 1) * size, place] = self.strictness / size
        places[-1, self.classes_ == NO_GESTURE] = self.caution
        floor = np.where(self.classes_ == NO_GESTURE, self.unseen, SMALLEST).astype(np.float32)
        as_they_are = graph.constant(np.eye(len(floor), dtype=np.float32))
        logs = graph.add("Log", graph.add("Gemm", probabilities, as_they_are, graph.constant(floor)))
        squared, sharpness = graph.add("Mul", spread, spread), float(self.sharpness)
        scores = graph.add("Gemm", squared, graph.constant(places), logs, alpha=-sharpness, beta=sharpness)
        graph.add("Softmax", scores, output=OUTPUT_NAME, axis=1)
        return finish(graph, columns, len(self.classes_))
