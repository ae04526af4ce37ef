"""Probabilities for classifiers that only have scores, at the cost of one number or two fitted on held-out rows."""

from __future__ import annotations

from typing import cast

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from models.errors import GestureError
from trainer.graphs.estimator_graphs import calibrated_svc_graph

MOST_HELD_OUT_ROWS = 3000
SLOPES = (1.0, 2.0, 4.0, 8.0)


class CalibrationError(GestureError):
    """Scores that cannot become probabilities."""


class CalibratedScores(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A support vector classifier with probabilities.

    A support vector classifier decides between each two classes. Its margin becomes the probability of one against the
    other by a logistic function of one common slope (Platt 1999, with the offset left out because the margins are
    centred already); a class's score is the sum of the logarithms over its rivals, and a temperature (Guo et al. 2017)
    turns scores into probabilities. Two numbers are fitted in all, so a few hundred held-out rows are enough and the
    cross-validation that scikit-learn's own calibration needs, five times the cost of a fit, is not.

    Parameters
    ----------
    estimator
        An SVC of any kernel, not fitted.
    seed
        Decides which rows are held out by :meth:`fit`.
    """

    def __init__(self, estimator: SVC | None = None, seed: int = 0) -> None:
        self.estimator = estimator
        self.seed = seed

    def fit(self, columns: ArrayLike, labels: ArrayLike) -> CalibratedScores:
        """Fit once on half of the rows to find the two numbers, then on all of them.

        The half costs about a quarter of a whole fit, kernel machines being quadratic in the rows.
        """
        rows, names = np.asarray(columns, np.float32), np.asarray(labels)
        base = self.estimator if self.estimator is not None else SVC()
        first, second, first_names, second_names = train_test_split(
            rows, names, test_size=0.5, stratify=names, random_state=self.seed
        )
        trial = clone(base).fit(first, first_names)
        self._calibrate(trial, second[:MOST_HELD_OUT_ROWS], second_names[:MOST_HELD_OUT_ROWS])
        return self._adopt(clone(base).fit(rows, names))

    @classmethod
    def around(cls, fitted: SVC, columns: ArrayLike, labels: ArrayLike) -> CalibratedScores:
        """Give probabilities to a classifier that is fitted already.

        Parameters
        ----------
        fitted
            The classifier; it is copied only shallowly.
        columns, labels
            Feature rows and names that it was not fitted on, such as the validation part.
        """
        made = cls(clone(fitted))
        rows, names = np.asarray(columns, np.float32), np.asarray(labels)
        made._calibrate(fitted, rows[:MOST_HELD_OUT_ROWS], names[:MOST_HELD_OUT_ROWS])
        return made._adopt(fitted)

    def _adopt(self, fitted: SVC) -> CalibratedScores:
        self.estimator_ = fitted.set_params(decision_function_shape="ovo")
        self.classes_ = fitted.classes_
        self.n_features_in_ = fitted.n_features_in_
        return self

    def _calibrate(self, fitted: SVC, rows: NDArray[np.float32], names: NDArray[np.str_]) -> None:
        margins = pairwise_margins(fitted, rows)
        known = np.isin(names, fitted.classes_)
        if known.sum() < 2:
            raise CalibrationError(
                f"Calibration needs held-out rows of the classifier's own classes, but {int(known.sum())} came."
                " Hold out more rows."
            )
        truth = np.searchsorted(fitted.classes_, names[known])
        margins = margins[known]

        def loss(logarithm: float, scores: NDArray[np.float64]) -> float:
            sharpened = log_softmax(np.exp(logarithm) * scores, axis=1)
            return float(-sharpened[np.arange(len(truth)), truth].mean())

        # One slope after another: steep slopes and small temperatures can stand in for each other, which leads a search
        # in both at once astray.
        best = np.inf
        for slope in SLOPES:
            scores = pairwise_scores(margins, slope, len(fitted.classes_))
            found = minimize_scalar(loss, args=(scores,), bounds=(-4, 4), method="bounded", options={"xatol": 0.01})
            if found.fun < best:
                best, self.slope_, self.sharpness_ = float(found.fun), slope, float(np.exp(found.x))

    def predict_proba(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Give probabilities ``(N, classes)``."""
        margins = pairwise_margins(self.estimator_, np.asarray(columns, np.float32))
        scores = pairwise_scores(margins, self.slope_, len(self.classes_))
        return softmax(self.sharpness_ * scores, axis=1)

    def predict(self, columns: ArrayLike) -> NDArray[np.str_]:
        """Give the likeliest class of each row."""
        return cast("NDArray[np.str_]", self.classes_[self.predict_proba(columns).argmax(axis=1)])

    def onnx_graph(self, columns: int) -> onnx.ModelProto:
        """Write the graph from features to probabilities, for :func:`trainer.publish.export_onnx`."""
        return calibrated_svc_graph(self.estimator_, self.slope_, self.sharpness_, columns)


def pairwise_margins(fitted: SVC, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the margins ``(N, classes * (classes - 1) / 2)`` of each two classes, positive for the first of the two."""
    shape = fitted.decision_function_shape
    try:
        margins = np.asarray(fitted.set_params(decision_function_shape="ovo").decision_function(rows))
    finally:
        fitted.set_params(decision_function_shape=shape)
    # With two classes scikit-learn gives one column, positive for the second class.
    return -margins[:, None] if margins.ndim == 1 else margins


def pairwise_scores(margins: NDArray[np.float64], slope: float, classes: int) -> NDArray[np.float64]:
    """Sum the logarithms of each class's probabilities against its rivals, ``(N, classes)``."""
    scores = np.zeros((len(margins), classes))
    for place, (first, second) in enumerate(zip(*np.triu_indices(classes, 1), strict=True)):
        scores[:, first] += log_expit(slope * margins[:, place])
        scores[:, second] += log_expit(-slope * margins[:, place])
    return scores
