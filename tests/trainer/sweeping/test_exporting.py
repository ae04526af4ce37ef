from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx.checker import ValidationError
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline

from models.gesture.classifier import GestureClassifier, ModelInfo
from trainer.features_step import HandFeatures
from trainer.publish import compare, export_onnx
from trainer.spaces import parse_space
from trainer.sweeping.exporting import Finalist, export, in_blocks
from trainer.sweeping.fitting import Material, bundle, fit_bundle
from trainer.sweeping.judged_rows import Judged
from trainer.sweeping.material import Parts, make_materials

CLASSES = ("fist", "like", "palm", "stop")


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    shapes = rng.normal(size=(4, 63)) * 50
    return (np.repeat(shapes, 150, axis=0) + rng.normal(size=(600, 63)) * 12).astype(np.float32)


@pytest.fixture(scope="module")
def codes() -> NDArray[np.int16]:
    return np.repeat(np.arange(4, dtype=np.int16), 150)


@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
@pytest.mark.parametrize("classes", [2, 4])
def test_forests_say_the_same_as_model_files(
    kind: type, classes: int, rows: NDArray[np.float32], codes: NDArray[np.int16]
) -> None:
    labels = np.asarray(CLASSES)[codes % classes]
    forest = kind(20, max_depth=9, random_state=0)
    pipeline = Pipeline([("features", HandFeatures()), ("classifier", forest)]).fit(rows, labels)
    content = export_onnx(pipeline, ModelInfo(tuple(pipeline.classes_), 0.5))
    agreement = compare(pipeline, content, rows)
    assert agreement.labels == 1
    assert agreement.largest_difference < 1e-5


@pytest.mark.parametrize("family", ["svm", "forest", "knn", "logistic", "mlp"])
def test_finalists_are_written_compared_and_tested(
    family: str, rows: NDArray[np.float32], codes: NDArray[np.int16]
) -> None:
    part = np.arange(600) % 3
    labels = np.asarray(CLASSES)[codes]
    parts = Parts(rows[part == 0], codes[part == 0], rows[part == 1], codes[part == 1], CLASSES, 0)
    bundles = bundle(parse_space({family: [{}]}, "a", "a").configurations, 200)
    materials = make_materials(parts, bundles, None)
    (outcome,) = fit_bundle(bundles[0], materials["geometry", 0])
    assert outcome.scores is not None
    judged = Judged(
        rows[part == 0],
        labels[part == 0],
        rows[part == 1],
        labels[part == 1],
        rows[part == 2],
        labels[part == 2],
        np.full(200, "", dtype="U1"),
    )
    made = export(Finalist("run", family, outcome.scores.macro_f1, outcome.pipeline), judged)
    assert made.facts.unusable == ""
    assert made.agreement >= 0.999
    assert bool(made.pipeline) == (family == "svm")
    assert made.test is not None
    assert made.test.macro_f1 > 0.9
    assert made.test_interval is not None
    assert made.test_interval[0] <= made.test.macro_f1 <= made.test_interval[1]
    classifier = GestureClassifier(made.content, "made")
    assert classifier.labels == CLASSES
    assert in_blocks(classifier.predict, rows).shape == (600, 4)


def test_a_finalist_that_cannot_be_written_says_why(rows: NDArray[np.float32]) -> None:
    made = export(
        Finalist("run", "svm", 0.9, b"nothing"),
        Judged(rows, np.array([]), rows, np.array([]), rows, np.array([]), np.array([])),
    )
    assert "no readable skops file" in made.facts.unusable
    assert made.content == b""


@pytest.mark.parametrize("error", [ValidationError("a bad graph"), RuntimeError("a bad graph")])
def test_a_finalist_that_no_file_can_be_made_of_says_why(
    rows: NDArray[np.float32], error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("trainer.sweeping.exporting.load_pipeline", fail)
    judged = Judged(rows, np.array([]), rows, np.array([]), rows, np.array([]), np.array([]))
    made = export(Finalist("run", "svm", 0.9, b"something"), judged)
    assert "a bad graph" in made.facts.unusable
    assert made.content == b""


def test_materials_are_made_once_a_recipe_and_augmentation(
    rows: NDArray[np.float32], codes: NDArray[np.int16], tmp_path: object
) -> None:
    from pathlib import Path

    parts = Parts(rows[:400], codes[:400], rows[400:], codes[400:], CLASSES, 3)
    space = parse_space({"knn": [{}, {"recipe": "notebook"}, {"augment": 2}], "lda": [{}, {"augment": 2}]}, "a", "a")
    bundles = bundle(space.configurations, 400)
    in_files = make_materials(parts, bundles, Path(str(tmp_path)))
    in_memory = make_materials(parts, bundles, None)
    assert set(in_files) == {("geometry", 0), ("notebook", 0), ("geometry", 2)}
    for need, material in in_files.items():
        assert isinstance(material, Material)
        assert isinstance(material.columns, np.memmap)
        assert np.array_equal(material.columns, in_memory[need].columns)
        assert len(material.codes) == len(material.columns) == 400 * (1 + need[1])
    varied = in_files["geometry", 2].columns
    assert np.array_equal(varied[:400], in_files["geometry", 0].columns)
    assert not np.array_equal(varied[400:800], varied[800:])
    assert in_files["geometry", 0].held_columns is in_files["geometry", 2].held_columns
