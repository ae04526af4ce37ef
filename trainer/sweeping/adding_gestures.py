"""Train recorded gestures together with the prior, so that what the model knew stays known."""

from __future__ import annotations

import numpy as np
from sklearn.pipeline import Pipeline

from models.gesture.features import features
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from trainer.recognition.guard_calibration import calibrate
from trainer.recognition.recogniser_training import Names, Recipe, Rows, pipeline_of, train_recogniser
from trainer.shipping import PRIOR_DRAWS, PRIOR_NO_GESTURE_DRAWS, made_unknown

SHORT = Recipe(passes=15)
HELD_EVERY = 6
"""Every so many drawn hands calibrate instead of training; recorded ones are few and all train."""


def train_with_prior(
    rows: Rows, labels: Names, prior: Prior | None = None, recipe: Recipe = SHORT, seed: int = 0
) -> Pipeline:
    """Train on draws from the prior and on recorded hands.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)`` of recorded hands; 40 of a gesture are enough.
    labels
        ``(N,)``: new gestures, or ones the prior knows.
    prior
        The shipped one by default.
    recipe
        How.
    seed
        Of all randomness.

    Returns
    -------
    Pipeline
        Raw rows in; calibrated, and ready for :func:`trainer.publish.export_onnx`.
    """
    known = Prior.load() if prior is None else prior
    rng = np.random.default_rng([seed, 5])
    counts = {label: PRIOR_NO_GESTURE_DRAWS if label == NO_GESTURE else PRIOR_DRAWS for label in known.labels}
    drawn = np.concatenate([known.draw(label, count, rng) for label, count in counts.items()])
    names = np.repeat(list(counts), list(counts.values()))
    held = np.arange(len(drawn)) % HELD_EVERY == 0
    trained_rows = np.concatenate([drawn[~held], rows])
    trained_names = np.concatenate([names[~held], np.asarray(labels).astype(str)])
    model = train_recogniser(trained_rows, trained_names, recipe, seed)
    unknown = made_unknown(drawn[held], names[held], seed)
    calibrate(model, features(drawn[held]), names[held], features(unknown))
    return pipeline_of(model)
