"""Fits the prior: a small mixture of normal distributions for each class."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Mixture, Prior, prior_coordinates

GESTURE_COMPONENTS = 4
NO_GESTURE_COMPONENTS = 16
LEAST_ROWS_A_COMPONENT = 50
"""Fewer hands in a component would describe single people instead of a gesture."""
UNLIKELIEST_SHARE = 0.02
"""Left out before the last fit: mostly failed detections and wrong labels."""
FLOOR = 1e-5
"""Added to the variances, in squared hand sizes: noise of 0.3 % of the hand."""


def fit_prior(rows: NDArray[np.float32], labels: NDArray[np.str_], seed: int = 0) -> Prior:
    """Describe each class by a mixture of normal distributions.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)``.
    labels
        ``(N,)``; all classes get :data:`GESTURE_COMPONENTS` distributions, ``no_gesture``, which is no one shape,
        :data:`NO_GESTURE_COMPONENTS`, fewer where rows are few.
    seed
        Of the mixtures' starting points.
    """
    return Prior(
        {str(label): _fit(prior_coordinates(rows[labels == label]), str(label), seed) for label in np.unique(labels)}
    )


def _fit(coordinates: NDArray[np.float64], label: str, seed: int) -> Mixture:
    wanted = NO_GESTURE_COMPONENTS if label == NO_GESTURE else GESTURE_COMPONENTS
    count = max(1, min(wanted, len(coordinates) // LEAST_ROWS_A_COMPONENT))
    first = _mixture(coordinates, count, seed)
    likelihood = first.score_samples(coordinates)
    final = _mixture(coordinates[likelihood >= np.quantile(likelihood, UNLIKELIEST_SHARE)], count, seed)
    return Mixture(final.weights_, final.means_, np.linalg.cholesky(final.covariances_))


def _mixture(coordinates: NDArray[np.float64], count: int, seed: int) -> GaussianMixture:
    mixture = GaussianMixture(count, covariance_type="full", reg_covar=FLOOR, random_state=seed)
    # Matrices this small are slower on several threads than on one.
    with warnings.catch_warnings(), threadpool_limits(1):
        # Where the search stops hardly matters to draws.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(coordinates)
