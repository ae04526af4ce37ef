"""How sure one may be of a score: 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from trainer.measuring.metrics import Weights, macro_f1

Statistic = Callable[[Weights], float]
Names = Sequence[str] | NDArray[np.str_]
LEVEL = 0.95
DEVIATIONS = float(ndtri((1 + LEVEL) / 2))
"""Standard deviations of a normal distribution on either side that hold :data:`LEVEL` of it."""
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its interval."""

    value: float
    low: float
    high: float


NOTHING = Interval(float("nan"), float("nan"), float("nan"))


def wilson(share: float, count: int, level: float = LEVEL) -> Interval:
    """Give the interval of a share of independent answers.

    It is never a single point: 20 of 20 right gives 0.84 to 1.00, where a bootstrap, which can only draw what was seen,
    gives 1.00 to 1.00 (Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference"; recommended
    by Brown, Cai and DasGupta 2001, "Interval Estimation for a Binomial Proportion").

    Parameters
    ----------
    share
        Of ``count``, 0 to 1.
    count
        How many answers there were.
    level
        Share of repetitions whose interval would hold the true share.
    """
    if not count:
        return NOTHING
    z2 = float(ndtri((1 + level) / 2)) ** 2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    reach = np.sqrt(z2 * (share * (1 - share) / count + z2 / (4 * count**2))) / (1 + z2 / count)
    # At 0 and 1 rounding would put the limit beside the share itself.
    return Interval(share, float(min(max(middle - reach, 0.0), share)), float(max(min(middle + reach, 1.0), share)))


def share_interval(hits: NDArray[np.bool_], groups: Names) -> Interval:
    """Give the share of hits and its interval.

    Rows that each stand for themselves get Wilson's interval. Rows of one person or take are alike, so where there are
    groups, whole groups are drawn by :func:`bootstrap`; where that finds no spread, because all groups did equally well
    or there is only one, it is Wilson's again, with each group for one answer.

    Parameters
    ----------
    hits
        ``(N,)``.
    groups
        ``(N,)`` names of persons, sessions or takes, "" for rows on their own.
    """
    if not len(hits):
        return NOTHING
    share, count = float(hits.mean()), int(group_numbers(groups).max()) + 1
    if count == len(hits):
        return wilson(share, count)
    drawn = bootstrap(lambda weights: float(np.average(hits, weights=weights)), groups)
    return drawn if drawn.low < drawn.high else wilson(share, count)


def mean_share_interval(hits: NDArray[np.bool_], classes: NDArray[np.intp], groups: Names) -> Interval:
    """Give the mean over classes of the share of hits, and its interval from those of the classes.

    The distances of the classes' limits from their shares add up as squares (Zou and Donner 2008, "Construction of
    Confidence Limits about Effect Measures: A General Approach").

    Parameters
    ----------
    hits, groups
        As in :func:`share_interval`.
    classes
        ``(N,)`` class of each row.
    """
    if not len(hits):
        return NOTHING
    names = np.asarray(groups, str)
    each = [share_interval(hits[classes == number], names[classes == number]) for number in np.unique(classes)]
    value = float(np.mean([one.value for one in each]))
    below = np.sqrt(sum((one.value - one.low) ** 2 for one in each)) / len(each)
    above = np.sqrt(sum((one.high - one.value) ** 2 for one in each)) / len(each)
    return Interval(value, max(float(value - below), 0.0), min(float(value + above), 1.0))


def macro_f1_interval(  # noqa: PLR0913, PLR0917 - what a score needs, and how it is drawn
    truth: NDArray[np.intp],
    answers: NDArray[np.intp],
    classes: int,
    groups: Names,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """Give macro F1 and its interval: by :func:`bootstrap`, except where that finds no spread.

    Draws of right answers alone say nothing of the wrong ones to come, nor do draws of one group. The interval then is
    that of the mean share of right answers, :func:`mean_share_interval`.

    Parameters
    ----------
    truth, answers, classes
        As in :func:`trainer.measuring.metrics.macro_f1`.
    groups, draws, seed
        As in :func:`bootstrap`.
    """
    drawn = bootstrap(lambda weights: macro_f1(truth, answers, classes, weights), groups, draws, seed)
    if drawn.low < drawn.high or not len(truth):
        return drawn
    shares = mean_share_interval(truth == answers, truth, groups)
    return Interval(drawn.value, min(shares.low, drawn.value), max(shares.high, drawn.value))


def bootstrap(
    statistic: Statistic,
    groups: Names,
    draws: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
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
        return NOTHING
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


def group_numbers(groups: Names) -> NDArray[np.intp]:
    """Give each group a number from 0; every row named "" gets a number of its own."""
    names = np.asarray(groups, str)
    alone = names == ""
    _, numbers = np.unique(names[~alone], return_inverse=True)
    result = np.empty(len(names), np.intp)
    result[~alone] = numbers
    first = int(numbers.max()) + 1 if len(numbers) else 0
    result[alone] = first + np.arange(alone.sum())
    return result
