"""One task of a sweep, as it runs in a worker process: fit, answer the validation part, write the pipeline."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from models.gesture.features import Recipe
from trainer.features_step import HandFeatures
from trainer.figures import confusion_picture
from trainer.measuring.scores import Scores, score
from trainer.runs.model_file import dump_pipeline
from trainer.spaces import Configuration
from trainer.sweeping.families import FAMILIES, Steps
from trainer.sweeping.worker import settle_in

FIT_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a configuration may fail with; the sweep goes on."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Configurations that one task fits: one, or forests of different size, of which each continues the one before.

    Attributes
    ----------
    configurations
        By rising size.
    cost
        Rough seconds; bundles run longest first.
    """

    configurations: tuple[Configuration, ...]
    cost: float

    @property
    def recipe(self) -> Recipe:
        """The feature recipe of all of them."""
        return self.configurations[0].recipe

    @property
    def augment(self) -> int:
        """The augmentation of all of them."""
        return self.configurations[0].augment


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What all bundles of one recipe and augmentation are fitted and scored on; made once, never copied by a worker.

    Attributes
    ----------
    columns, codes
        Training part: feature rows ``(N, F)`` float32, and places among the classes ``(N,)`` int16.
    held_columns, held_codes
        Validation part.
    classes
        Names of the classes.
    seed
        Of everything that is random.
    """

    columns: NDArray[np.float32]
    codes: NDArray[np.int16]
    held_columns: NDArray[np.float32]
    held_codes: NDArray[np.int16]
    classes: tuple[str, ...]
    seed: int

    @property
    def nbytes(self) -> int:
        """Size of the arrays."""
        return self.columns.nbytes + self.held_columns.nbytes + self.codes.nbytes + self.held_codes.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one configuration.

    Attributes
    ----------
    configuration
        What was tried.
    error
        The traceback when it failed; everything below is empty then.
    scores
        On the validation part.
    answers
        ``(V,)`` int16 places among the classes.
    pipeline
        Skops file of the fitted pipeline, raw rows in.
    picture
        Confusion matrix as PNG.
    fit_s, score_s
        Seconds that fitting this model takes in all, and that answering took.
    spent_s
        Seconds that were really spent on both: less than their sum where the fit continued another.
    rows
        Training rows it was fitted on, augmented ones included.
    us_per_hand
        Microseconds a hand in one large batch, without the features.
    started
        Seconds since 1970.
    warnings
        What the fit warned of.
    """

    configuration: Configuration
    error: str = ""
    scores: Scores | None = None
    answers: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    pipeline: bytes = b""
    picture: bytes = b""
    fit_s: float = 0.0
    score_s: float = 0.0
    spent_s: float = 0.0
    rows: int = 0
    us_per_hand: float = 0.0
    started: float = 0.0
    warnings: tuple[str, ...] = ()


def bundle(configurations: Sequence[Configuration], rows: int) -> list[Bundle]:
    """Put configurations that share work together, and order them longest first.

    Parameters
    ----------
    configurations
        What is to be tried.
    rows
        Training rows before augmentation, for the costs.
    """
    shared: dict[object, list[Configuration]] = {}
    for configuration in configurations:
        grows = FAMILIES[configuration.family].grows
        others = tuple(pair for pair in configuration.params if pair[0] != grows)
        key = (configuration.family, others, configuration.recipe, configuration.augment)
        shared.setdefault(key if grows in configuration.values else configuration, []).append(configuration)
    bundles = []
    for members in shared.values():
        family = FAMILIES[members[0].family]
        ordered = sorted(members, key=lambda member: member.values.get(family.grows or "", 0))
        trained = min(rows * (1 + members[0].augment), family.row_cap or rows * 21)
        bundles.append(Bundle(tuple(ordered), family.cost(ordered[-1].values, trained)))
    return sorted(bundles, key=lambda found: -found.cost)


