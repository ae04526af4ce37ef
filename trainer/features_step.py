"""The scikit-learn step around the features. Saved pipelines name this module: it does not move."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from models.gesture.features import FEATURE_COUNT, FEATURES_VERSION, FeatureError, Recipe, features


class HandFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """First step of every pipeline: raw rows ``(N, 63)`` in, feature rows ``(N, F)`` float32 out.

    Parameters
    ----------
    recipe
        ``geometry`` or ``notebook``, see :func:`models.gesture.features.features`.
    """

    def __init__(self, recipe: Recipe = "geometry") -> None:
        self.recipe = recipe

    def fit(self, rows: ArrayLike, labels: ArrayLike | None = None) -> HandFeatures:  # noqa: ARG002 - scikit-learn's signature
        """Check the recipe; there is nothing to learn.

        Raises
        ------
        FeatureError
            When there is no such recipe.
        """
        if self.recipe not in FEATURE_COUNT:
            raise FeatureError(f"There is no feature recipe {self.recipe!r}; there are {' and '.join(FEATURE_COUNT)}.")
        self.n_features_in_ = 63
        self.features_version_ = FEATURES_VERSION
        return self

    def transform(self, rows: ArrayLike) -> NDArray[np.float32]:
        """Make the features; rows may be anything that becomes a float array, such as a data frame."""
        return features(np.asarray(rows, np.float32), self.recipe)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:  # noqa: ARG002 - as above
        """Name the columns by recipe and place."""
        return np.array([f"{self.recipe}_{place}" for place in range(FEATURE_COUNT[self.recipe])], dtype=object)
