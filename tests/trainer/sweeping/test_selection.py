from __future__ import annotations

import numpy as np
import pytest

from trainer.leaderboard import Entry, Held, best_of_families, picture, ranked, text, with_intervals
from trainer.sweeping.selection import Exported, champion, finalists


def entry(run_id: str, family: str, score: float, latency_us: float = 10.0) -> Entry:
    return Entry(family, {"C": 1}, "C=1", score, score, score, score, run_id, latency_us)


def exported(run_id: str, score: float, latency_us: float, **more: object) -> Exported:
    return Exported(run_id, "svm", score, latency_us, **{"model_bytes": 1000, "agrees": True, **more})  # type: ignore[arg-type]


def test_the_fastest_within_one_standard_error_is_the_champion() -> None:
    models = [exported("best", 0.98, 500), exported("fast", 0.979, 30), exported("faster", 0.97, 5)]
    chosen = champion(models, 0.98, 0.002)
    assert chosen is not None
    assert chosen.run_id == "fast"


def test_of_equally_fast_models_the_better_one_is_chosen() -> None:
    chosen = champion([exported("good", 0.98, 33.0), exported("fair", 0.979, 29.0)], 0.98, 0.002)
    assert chosen is not None
    assert chosen.run_id == "good"


def test_what_the_app_cannot_load_is_no_champion() -> None:
    models = [
        exported("slow", 0.98, 2500),
        exported("large", 0.98, 10, model_bytes=60_000_000),
        exported("other", 0.98, 10, agrees=False),
        exported("none", 0.98, 10, problem="It cannot be written."),
        exported("left", 0.90, 900),
    ]
    chosen = champion(models, 0.98, 0.002)
    assert chosen is not None
    assert chosen.run_id == "left"
    reasons = [model.unusable for model in models]
    assert [bool(reason) for reason in reasons] == [True, True, True, True, False]
    assert "2.5 ms" in reasons[0]
    assert "60 MB" in reasons[1]
    assert champion(models[:4], 0.98, 0.002) is None


def test_finalists_are_the_best_of_each_family_and_the_fastest_close_ones() -> None:
    entries = [
        entry("a", "svm", 0.98, 100),
        entry("b", "svm", 0.979, 20),
        entry("c", "svm", 0.95, 1),
        entry("d", "knn", 0.90, 300),
        entry("e", "knn", 0.89, 3),
        entry("f", "mlp", 0.9795, 2),
    ]
    assert [found.run_id for found in finalists(entries, 0.002)] == ["a", "f", "b", "d"]


def test_ranking_does_not_depend_on_the_order_of_coming() -> None:
    entries = [
        entry("a", "svm", 0.9, 5),
        entry("b", "knn", 0.9, 5),
        entry("c", "mlp", 0.95, 5),
        entry("d", "svm", 0.9, 1),
    ]
    wanted = ["c", "d", "a", "b"]
    assert [found.run_id for found in ranked(entries)] == wanted
    assert [found.run_id for found in ranked(entries[::-1])] == wanted
    assert [found.run_id for found in best_of_families(entries)] == ["c", "d", "b"]


def test_differences_come_with_intervals_over_groups() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 600)
    groups = np.repeat([f"person {number}" for number in range(60)], 10)
    good = np.where(rng.random(600) < 0.95, truth, 0)
    bad = np.where(rng.random(600) < 0.6, truth, 0)
    held = Held(truth, groups, 4, {"good": good, "bad": bad})
    entries = [entry("bad", "knn", 0.6), entry("good", "svm", 0.95), entry("unknown", "mlp", 0.5)]
    order, error = with_intervals(entries, held)
    assert [found.run_id for found in order] == ["good", "bad", "unknown"]
    assert 0.003 < error < 0.03
    assert order[0].behind == (0.0, 0.0)
    low, high = order[1].behind or (0, 0)
    assert 0.2 < low < high < 0.6
    assert order[2].interval is None
    shown = text(order, "a sweep")
    assert "a sweep" in shown
    assert "0.9500" in shown
    assert picture(order, "a sweep", "on nothing", "good").startswith(b"\x89PNG")


def test_whole_groups_are_drawn() -> None:
    truth = np.tile([0, 1], 200)
    one_wrong_group = np.where(np.arange(400) < 200, truth, 1 - truth)
    alone = Held(truth, np.array([""] * 400), 2, {"a": one_wrong_group})
    together = Held(truth, np.repeat(["x", "y"], 200), 2, {"a": one_wrong_group})
    assert alone.draws(["a"], 200).std() < 0.05
    assert together.draws(["a"], 200).std() > 0.2


@pytest.mark.parametrize("count", [1, 2])
def test_a_leaderboard_of_few(count: int) -> None:
    entries = [entry(str(number), "svm", 0.9) for number in range(count)]
    held = Held(np.array([0, 1, 1]), np.array(["", "", ""]), 2, {str(n): np.array([0, 1, 1]) for n in range(count)})
    order, error = with_intervals(entries, held)
    assert len(order) == count
    assert 0 < error < 0.5
