"""Makes the shipped model and its prior from data, and measures them on data that chose nothing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from models.errors import GestureError
from models.gesture.classifier import CurvePoint, GestureClassifier, ModelInfo
from models.gesture.features import FEATURES_VERSION, features
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from models.hand.made_rows import held_out_rows
from trainer.dataset import Dataset
from trainer.evaluation import NONE, accepted, answer_rows, evaluate
from trainer.measuring.leave_one_out import LeftOut, Material, leave_each_out
from trainer.measuring.metrics import ReliabilityBin, ece, log_loss, places, reliability
from trainer.measuring.robustness import mirrored, noisy, scaled, turned
from trainer.progress import Progress
from trainer.publish import Agreement, compare, export_onnx
from trainer.recognition.guard import Guarded
from trainer.recognition.guard_calibration import calibrate, rejection_curve
from trainer.recognition.prior_fit import fit_prior
from trainer.recognition.recogniser_training import Names, Recipe, Rows, pipeline_of, train_recogniser
from trainer.recognition.unknown import UnknownHands, made_unknown
from trainer.split import Split, split

VALIDATION_SHARE = 0.15
REFUSED_AT_MOST = 0.01
"""Share of validation gestures that the shipped threshold may refuse."""
LOWEST_THRESHOLD = 0.4
MADE_UNKNOWN = 3000
HELD_OUT_SHAPES = ("middle_finger", "pinkie", "l", "grip", "grabbing")
HELD_OUT_HANDS = 300
PRIOR_DRAWS, PRIOR_NO_GESTURE_DRAWS = 800, 2000


class ShipError(GestureError):
    """Data that the shipped model cannot be made of, or a model that must not be shipped."""


@dataclass(frozen=True, slots=True, eq=False)
class Shipment:
    """What is shipped, and how it was chosen.

    Attributes
    ----------
    content
        The model file.
    prior
        The prior.
    info
        What the model file says of itself.
    agreement
        Of the model file with its pipeline.
    split
        Of the training data.
    """

    content: bytes
    prior: Prior
    info: ModelInfo
    agreement: Agreement
    split: Split


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured on the test set, for the model card.

    Attributes
    ----------
    scores
        The keys of ``gesture-train evaluate``.
    disturbed
        Accuracy and share of changed answers by what was done to the hands.
    held_out
        Share refused of each shape of the articulated hand that was never trained on.
    together
        Calibration error and log loss over gestures, ``no_gesture`` and held-out shapes.
    bins
        Confidence against accuracy over the same.
    curve
        The rejection curve of the test hands.
    from_prior
        Scores of a model trained on draws from the prior alone.
    left_out
        The gestures left out, empty where that was not asked for.
    """

    scores: dict[str, Any]
    disturbed: dict[str, tuple[float, float]]
    held_out: dict[str, float]
    together: tuple[float, float]
    bins: tuple[ReliabilityBin, ...]
    curve: tuple[CurvePoint, ...]
    from_prior: dict[str, Any]
    left_out: tuple[LeftOut, ...]


