"""How right a model is, how sure, and how well it says that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.classifier import GestureClassifier, ModelInfo
from models.gesture.decision import decide
from models.gesture.gestures import NO_GESTURE
from models.hand.landmarks import Hand
from trainer.dataset import Dataset
from trainer.measuring.intervals import Interval, bootstrap, macro_f1_interval, share_interval
from trainer.measuring.metrics import Weights, confusion, ece, log_loss, places

NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model says of many pictures, or of many rows, each taken for a picture with one hand.

    Attributes
    ----------
    truth
        ``(N,)`` true names; those that are no gesture of the model are negatives.
    answers
        ``(N,)`` names of accepted gestures, or ``none``.
    found
        ``(N,)`` whether there was a hand.
    probabilities
        ``(N, classes)`` of the hand that gave the answer, or else of the one nearest to giving one; NaN without a hand.
    groups
        ``(N,)`` persons or takes for the bootstrap, "" where not known.
    unreadable
        Pictures that could not be read; they are not among the N.
    """

    truth: NDArray[np.str_]
    answers: NDArray[np.str_]
    found: NDArray[np.bool_]
    probabilities: NDArray[np.float32]
    groups: NDArray[np.str_]
    unreadable: int = 0


def answer_pictures(
    classifier: GestureClassifier, pictures: Iterable[tuple[str, list[Hand] | None]], threshold: float | None = None
) -> Answers:
    """Let a model answer pictures whose hands were found.

    Parameters
    ----------
    classifier
        The model.
    pictures
        True name and hands of each; None instead of hands where the picture could not be read.
    threshold
        Probability from which a gesture is accepted; the model's own by default.
    """
    limit = classifier.info.threshold if threshold is None else threshold
    truth, answers, found, rows = [], [], [], []
    unreadable = 0
    nothing = np.full(len(classifier.labels), np.nan, np.float32)
    for name, hands in pictures:
        if hands is None:
            unreadable += 1
            continue
        truth.append(name)
        found.append(bool(hands))
        if not hands:
            answers.append(NONE)
            rows.append(nothing)
            continue
        probabilities = classifier.predict(np.stack([hand.row for hand in hands]))
        decisions = [decide(each, classifier.labels, limit) for each in probabilities]
        best = max(
            range(len(hands)), key=lambda place: (decisions[place].label is not None, decisions[place].confidence)
        )
        answers.append(decisions[best].label or NONE)
        rows.append(probabilities[best])
    return Answers(
        np.array(truth, str),
        np.array(answers, str),
        np.array(found, bool),
        np.array(rows, np.float32).reshape(len(truth), len(classifier.labels)),
        np.full(len(truth), ""),
        unreadable,
    )


def answer_rows(classifier: GestureClassifier, data: Dataset, threshold: float | None = None) -> Answers:
    """Let a model answer the rows of a data set.

    Parameters
    ----------
    classifier
        The model.
    data
        The rows; ``no_gesture`` and labels that the model does not know are negatives.
    threshold
        Probability from which a gesture is accepted; the model's own by default.
    """
    probabilities = classifier.predict(data.rows)
    limit = classifier.info.threshold if threshold is None else threshold
    answers = accepted(probabilities, classifier.labels, limit)
    return Answers(data.labels, answers, np.ones(len(data), bool), probabilities, data.groups)


def accepted(probabilities: NDArray[np.floating], labels: Sequence[str], threshold: float) -> NDArray[np.str_]:
    """Decide many hands at once as :func:`models.gesture.decision.decide` does one: names, or ``none``."""
    best = probabilities.argmax(axis=1)
    names = np.array([NONE if label == NO_GESTURE else label for label in labels])
    return np.where(probabilities.max(axis=1, initial=0) >= threshold, names[best], NONE)


def evaluate(answers: Answers, info: ModelInfo, name: str, draws: int = 1000) -> dict[str, Any]:
    """Score answers by the keys of ``gesture-train evaluate``.

    Intervals are of 95 %: of shares Wilson's, of other scores by bootstrap; where persons or takes are known, whole
    groups are drawn for all of them (see :mod:`trainer.measuring.intervals`).

    Parameters
    ----------
    answers
        What the model said.
    info
        Of the model.
    name
        What the model is called.
    draws
        Bootstrap samples for the intervals.

    Returns
    -------
    dict
        Ready for JSON; scores without any picture to score are None.
    """
    names = [*info.gestures, NONE]
    truth = places(answers.truth, names)
    truth[truth < 0] = len(names) - 1
    given = places(answers.answers, names)
    positive = truth < len(names) - 1
    seen = positive & answers.found
    negative_seen = ~positive & answers.found
    counts = confusion(truth, given, len(names))
    intervals = _scores(answers, info, truth, given, draws)
    right = truth == given
    return {
        "model": name,
        "images": len(truth),
        "gesture_images": int(positive.sum()),
        "hands_found": int(seen.sum()),
        **{key: _number(interval.value) for key, interval in intervals.items()},
        "negative_images": int((~positive).sum()),
        "negatives_with_hand": int(negative_seen.sum()),
        "unreadable": answers.unreadable,
        "per_class": {
            label: {
                "images": int((truth == place).sum()),
                "found": int((seen & (truth == place)).sum()),
                "correct": int((right & (truth == place)).sum()),
            }
            for place, label in enumerate(names[:-1])
        },
        "confusion": counts.astype(int).tolist(),
        "labels": names,
        "intervals": {key: [_number(interval.low), _number(interval.high)] for key, interval in intervals.items()},
    }


def _scores(
    answers: Answers, info: ModelInfo, truth: NDArray[np.intp], given: NDArray[np.intp], draws: int
) -> dict[str, Interval]:
    positive = truth < len(info.gestures)
    seen = positive & answers.found
    negative = ~positive & answers.found
    class_truth, probabilities = _probability_truth(answers, info)

    def drawn(statistic: Callable[[NDArray[np.bool_], Weights], float], of: NDArray[np.bool_]) -> Interval:
        return bootstrap(lambda weights: statistic(of, weights), answers.groups[of], draws)

    def mean_f1(of: NDArray[np.bool_]) -> Interval:
        return macro_f1_interval(truth[of], given[of], len(info.gestures) + 1, answers.groups[of], draws)

    def share(hits: NDArray[np.bool_], of: NDArray[np.bool_]) -> Interval:
        return share_interval(hits[of], answers.groups[of])

    right, refused, found = truth == given, given == len(info.gestures), answers.found
    return {
        "accuracy_found": share(right, seen),
        "accuracy_all": share(right, positive),
        "macro_f1_found": mean_f1(seen),
        "macro_f1": mean_f1(positive),
        "log_loss": drawn(lambda of, weights: log_loss(probabilities[of], class_truth[of], weights), found),
        "ece": drawn(lambda of, weights: ece(probabilities[of], class_truth[of], weights), found),
        "negatives_rejected": share(refused, negative),
    }


def _probability_truth(answers: Answers, info: ModelInfo) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Give true class places and probabilities; a model without ``no_gesture`` gives it probability 0."""
    labels, probabilities = info.labels, answers.probabilities
    if NO_GESTURE not in labels:
        labels = (*labels, NO_GESTURE)
        probabilities = np.column_stack([probabilities, np.zeros(len(probabilities), np.float32)])
    truth = places(answers.truth, labels)
    truth[truth < 0] = labels.index(NO_GESTURE)
    return truth, probabilities


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)