def fit_bundle(todo: Bundle, material: Material) -> list[Outcome]:
    """Fit and score the configurations of a bundle; those that fail give their error."""
    settle_in()
    family = FAMILIES[todo.configurations[0].family]
    columns, codes = np.asarray(material.columns), material.codes
    chosen = within_cap(codes, family.row_cap, material.seed)
    if chosen is not None:
        columns, codes = columns[chosen], codes[chosen]
    labels = np.asarray(material.classes)[codes]
    outcomes: list[Outcome] = []
    steps: Steps | None = None
    before_s = 0.0
    for configuration in todo.configurations:
        started = time.time()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                begun = time.perf_counter()
                steps = _continue(steps, configuration, material.seed, len(columns))
                inner = Pipeline(steps).fit(columns, labels)
                fit_s = time.perf_counter() - begun
                outcome = _answer(configuration, inner, material)
        except FIT_ERRORS:
            steps, before_s = None, 0.0
            outcomes.append(Outcome(configuration, error=traceback.format_exc(), started=started))
            continue
        outcomes.append(
            replace(
                outcome,
                fit_s=before_s + fit_s,
                spent_s=fit_s + outcome.score_s,
                rows=len(columns),
                started=started,
                warnings=tuple(dict.fromkeys(str(warning.message).split("\n")[0] for warning in caught)),
            )
        )
        before_s += fit_s
    return outcomes


def _answer(configuration: Configuration, inner: Pipeline, material: Material) -> Outcome:
    known = np.asarray(inner.classes_, str)
    held = np.asarray(material.held_columns)
    begun = time.perf_counter()
    probabilities = inner.predict_proba(held) if hasattr(inner, "predict_proba") else None
    answers = known[probabilities.argmax(axis=1)] if probabilities is not None else inner.predict(held)
    score_s = time.perf_counter() - begun
    every = np.asarray(material.classes)
    scores = score(every[material.held_codes], answers, probabilities, list(known))
    return Outcome(
        configuration,
        scores=scores,
        answers=np.searchsorted(every, answers).astype(np.int16),
        pipeline=dump_pipeline(assemble(configuration.recipe, inner)),
        picture=confusion_picture(scores, f"{FAMILIES[configuration.family].title}: {configuration.shown}"),
        score_s=score_s,
        us_per_hand=score_s / len(held) * 1e6,
    )


def assemble(recipe: Recipe, inner: Pipeline) -> Pipeline:
    """Put the features before a fitted pipeline of feature rows, so that it takes raw rows."""
    steps = [(name, _without_growth(step)) for name, step in inner.steps]
    return Pipeline([("features", HandFeatures(recipe).fit([])), *steps])


def _continue(steps: Steps | None, configuration: Configuration, seed: int, rows: int) -> Steps:
    """Make the steps, or let the fitted ones grow to the next size."""
    family = FAMILIES[configuration.family]
    made = steps if steps is not None and family.grows else family.make(configuration.values, seed, rows)
    if family.grows in configuration.values:
        made[-1][1].set_params(warm_start=True, **{family.grows: configuration.values[family.grows]})
    return made


def _without_growth(step: Any) -> Any:  # noqa: ANN401 - any estimator
    """Give the estimator as one that was fitted at once: a shallow copy, the trees are shared."""
    if not getattr(step, "warm_start", False):
        return step
    made = type(step)(**{**step.get_params(deep=False), "warm_start": False})
    fitted = {name: value for name, value in vars(step).items() if name not in vars(made)}
    if "estimators_" in fitted:
        fitted["estimators_"] = list(fitted["estimators_"])
    vars(made).update(fitted)
    return made


def within_cap(codes: NDArray[np.int16], cap: int | None, seed: int) -> NDArray[np.intp] | None:
    """Choose rows so that at most ``cap`` remain; None where all remain.

    Large classes give rows away before small ones do: a few recorded hands of a new gesture all stay.
    """
    if cap is None or len(codes) <= cap:
        return None
    order = np.random.default_rng(seed).permutation(len(codes))
    ranks = np.empty(len(codes), np.intp)
    for code in np.unique(codes):
        members = order[codes[order] == code]
        ranks[members] = np.arange(len(members))
    return np.sort(order[np.argsort(ranks[order], kind="stable")[:cap]])