def make_shipment(data: Dataset, test: Dataset | None, progress: Progress, recipe: Recipe, seed: int = 0) -> Shipment:
    """Train, calibrate on validation hands, choose the threshold, train again on all, export.

    Parameters
    ----------
    data
        Hands of gestures and of ``no_gesture``.
    test
        A separate test set; near-copies of its hands are not trained on.
    progress
        Where progress is told.
    recipe
        How it is trained.
    seed
        Of all randomness.

    Raises
    ------
    ShipError
        When there is no ``no_gesture`` among the data, when hands of a class are all left out for being near to test
        hands, or the model file does not say what its pipeline says.
    """
    if NO_GESTURE not in data.classes:
        raise ShipError(f"The shipped model needs hands of {NO_GESTURE}, but there are none. Add a table of them.")
    parts = split(data, test=test, test_share=0.0, validation_share=VALIDATION_SHARE, progress=progress)
    train, held = data.take(parts.train), data.take(parts.validation)
    missing = sorted({*data.classes} - {*train.labels.tolist()})
    if missing or (held.labels == NO_GESTURE).all():
        raise ShipError(
            f"Of all that was read, no hands of {', '.join(missing) or 'gestures'} are left to"
            f" {'train on' if missing else 'choose the threshold by'}: hands near to those for measuring are left out."
            " Add others, or measure on other hands."
        )
    with threadpool_limits(1):
        trial = train_recogniser(train.rows, train.labels, recipe, seed, _told(progress, "training for calibration"))
        unknown = held_unknown(held.rows, held.labels, seed)
        calibrate(trial, features(held.rows), held.labels, features(unknown))
        curve = _validation_curve(trial, held.rows, held.labels, unknown)
        every = data.take(np.sort(np.concatenate([parts.train, parts.validation])))
        final = train_recogniser(every.rows, every.labels, recipe, seed, _told(progress, "training on all"))
    final.set_params(caution=trial.caution, sharpness=trial.sharpness)
    progress.message("Fitting the prior.")
    prior = fit_prior(every.rows, every.labels, seed)
    info = ModelInfo(
        labels=tuple(str(label) for label in final.classes_),
        threshold=choose_threshold(curve),
        curve=curve,
        family="guarded network",
        features_version=FEATURES_VERSION,
        created=_today(),
    )
    content, agreement = _exported(pipeline_of(final), info, held.rows if test is None else test.rows)
    return Shipment(content, prior, info, agreement, parts)


def held_unknown(rows: Rows, labels: Names, seed: int) -> Rows:
    """Make unknown hands of held-out gestures, for calibration and threshold."""
    gestures = labels != NO_GESTURE
    maker = UnknownHands(rows[gestures], labels[gestures])
    return made_unknown(maker, MADE_UNKNOWN, np.random.default_rng([seed, 2]))


def choose_threshold(curve: Sequence[CurvePoint]) -> float:
    """Take the highest threshold that refuses at most :data:`REFUSED_AT_MOST` of the gestures."""
    allowed = [point.threshold for point in curve if point.false_reject <= REFUSED_AT_MOST]
    return max([LOWEST_THRESHOLD, *allowed])


def measure(  # noqa: PLR0913 - all by keyword
    shipment: Shipment,
    *,
    data: Dataset,
    test: Dataset,
    recipe: Recipe,
    progress: Progress,
    leave_out: bool,
    jobs: int,
    seed: int = 0,
) -> Measured:
    """Measure a shipment on the test set, which chose nothing of it."""
    classifier = GestureClassifier(shipment.content, "shipped")
    info = classifier.info
    scores = evaluate(answer_rows(classifier, test), info, classifier.name)
    shapes = {
        shape: held_out_rows(shape, HELD_OUT_HANDS, np.random.default_rng([seed, 3, number]))
        for number, shape in enumerate(HELD_OUT_SHAPES)
    }
    probabilities = classifier.predict(np.concatenate([test.rows, *shapes.values()]))
    truth = places([*test.labels, *[NO_GESTURE] * (HELD_OUT_HANDS * len(shapes))], info.labels)
    truth[truth < 0] = info.labels.index(NO_GESTURE)
    names = np.array(info.labels)[truth]
    held_out = {
        shape: float((accepted(classifier.predict(rows), info.labels, info.threshold) == NONE).mean())
        for shape, rows in shapes.items()
    }
    left_out = _left_out(shipment.split, data, test, progress, jobs) if leave_out else ()
    return Measured(
        scores,
        disturbances(classifier, test),
        held_out,
        (ece(probabilities, truth), log_loss(probabilities, truth)),
        reliability(probabilities, truth, bins=10),
        rejection_curve(probabilities, names, info.labels),
        _from_prior(shipment, test, recipe, progress, seed),
        left_out,
    )


