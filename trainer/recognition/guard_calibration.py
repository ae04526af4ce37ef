"""Fits how cautious and how sure of itself a guarded classifier is, on hands it was not trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from models.gesture.classifier import CurvePoint
from models.gesture.gestures import NO_GESTURE
from trainer.measuring.metrics import places
from trainer.recognition.guard import Guarded

THRESHOLDS = tuple(
    float(value) for value in np.round(np.concatenate([np.arange(0, 0.96, 0.05), [0.97, 0.98, 0.99]]), 2)
)
SHARES = (0.7, 0.15, 0.15)
"""How much gestures, relaxed hands (``no_gesture``) and unknown shapes count, whatever their numbers."""


def calibrate(
    guarded: Guarded,
    columns: NDArray[np.float32],
    labels: NDArray[np.str_],
    unknown: NDArray[np.float32],
) -> Guarded:
    """Set ``caution`` and ``sharpness`` so that the probabilities fit held-out hands best (least log loss).

    Parameters
    ----------
    guarded
        Fitted; it is changed and given back.
    columns
        Feature rows ``(N, F)`` that it was not trained on.
    labels
        ``(N,)``, ``no_gesture`` among them.
    unknown
        Feature rows of hands that are no gesture and that it was not trained on either.
    """
    rows = np.concatenate([columns, unknown])
    names = np.concatenate([np.asarray(labels).astype(str), np.full(len(unknown), NO_GESTURE)])
    truth = places(names, [str(label) for label in guarded.classes_])
    kind = np.where(names != NO_GESTURE, 0, 1)
    kind[len(labels) :] = 2
    counts = np.bincount(kind, minlength=3)
    weights = np.array(SHARES)[kind] / counts[kind]
    weights /= weights.sum()
    scores = guarded.scores(rows)
    nothing = guarded.classes_ == NO_GESTURE
    scores[:, nothing] += guarded.caution

    def loss(values: NDArray[np.float64]) -> float:
        caution, sharpness = values[0], np.exp(values[1])
        moved = sharpness * (scores - np.where(nothing, caution, 0.0))
        return float(-(weights * log_softmax(moved, axis=1)[np.arange(len(truth)), truth]).sum())

    found = minimize(loss, [guarded.caution, 0.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    guarded.caution, guarded.sharpness = float(found.x[0]), float(np.exp(found.x[1]))
    return guarded


def rejection_curve(
    probabilities: NDArray[np.floating], labels: NDArray[np.str_], classes: tuple[str, ...]
) -> tuple[CurvePoint, ...]:
    """Give what thresholds do: wrongly accepted hands that are no gesture, and wrongly refused gestures.

    Parameters
    ----------
    probabilities
        ``(N, classes)``.
    labels
        ``(N,)``; what is none of the classes' gestures should be refused.
    classes
        Names of the classes.
    """
    gestures = np.isin(labels, [label for label in classes if label != NO_GESTURE])
    best = probabilities.argmax(axis=1)
    confidence = np.where(np.array(classes)[best] == NO_GESTURE, -1.0, probabilities.max(axis=1))
    return tuple(
        CurvePoint(threshold, _share(confidence[~gestures] >= threshold), _share(confidence[gestures] < threshold))
        for threshold in THRESHOLDS
    )


def _share(condition: NDArray[np.bool_]) -> float:
    return float(condition.mean()) if len(condition) else 0.0
