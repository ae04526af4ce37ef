"""Scores of answers and of probabilities, and how sure one may be of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Statistic = Callable[[Weights], float]
SMALLEST_PROBABILITY = 1e-7


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


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


def accuracy(truth: NDArray[np.intp], answers: NDArray[np.intp], weights: Weights | None = None) -> float:
    """Share of right answers; NaN without rows."""
    right = (truth == answers).astype(np.float64)
    if not len(right):
        return float("nan")
    return float(np.average(right, weights=weights))


def f1_by_class(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give F1 for each class of a confusion matrix; NaN for a class that neither occurs nor is answered."""
    hit = np.diag(counts)
    both = counts.sum(axis=0) + counts.sum(axis=1)
    scores: NDArray[np.float64] = np.divide(2 * hit, both, out=np.full(len(hit), np.nan), where=both > 0)
    return scores


def macro_f1(
    truth: NDArray[np.intp],
    answers: NDArray[np.intp],
    classes: int,
    weights: Weights | None = None,
    of: NDArray[np.intp] | None = None,
) -> float:
    """Mean F1 over classes.

    Parameters
    ----------
    truth, answers, classes, weights
        As in :func:`confusion`.
    of
        The classes to average over; those that occur in ``truth`` by default.
    """
    scores = f1_by_class(confusion(truth, answers, classes, weights))
    chosen = np.unique(truth) if of is None else of
    return float(np.nan_to_num(scores[chosen]).mean()) if len(chosen) else float("nan")


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


def bootstrap(
    statistic: Statistic,
    groups: Sequence[str] | NDArray[np.str_],
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Give a score and its percentile bootstrap interval, drawing whole groups with replacement.

    Parameters
    ----------
    statistic
        From weights ``(N,)``, how often each row was drawn, to a score.
    groups
        ``(N,)`` names of persons, sessions or takes; rows named "" stand for themselves.
    draws
        Number of bootstrap samples.
    seed
        Of the random numbers.
    level
        Share of the samples inside the interval.
    """
    member = group_numbers(groups)
    if not len(member):
        return Interval(float("nan"), float("nan"), float("nan"))
    count = int(member.max()) + 1
    rng = np.random.default_rng(seed)
    scores = []
    for _ in range(draws):
        weights = np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)[member]
        # A draw of a few groups may hold no row at all that a score looks at.
        scores.append(statistic(weights) if weights.any() else np.nan)
    tail = 50 * (1 - level)
    kept = np.array(scores)[np.isfinite(scores)]
    low, high = np.percentile(kept, [tail, 100 - tail]) if len(kept) else (np.nan, np.nan)
    return Interval(statistic(np.ones(len(member))), float(low), float(high))


def group_numbers(groups: Sequence[str] | NDArray[np.str_]) -> NDArray[np.intp]:
    """Give each group a number from 0; every row named "" gets a number of its own."""
    names = np.asarray(groups, str)
    alone = names == ""
    _, numbers = np.unique(names[~alone], return_inverse=True)
    result = np.empty(len(names), np.intp)
    result[~alone] = numbers
    first = int(numbers.max()) + 1 if len(numbers) else 0
    result[alone] = first + np.arange(alone.sum())
    return result
