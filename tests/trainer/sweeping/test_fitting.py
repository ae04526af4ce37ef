from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.features_step import HandFeatures
from trainer.runs.model_file import ModelContentError, dump_pipeline, load_pipeline
from trainer.spaces import Configuration, load_space, parse_space
from trainer.sweeping.fitting import Material, bundle, fit_bundle, within_cap


def hands(count: int, classes: int = 4) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    rng = np.random.default_rng(0)
    shapes = rng.normal(size=(classes, 63)) * 50
    codes = rng.integers(0, classes, count).astype(np.int16)
    return (shapes[codes] + rng.normal(size=(count, 63)) * 8).astype(np.float32), codes


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    return hands(400)[0]


@pytest.fixture(scope="module")
def material(rows: NDArray[np.float32]) -> Material:
    columns, codes = HandFeatures().transform(rows), hands(400)[1]
    return Material(columns[:300], codes[:300], columns[300:], codes[300:], ("fist", "like", "palm", "stop"), 0)


@pytest.mark.parametrize("family", ["svm", "forest", "extra_trees", "knn", "logistic", "lda", "mlp"])
def test_every_family_is_fitted_scored_and_written(family: str, material: Material, rows: NDArray[np.float32]) -> None:
    space = parse_space({family: [{"n_estimators": 5} if "tree" in family or family == "forest" else {}]}, "a", "a")
    (todo,) = bundle(space.configurations, 300)
    (outcome,) = fit_bundle(todo, material)
    assert not outcome.error
    assert outcome.scores is not None
    assert outcome.scores.accuracy > 0.9
    pipeline = load_pipeline(outcome.pipeline)
    answers = pipeline.predict(rows[300:])
    assert np.array_equal(np.asarray(material.classes)[outcome.answers], answers)
    assert (outcome.scores.log_loss is None) == (family == "svm")
    assert outcome.rows == 300


def test_forests_of_different_size_share_their_trees(material: Material) -> None:
    space = parse_space({"forest": [{"n_estimators": [9, 3], "max_depth": 5}]}, "a", "a")
    (todo,) = bundle(space.configurations, 300)
    small, large = fit_bundle(todo, material)
    assert small.configuration.values["n_estimators"] == 3
    (alone,) = fit_bundle(bundle([large.configuration], 300)[0], material)
    assert np.array_equal(large.answers, alone.answers)
    assert large.scores is not None
    assert alone.scores is not None
    assert large.scores.log_loss == alone.scores.log_loss
    assert large.fit_s > large.spent_s - large.score_s
    found = load_pipeline(small.pipeline)[-1]
    assert (len(found.estimators_), found.n_estimators, found.warm_start) == (3, 3, False)


def test_one_that_fails_tells_why_and_the_others_go_on(material: Material) -> None:
    broken = replace(material, columns=material.columns[:200])
    (outcome,) = fit_bundle(bundle([Configuration("lda", (), "geometry")], 300)[0], broken)
    assert "ValueError" in outcome.error
    assert outcome.scores is None


def test_bundles_run_longest_first() -> None:
    bundles = bundle(load_space("classic").configurations, 20_000)
    assert [found.cost for found in bundles] == sorted((found.cost for found in bundles), reverse=True)
    assert bundles[0].configurations[0].family == "forest"
    assert sum(len(found.configurations) for found in bundles) == len(load_space("classic").configurations)


def test_a_cap_takes_from_large_classes_first() -> None:
    codes = np.repeat(np.array([0, 1, 2], np.int16), [1000, 300, 20])
    chosen = within_cap(codes, 132, 0)
    assert chosen is not None
    assert np.bincount(codes[chosen]).tolist() == [56, 56, 20]
    assert np.array_equal(chosen, within_cap(codes, 132, 0))
    assert within_cap(codes, 5000, 0) is None
    assert within_cap(codes, None, 0) is None


def test_a_saved_pipeline_with_foreign_types_is_not_loaded() -> None:
    from fractions import Fraction

    content = dump_pipeline({"a": Fraction(1, 2)})
    with pytest.raises(ModelContentError, match=r"fractions\.Fraction"):
        load_pipeline(content)
    with pytest.raises(ModelContentError, match="no readable skops file"):
        load_pipeline(b"nothing")
