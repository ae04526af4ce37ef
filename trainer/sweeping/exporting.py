"""One finalist of a sweep, as it runs in a worker process: model file, agreement, speed, its only look at the test."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from google.protobuf.message import Error as ProtobufError  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnx.checker import ValidationError
from onnx.shape_inference import InferenceError

from models.errors import GestureError
from models.gesture.classifier import GestureClassifier, ModelInfo
from models.gesture.features import FEATURES_VERSION
from trainer.measuring import intervals, metrics
from trainer.measuring.scores import Scores, score
from trainer.publish import agreement_of, export_onnx
from trainer.recognition.guard_calibration import rejection_curve
from trainer.runs.model_file import dump_pipeline, load_pipeline
from trainer.sweeping.completing import completed, operating_threshold
from trainer.sweeping.fitting import FIT_ERRORS
from trainer.sweeping.judged_rows import Judged
from trainer.sweeping.selection import SLOWEST_US, Exported
from trainer.sweeping.worker import settle_in

EXPORT_ERRORS = (GestureError, ValidationError, InferenceError, ProtobufError, *FIT_ERRORS)
"""What a model file may fail with; the other finalists are exported all the same."""
BLOCK_ROWS = 500
AGREEMENT_ROWS = 2000
TIMED_HANDS = 200
SLOW_TIMED_HANDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Finalist:
    """A configuration that may be registered.

    Attributes
    ----------
    run_id, family, macro_f1
        Whose it is, and its score on the validation part.
    pipeline
        Its skops file.
    """

    run_id: str
    family: str
    macro_f1: float
    pipeline: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What became of a finalist.

    Attributes
    ----------
    facts
        What the rule of selection looks at.
    content
        The model file; empty when there is none.
    pipeline
        Skops file of the pipeline that the model file repeats, when it is another than the run's: with probabilities.
    agreement
        Share of test rows with the same likeliest class.
    classes
        Labels in the order of the probabilities.
    threshold
        From which a gesture is accepted.
    test
        Scores on the test part, through the model file.
    test_interval
        95 % bootstrap interval of the test macro F1.
    """

    facts: Exported
    content: bytes = b""
    pipeline: bytes = b""
    agreement: float = 0.0
    classes: tuple[str, ...] = ()
    threshold: float = 0.0
    test: Scores | None = None
    test_interval: tuple[float, float] | None = None
    started: float = field(default_factory=time.time)


def export(finalist: Finalist, judged: Judged) -> Export:
    """Write a finalist as a model file and measure that; what goes wrong is said in its facts."""
    settle_in()
    facts = Exported(finalist.run_id, finalist.family, finalist.macro_f1)
    try:
        fitted = load_pipeline(finalist.pipeline)
        pipeline = completed(fitted, judged)
        classes = tuple(str(label) for label in pipeline.classes_)
        curve = rejection_curve(pipeline.predict_proba(judged.held_rows), judged.held_labels, classes)
        info = ModelInfo(
            classes,
            operating_threshold(curve),
            curve,
            family=finalist.family,
            features_version=FEATURES_VERSION,
            created=dt.datetime.now(dt.UTC).date().isoformat(),
            figures={"macro_f1": finalist.macro_f1},
        )
        content = export_onnx(pipeline, info)
        classifier = GestureClassifier(content, finalist.family)
        probabilities = in_blocks(classifier.predict, judged.test_rows)
        expected = in_blocks(pipeline.predict_proba, judged.test_rows[:AGREEMENT_ROWS])
        agreement = agreement_of(expected, probabilities[:AGREEMENT_ROWS])
    except EXPORT_ERRORS as error:
        problem = str(error)
        if not isinstance(error, GestureError):
            problem = f"Its model file could not be made ({type(error).__name__}: {problem[:300]})."
        return Export(Exported(finalist.run_id, finalist.family, finalist.macro_f1, problem=problem))
    answers = np.asarray(classes)[probabilities.argmax(axis=1)]
    test = score(judged.test_labels, answers, probabilities, classes)
    truth, given = (metrics.places(names, test.labels) for names in (judged.test_labels, answers))
    interval = intervals.macro_f1_interval(truth, given, len(test.labels), judged.test_groups)
    facts = Exported(
        finalist.run_id,
        finalist.family,
        finalist.macro_f1,
        latency_us=single_hand_us(classifier, judged.test_rows),
        model_bytes=len(content),
        agrees=agreement.sufficient,
    )
    return Export(
        facts,
        content,
        dump_pipeline(pipeline) if pipeline is not fitted else b"",
        agreement.labels,
        classes,
        info.threshold,
        test,
        (interval.low, interval.high),
    )


def in_blocks(
    predict: Callable[[NDArray[np.float32]], NDArray[np.floating]], rows: NDArray[np.float32]
) -> NDArray[np.floating]:
    """Ask about many hands without the memory that all of them at once would take."""
    return np.concatenate([predict(rows[start : start + BLOCK_ROWS]) for start in range(0, len(rows), BLOCK_ROWS)])


def single_hand_us(classifier: GestureClassifier, rows: NDArray[np.float32]) -> float:
    """Measure microseconds for one hand at a time: the median, after the first ones."""
    hands = [rows[place : place + 1] for place in range(min(len(rows), TIMED_HANDS))]
    classifier.predict(hands[0])
    begun = time.perf_counter()
    classifier.predict(hands[0])
    slow = time.perf_counter() - begun > 5 * SLOWEST_US / 1e6
    seconds = []
    for hand in hands[:SLOW_TIMED_HANDS] if slow else hands:
        begun = time.perf_counter()
        classifier.predict(hand)
        seconds.append(time.perf_counter() - begun)
    return float(np.median(seconds) * 1e6)
