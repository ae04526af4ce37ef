"""From a fitted classifier to one that the app can trust: with probabilities, and with an answer for unknown hands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from models.gesture.classifier import CurvePoint
from models.gesture.gestures import NO_GESTURE
from trainer.features_step import HandFeatures
from trainer.recognition.augmentation import augment
from trainer.recognition.calibration import CalibratedScores
from trainer.recognition.guard import Guarded
from trainer.recognition.guard_calibration import calibrate
from trainer.recognition.unknown import UnknownError, UnknownHands, made_unknown
from trainer.sweeping.judged_rows import Judged

UNKNOWN_HANDS = 500
"""Of either kind, see :func:`trainer.recognition.unknown.made_unknown`."""
GESTURES_LOST = 0.002
"""Share of validation gestures that the threshold may refuse beyond those that are refused without one; of hands in
other pictures it refuses about three times as many."""
SEED = 0


def completed(fitted: Pipeline, judged: Judged) -> Pipeline:
    """Give a pipeline probabilities where it has none, and a guard where it knows ``no_gesture``.

    Parameters
    ----------
    fitted
        Features first, then what was fitted on feature rows.
    judged
        Hands of the training part, for the guard, and of the validation part, which both are calibrated on.
    """
    step: HandFeatures = fitted[0]
    held = step.transform(judged.held_rows)
    inner = Pipeline(fitted.steps[1:]) if len(fitted.steps) > 2 else fitted[-1]
    if isinstance(fitted[-1], SVC):
        inner = CalibratedScores.around(fitted[-1], held, judged.held_labels)
    elif NO_GESTURE not in fitted.classes_:
        return fitted
    if NO_GESTURE in fitted.classes_:
        rng = np.random.default_rng(SEED)
        # Twice the hands: the distributions must hold the variations, too.
        known = np.concatenate([judged.known_rows, augment(judged.known_rows, rng)])
        labels = np.concatenate([judged.known_labels, judged.known_labels])
        guarded = Guarded().adopt(inner, step.transform(known), labels)
        inner = calibrate(guarded, held, judged.held_labels, step.transform(_unknown(judged, rng)))
    return Pipeline([fitted.steps[0], (fitted.steps[-1][0], inner)])


def operating_threshold(curve: Sequence[CurvePoint]) -> float:
    """Choose the highest threshold that refuses hardly more gestures than none would.

    Parameters
    ----------
    curve
        By rising threshold, the first of them 0.
    """
    most = curve[0].false_reject + GESTURES_LOST
    return max(point.threshold for point in curve if point.false_reject <= most)


def _unknown(judged: Judged, rng: np.random.Generator) -> NDArray[np.float32]:
    """Make hands that are no gesture of those of the validation part; none where that cannot be."""
    gestures = judged.held_labels != NO_GESTURE
    try:
        maker = UnknownHands(judged.held_rows[gestures], judged.held_labels[gestures])
    except UnknownError:
        return judged.held_rows[:0]
    return made_unknown(maker, UNKNOWN_HANDS, rng)
