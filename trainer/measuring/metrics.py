"""Scores of answers and of probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
SMALLEST_PROBABILITY = 1e-7


def places(names: Sequence[str] | NDArray[np.str_], labels: Sequence[str]) -> NDArray[np.intp]:
    """Give the place of each name among the labels, -1 where it is none of them."""
    order = {label: place for place, label in enumerate(labels)}
    return np.array([order.get(str(name), -1) for name in names], np.intp)


def confusion(
    truth: NDArray[np.intp], answers: NDArray[np.intp], classes: int, weights: Weights | None = None
) -> NDArray[np.float64]:
    """Count answers: ``(classes, classes)``, a row a true class, a column an answer.

    Parameters
    ----------
    truth, answers
        ``(N,)`` class places, 0 to ``classes - 1``.
    classes
        How many classes there are.
    weights
        ``(N,)``, one each by default.
    """
    cells = truth * classes + answers
    return np.bincount(cells, weights, minlength=classes * classes).astype(np.float64).reshape(classes, classes)


def f1_by_class(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give F1 for each class of a confusion matrix; NaN for a class that neither occurs nor is answered."""
    hit = np.diag(counts)
    both = counts.sum(axis=0) + counts.sum(axis=1)
    scores: NDArray[np.float64] = np.divide(2 * hit, both, out=np.full(len(hit), np.nan), where=both > 0)
    return scores


def macro_f1(truth: NDArray[np.intp], answers: NDArray[np.intp], classes: int, weights: Weights | None = None) -> float:
    """Mean F1 over the classes that occur in the truth; of weighted rows, those with any weight. NaN without rows.

    Parameters
    ----------
    truth, answers, classes, weights
        As in :func:`confusion`.
    """
    counts = confusion(truth, answers, classes, weights)
    occurring = counts.sum(axis=1) > 0
    return float(f1_by_class(counts)[occurring].mean()) if occurring.any() else float("nan")


def log_loss(probabilities: NDArray[np.floating], truth: NDArray[np.intp], weights: Weights | None = None) -> float:
    """Mean of minus the logarithm of the true class's probability, clipped at 1e-7.

    Parameters
    ----------
    probabilities
        ``(N, classes)``.
    truth
        ``(N,)`` class places.
    weights
        ``(N,)``, one each by default.
    """
    chosen = probabilities[np.arange(len(truth)), truth].astype(np.float64)
    return float(np.average(-np.log(np.clip(chosen, SMALLEST_PROBABILITY, 1.0)), weights=weights))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Hands of about the same confidence: how many, how sure, how often right."""

    count: int
    confidence: float
    accuracy: float


def reliability(
    probabilities: NDArray[np.floating], truth: NDArray[np.intp], bins: int = 15
) -> tuple[ReliabilityBin, ...]:
    """Group hands by their highest probability into bins of equal width; empty bins are left out.

    Parameters
    ----------
    probabilities
        ``(N, classes)``.
    truth
        ``(N,)`` class places.
    bins
        Number of bins; 15 is the usual choice (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    place = np.clip((confidence * bins).astype(np.intp), 0, bins - 1)
    found = []
    for number in range(bins):
        chosen = place == number
        if chosen.any():
            found.append(
                ReliabilityBin(int(chosen.sum()), float(confidence[chosen].mean()), float(right[chosen].mean()))
            )
    return tuple(found)


def ece(
    probabilities: NDArray[np.floating], truth: NDArray[np.intp], weights: Weights | None = None, bins: int = 15
) -> float:
    """Give the expected calibration error: mean distance of confidence and accuracy over bins, weighted by their hands.

    Parameters
    ----------
    probabilities, truth, bins
        As in :func:`reliability`.
    weights
        ``(N,)``, one each by default.
    """
    weight = np.ones(len(truth)) if weights is None else weights
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == truth
    place = np.clip((confidence * bins).astype(np.intp), 0, bins - 1)
    gap = np.bincount(place, weight * (right - confidence), minlength=bins)
    return float(np.abs(gap).sum() / weight.sum())
