from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

from trainer.spaces import BUILT_IN, Configuration, SpaceError, load_space, parse_space
from trainer.sweeping.families import FAMILIES


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_spaces_can_be_made(name: str) -> None:
    space = load_space(name)
    keys = {configuration.key for configuration in space.configurations}
    assert len(keys) == len(space.configurations)
    for configuration in space.configurations:
        family = FAMILIES[configuration.family]
        estimator = Pipeline(family.make(configuration.values, 0, 1000))
        assert hasattr(estimator, "fit")
        assert family.cost(configuration.values, 20_000) > 0


def test_classic_is_the_notebooks_search() -> None:
    space = load_space("classic")
    assert len(space.configurations) >= 29
    assert {configuration.recipe for configuration in space.configurations} == {"notebook"}
    assert {configuration.family for configuration in space.configurations} == {"svm", "forest", "knn"}
    wanted = Configuration("svm", (("C", 100), ("degree", 2), ("kernel", "poly")), "notebook")
    assert wanted in space.configurations


def test_a_table_is_expanded_into_all_combinations(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        """
        recipe = "notebook"
        rows = 500
        [[svm]]
        kernel = "rbf"
        C = [1, 10]
        gamma = ["scale", 0.5]
        [mlp]
        hidden_layer_sizes = [[8], [8, 4]]
        augment = 2
        recipe = "geometry"
        """,
        "utf-8",
    )
    space = load_space(str(file))
    assert (space.name, space.rows, len(space.configurations)) == ("mine", 500, 6)
    last = space.configurations[-1]
    assert last == Configuration("mlp", (("hidden_layer_sizes", (8, 4)),), "geometry", 2)
    assert last.shown == "hidden_layer_sizes=8x4, augment=2"
    assert last.to_dict() == {"hidden_layer_sizes": [8, 4], "augment": 2}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"boosting": [{}]}, "no family 'boosting'"),
        ({"svm": [{"D": [1]}]}, "svm has no parameter 'D'"),
        ({"svm": [{"C": [0]}]}, "C takes a number above 0, but 0 came"),
        ({"svm": [{"kernel": "quantum"}]}, '"linear" or "rbf" or "poly"'),
        ({"knn": [{"n_neighbors": [2.5]}]}, "a whole number from 1 on"),
        ({"knn": [{"n_neighbors": True}]}, "a whole number from 1 on"),
        ({"knn": [{"n_neighbors": []}]}, "empty list"),
        ({"knn": 3}, "must be a table"),
        ({"mlp": [{"hidden_layer_sizes": [[0]]}]}, "layer sizes"),
        ({"recipe": "secret", "knn": [{}]}, "no feature recipe 'secret'"),
        ({"augment": -1, "knn": [{}]}, "augment must be"),
        ({"rows": 5, "knn": [{}]}, "rows must be"),
        ({"recipe": "geometry"}, "nothing to try"),
        ({"svm": [{"C": list(range(1, 3000))}]}, "more than 2000"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(content: dict[str, object], words: str) -> None:
    with pytest.raises(SpaceError, match=r"mine\.toml") as caught:
        parse_space(content, "mine", "mine.toml")
    assert words in str(caught.value)


def test_missing_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpaceError, match="no search space 'nothing'"):
        load_space("nothing")
    broken = tmp_path / "broken.toml"
    broken.write_text("svm = [", "utf-8")
    with pytest.raises(SpaceError, match="cannot be read as TOML"):
        load_space(str(broken))
    broken.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpaceError, match="cannot be read as TOML"):
        load_space(str(broken))


@given(st.permutations([("C", 1.0), ("kernel", "rbf"), ("gamma", "scale")]))
def test_the_order_of_parameters_makes_no_other_configuration(order: list[tuple[str, object]]) -> None:
    space = parse_space({"svm": [dict(order)]}, "a", "a")
    assert space.configurations[0].key == parse_space({"svm": [dict(sorted(order))]}, "b", "b").configurations[0].key


def test_a_small_forest_is_the_beginning_of_a_larger_one() -> None:
    rng = np.random.default_rng(0)
    columns, labels = rng.normal(size=(200, 5)).astype(np.float32), rng.integers(0, 3, 200)
    for name in ("forest", "extra_trees"):
        small, large = (FAMILIES[name].make({"n_estimators": count}, 7, 200)[-1][1] for count in (4, 9))
        small.fit(columns, labels)
        large.set_params(n_estimators=4, warm_start=True).fit(columns, labels)
        large.set_params(n_estimators=9).fit(columns, labels)
        whole = FAMILIES[name].make({"n_estimators": 9}, 7, 200)[-1][1].fit(columns, labels)
        assert np.array_equal(large.predict_proba(columns), whole.predict_proba(columns))
        first = np.mean([tree.predict_proba(columns) for tree in whole.estimators_[:4]], axis=0)
        assert np.allclose(small.predict_proba(columns), first)
