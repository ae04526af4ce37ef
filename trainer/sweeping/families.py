"""The kinds of models that a sweep may try: how each is made, what may be set, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from trainer.recognition.network import HandNetwork

Params = Mapping[str, Any]
Steps = list[tuple[str, Any]]

KERNEL_ROWS = 40_000
"""Rows that a kernel SVM is given at most: its time grows with their square (docs/cost.md)."""
NEIGHBOUR_ROWS = 50_000
"""Rows that nearest neighbours keep at most: each answer looks at all of them."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which values a parameter takes: a test, and the same in words."""

    test: Callable[[object], bool]
    words: str


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of model.

    Attributes
    ----------
    title
        For people.
    make
        From parameters, a seed and the number of training rows to the steps of a pipeline behind the features, the
        classifier last.
    parameters
        What may be set, by scikit-learn's own names.
    cost
        Rough seconds of one fit and score, from parameters and rows; only the order matters (longest first).
    row_cap
        Training rows it is given at most, large classes giving theirs away first; None for all.
    grows
        Parameter along which a fit is continued instead of begun anew: the trees of a small forest are the first trees
        of the larger one with the same seed.
    """

    title: str
    make: Callable[[Params, int, int], Steps]
    parameters: Mapping[str, Allowed]
    cost: Callable[[Params, int], float]
    row_cap: int | None = None
    grows: str | None = None


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def above(low: float) -> Allowed:
    """Take numbers greater than ``low``."""
    return Allowed(lambda value: _number(value) and float(value) > low, f"a number above {low:g}")  # type: ignore[arg-type]


def at_least(low: float) -> Allowed:
    """Take numbers from ``low`` on."""
    return Allowed(lambda value: _number(value) and float(value) >= low, f"a number from {low:g} on")  # type: ignore[arg-type]


def whole(low: int) -> Allowed:
    """Take whole numbers from ``low`` on."""
    return Allowed(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= low,
        f"a whole number from {low} on",
    )


def one_of(*words: str) -> Allowed:
    """Take one of these words."""
    return Allowed(lambda value: value in words, " or ".join(f'"{word}"' for word in words))


def either(first: Allowed, second: Allowed) -> Allowed:
    """Take what one of the two takes."""
    return Allowed(lambda value: first.test(value) or second.test(value), f"{first.words}, or {second.words}")


def _layers(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(whole(1).test(size) for size in value)


def _svm(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("classifier", SVC(cache_size=400, random_state=seed, **params))]


def _forest(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("classifier", RandomForestClassifier(n_jobs=1, random_state=seed, **params))]


def _extra_trees(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("classifier", ExtraTreesClassifier(n_jobs=1, random_state=seed, **params))]


def _knn(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("classifier", KNeighborsClassifier(algorithm="brute", **params))]


def _logistic(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("scale", StandardScaler()), ("classifier", LogisticRegression(random_state=seed, max_iter=500, **params))]


def _lda(params: Params, seed: int, rows: int) -> Steps:  # noqa: ARG001 - as Family.make
    return [("classifier", LinearDiscriminantAnalysis(solver="lsqr", **params))]


_NETWORK_NAMES = {"hidden_layer_sizes": "hidden", "learning_rate_init": "rate", "batch_size": "batch"}
"""scikit-learn's names, which spaces use, and those of our network."""


FEWEST_STEPS = 800
"""A network takes at least so many steps, however few rows there are."""


def _mlp(params: Params, seed: int, rows: int) -> Steps:
    settings: dict[str, Any] = {"hidden": (128,), "members": 1, "passes": 12}
    settings |= {_NETWORK_NAMES.get(name, name): value for name, value in params.items()}
    settings["batch"] = min(settings.get("batch", 256), max(rows // 16, 1))
    settings["passes"] = max(settings["passes"], -(-FEWEST_STEPS * settings["batch"] // rows))
    return [("classifier", HandNetwork(seed=seed, **settings | {"hidden": tuple(settings["hidden"])}))]


def _svm_cost(params: Params, rows: int) -> float:
    slow = {"linear": 3.0, "rbf": 3.0, "poly": 2.0}[params.get("kernel", "rbf")]
    return float(slow * (rows / 20_000) ** 1.8)


def _forest_cost(params: Params, rows: int) -> float:
    depth = min(params.get("max_depth", 30), 30)
    return float(16 * params.get("n_estimators", 100) / 200 * (0.4 + depth / 50) * (rows / 20_000) ** 1.1)


def _extra_trees_cost(params: Params, rows: int) -> float:
    return _forest_cost(params, rows) / 8


def _mlp_cost(params: Params, rows: int) -> float:
    sizes = params.get("hidden_layer_sizes", (128,))
    work = params.get("members", 1) * params.get("passes", 12) / 12
    return float((0.4 + sum(sizes) / 150) * work * rows / 20_000)


_TREES: Mapping[str, Allowed] = {
    "n_estimators": whole(1),
    "max_depth": whole(1),
    "min_samples_leaf": whole(1),
    "max_leaf_nodes": whole(2),
    "max_features": either(one_of("sqrt", "log2"), above(0)),
}

FAMILIES: Mapping[str, Family] = {
    "svm": Family(
        "support vector machine",
        _svm,
        {
            "kernel": one_of("linear", "rbf", "poly"),
            "C": above(0),
            "gamma": either(one_of("scale", "auto"), above(0)),
            "degree": whole(1),
            "coef0": at_least(0),
        },
        _svm_cost,
        row_cap=KERNEL_ROWS,
    ),
    "forest": Family("random forest", _forest, _TREES, _forest_cost, grows="n_estimators"),
    "extra_trees": Family("extra trees", _extra_trees, _TREES, _extra_trees_cost, grows="n_estimators"),
    "knn": Family(
        "nearest neighbours",
        _knn,
        {"n_neighbors": whole(1), "weights": one_of("uniform", "distance")},
        lambda params, rows: 0.5 * rows / 20_000,  # noqa: ARG005 - all k cost the same
        row_cap=NEIGHBOUR_ROWS,
    ),
    "logistic": Family(
        "logistic regression",
        _logistic,
        {"C": above(0)},
        lambda params, rows: 3 * rows / 20_000,  # noqa: ARG005 - C matters little
    ),
    "lda": Family(
        "linear discriminants",
        _lda,
        {"shrinkage": either(one_of("auto"), at_least(0))},
        lambda params, rows: 0.5 * rows / 20_000,  # noqa: ARG005 - one pass over the rows
    ),
    "mlp": Family(
        "neural network",
        _mlp,
        {
            "hidden_layer_sizes": Allowed(_layers, "a list of layer sizes such as [128, 64]"),
            "members": whole(1),
            "passes": whole(1),
            "dropout": Allowed(lambda value: _number(value) and 0 <= float(value) < 1, "a number from 0 to below 1"),  # type: ignore[arg-type]
            "decay": at_least(0),
            "learning_rate_init": above(0),
            "batch_size": whole(1),
        },
        _mlp_cost,
    ),
}