def disturbances(classifier: GestureClassifier, test: Dataset) -> dict[str, tuple[float, float]]:
    """Give the accuracy on disturbed gesture hands, and the share of all hands whose answer changed."""
    info = classifier.info
    gestures = np.isin(test.labels, info.gestures)
    labels = test.labels

    def answer(rows: Rows) -> Names:
        return accepted(classifier.predict(rows), info.labels, info.threshold)

    plain = answer(test.rows)
    ways: dict[str, Rows] = {
        "as they are": test.rows,
        "mirrored": mirrored(test.rows),
        "turned by up to 20 degrees": turned(test.rows, 20),
        "half the size": scaled(test.rows, 0.5),
        "double the size": scaled(test.rows, 2),
        "1 % noise": noisy(test.rows, 0.01),
    }
    found = {}
    for name, rows in ways.items():
        given = answer(rows)
        found[name] = (float((given == labels)[gestures].mean()), float((given != plain).mean()))
    return found


def _validation_curve(trial: Guarded, rows: Rows, labels: Names, unknown: Rows) -> tuple[CurvePoint, ...]:
    probabilities = trial.predict_proba(features(np.concatenate([rows, unknown])))
    names = np.concatenate([labels, np.full(len(unknown), NO_GESTURE)])
    return rejection_curve(probabilities, names, tuple(str(label) for label in trial.classes_))


def _exported(pipeline: Pipeline, info: ModelInfo, rows: Rows) -> tuple[bytes, Agreement]:
    content = export_onnx(pipeline, info)
    agreement = compare(pipeline, content, rows)
    if not agreement.sufficient:
        raise ShipError(
            f"The model file must answer like its pipeline, but agrees on {agreement.labels:.2%} of"
            f" {agreement.rows} hands, with probabilities up to {agreement.largest_difference:.1e} apart."
            " Nothing was written."
        )
    return content, agreement


def _from_prior(shipment: Shipment, test: Dataset, recipe: Recipe, progress: Progress, seed: int) -> dict[str, Any]:
    """Train on draws alone, with a calibration and threshold of their own, and score it."""
    rng = np.random.default_rng([seed, 4])
    prior = shipment.prior
    counts = {label: PRIOR_NO_GESTURE_DRAWS if label == NO_GESTURE else PRIOR_DRAWS for label in prior.labels}
    rows = np.concatenate([prior.draw(label, count, rng) for label, count in counts.items()])
    labels = np.repeat(list(counts), list(counts.values()))
    held = np.arange(len(rows)) % 7 == 0
    with threadpool_limits(1):
        model = train_recogniser(rows[~held], labels[~held], recipe, seed, _told(progress, "training on the prior"))
        unknown = held_unknown(rows[held], labels[held], seed)
        calibrate(model, features(rows[held]), labels[held], features(unknown))
    curve = _validation_curve(model, rows[held], labels[held], unknown)
    info = replace(shipment.info, threshold=choose_threshold(curve), curve=curve)
    content = export_onnx(pipeline_of(model), info)
    return evaluate(answer_rows(GestureClassifier(content, "prior"), test), info, "prior", draws=200)


def _left_out(parts: Split, data: Dataset, test: Dataset, progress: Progress, jobs: int) -> tuple[LeftOut, ...]:
    train, held = data.take(parts.train), data.take(parts.validation)
    material = Material(train.rows, train.labels, held.rows, held.labels, test.rows, test.labels)
    labels = [label for label in data.classes if label != NO_GESTURE and (test.labels == label).any()]
    found = []
    for each in leave_each_out(material, labels, jobs):
        found.append(each)
        progress.advance("leaving gestures out", len(found), len(labels), each.label)
    return tuple(found)


def _today() -> str:
    """Give the date of making, which https://reproducible-builds.org/specs/source-date-epoch/ lets one set."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    moment = dt.datetime.now(dt.UTC) if given is None else dt.datetime.fromtimestamp(int(given), dt.UTC)
    return moment.date().isoformat()


def _told(progress: Progress, event: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.advance(event, done, total)
