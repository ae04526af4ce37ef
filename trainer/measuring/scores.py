"""All scores of one model on labelled hands, for tables, reports and MLflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from trainer.measuring import metrics


class ScoreError(GestureError):
    """Answers that cannot be scored."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How well one model answered. Averages are over the classes that occur in the truth.

    Attributes
    ----------
    labels
        Classes, in the order of ``counts``.
    counts
        Confusion matrix ``(classes, classes)``: a row a true class, a column an answer.
    precision, recall, f1
        ``(classes,)``; 0 where a class was never answered, NaN where it does not occur.
    log_loss, ece
        None where the model gives no probabilities.
    """

    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    log_loss: float | None = None
    ece: float | None = None

    @property
    def support(self) -> NDArray[np.int64]:
        """Hands of each class, ``(classes,)``."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(np.trace(self.counts) / self.counts.sum())

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes."""
        return self._mean(self.f1)

    @property
    def macro_precision(self) -> float:
        """Mean precision of the classes."""
        return self._mean(self.precision)

    @property
    def macro_recall(self) -> float:
        """Mean recall of the classes."""
        return self._mean(self.recall)

    def _mean(self, values: NDArray[np.float64]) -> float:
        return float(values[self.support > 0].mean())

    def _weighted(self, values: NDArray[np.float64]) -> float:
        return float(np.average(np.nan_to_num(values), weights=self.support))

    def to_metrics(self) -> dict[str, float]:
        """Give every number by the name it has in MLflow; those of one class as ``f1/like``."""
        found = {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "macro_precision": self.macro_precision,
            "macro_recall": self.macro_recall,
            "weighted_f1": self._weighted(self.f1),
            "weighted_precision": self._weighted(self.precision),
            "weighted_recall": self._weighted(self.recall),
        }
        found |= {name: value for name, value in (("log_loss", self.log_loss), ("ece", self.ece)) if value is not None}
        for place in np.flatnonzero(self.support):
            for name, values in (("precision", self.precision), ("recall", self.recall), ("f1", self.f1)):
                found[f"{name}/{metric_name(self.labels[place])}"] = float(values[place])
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give what the confusion matrix file holds."""
        return {"labels": list(self.labels), "counts": self.counts.tolist()}

    def report(self) -> str:
        """Write the classification report as a text table."""
        width = max(len(label) for label in (*self.labels, "weighted"))
        numbers = self.to_metrics()
        total = int(self.support.sum())
        lines = [
            f"{'':{width}}  precision  recall      f1   hands",
            *(
                f"{self.labels[place]:{width}}  {self.precision[place]:9.4f}  {self.recall[place]:6.4f}"
                f"  {self.f1[place]:6.4f}  {self.support[place]:6d}"
                for place in np.flatnonzero(self.support)
            ),
            *(
                f"{kind:{width}}  {numbers[f'{kind}_precision']:9.4f}  {numbers[f'{kind}_recall']:6.4f}"
                f"  {numbers[f'{kind}_f1']:6.4f}  {total:6d}"
                for kind in ("macro", "weighted")
            ),
        ]
        lines.append(f"{'accuracy':{width}}  {'':9}  {'':6}  {self.accuracy:6.4f}  {total:6d}")
        return "\n".join(lines) + "\n"


def score(
    truth: Sequence[str] | NDArray[np.str_],
    answers: Sequence[str] | NDArray[np.str_],
    probabilities: NDArray[np.floating] | None = None,
    labels: Sequence[str] | None = None,
) -> Scores:
    """Score answers.

    Parameters
    ----------
    truth, answers
        ``(N,)`` names.
    probabilities
        ``(N, classes)`` in the order of ``labels``; without them there is no log loss and no calibration error.
    labels
        The model's classes; those that occur, sorted, by default. True classes that the model does not know come after.

    Raises
    ------
    ScoreError
        When there is nothing to score, or the lengths differ.
    """
    if not len(truth) or len(truth) != len(answers):
        raise ScoreError(
            f"Scores need as many answers as true labels and at least one, but {len(answers)} and {len(truth)} came."
        )
    occurring = sorted({*map(str, truth), *map(str, answers)})
    known = tuple(map(str, labels)) if labels is not None else tuple(occurring)
    every = (*known, *(label for label in occurring if label not in known))
    true_places, answer_places = metrics.places(truth, every), metrics.places(answers, every)
    counts = metrics.confusion(true_places, answer_places, len(every))
    log_loss = ece = None
    if probabilities is not None:
        padded = np.zeros((len(truth), len(every)))
        padded[:, : probabilities.shape[1]] = probabilities
        log_loss = metrics.log_loss(padded, true_places)
        ece = metrics.ece(padded, true_places)
    hit, answered, support = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    return Scores(
        every,
        counts.astype(np.int64),
        _share(hit, answered, support),
        _share(hit, support, support),
        _share(2 * hit, answered + support, support),
        log_loss,
        ece,
    )


def metric_name(label: str) -> str:
    """Give the label in the letters that MLflow allows in a metric's name."""
    return "".join(sign if sign.isalnum() or sign in "_-. " else "_" for sign in label)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64], support: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return np.where(support > 0, values, np.nan)
