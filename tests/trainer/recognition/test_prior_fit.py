"""A prior gives back what it was fitted to, and holds nobody's hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior, prior_coordinates
from models.hand.made_rows import gesture_rows, no_gesture_rows
from trainer.recognition import prior_fit
from trainer.recognition.prior_fit import fit_prior

LABELS = ("fist", "palm", "peace")


@pytest.fixture(scope="module")
def hands() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    rows = np.concatenate([*(gesture_rows(label, 250, rng) for label in LABELS), no_gesture_rows(250, rng)])
    return rows, np.repeat([*LABELS, NO_GESTURE], 250)


@pytest.fixture(scope="module")
def fitted(hands: tuple[np.ndarray, np.ndarray]) -> Prior:
    return fit_prior(*hands)


def test_draws_are_like_the_hands_and_unlike_other_gestures(
    hands: tuple[np.ndarray, np.ndarray], fitted: Prior
) -> None:
    rows, labels = hands
    rng = np.random.default_rng(1)
    for label in LABELS:
        drawn = fitted.draw(label, 200, rng)
        nearest = np.array(fitted.labels)[fitted.distances(drawn).argmin(axis=1)]
        assert np.isin(nearest, [label, NO_GESTURE]).mean() > 0.97
        own, made = prior_coordinates(rows[labels == label]), prior_coordinates(drawn)
        spread = own.std(axis=0).mean()
        assert np.abs(made.mean(axis=0) - own.mean(axis=0)).max() < spread
        assert made.std(axis=0).mean() == pytest.approx(spread, rel=0.3)


def test_it_holds_no_hand_of_the_data(hands: tuple[np.ndarray, np.ndarray], fitted: Prior) -> None:
    rows, labels = hands
    for label in LABELS:
        own = prior_coordinates(rows[labels == label])
        for mean in fitted.classes[label].means:
            assert np.linalg.norm(own - mean, axis=1).min() > 0.05


def test_components_follow_the_number_of_hands(hands: tuple[np.ndarray, np.ndarray], fitted: Prior) -> None:
    rows, labels = hands
    assert {label: len(mixture.weights) for label, mixture in fitted.classes.items()} == {
        "fist": 4, "palm": 4, "peace": 4, NO_GESTURE: 5,
    }  # fmt: skip
    few = fit_prior(rows[::10], labels[::10])
    assert {len(mixture.weights) for mixture in few.classes.values()} == {1}
    for mixture in fitted.classes.values():
        assert mixture.weights.sum() == pytest.approx(1)


def test_what_is_least_likely_does_not_widen_a_class(
    hands: tuple[np.ndarray, np.ndarray], fitted: Prior, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, labels = hands
    palms = rows[labels == "palm"].copy()
    palms[:4] = np.random.default_rng(2).normal(0, 100, (4, 63))  # failed detections
    names = np.full(len(palms), "palm")

    def width(prior: Prior) -> float:
        return float(max(np.abs(factor).max() for factor in prior.classes["palm"].factors))

    cleaned = width(fit_prior(palms, names))
    monkeypatch.setattr(prior_fit, "UNLIKELIEST_SHARE", 0.0)
    assert cleaned < 0.5 * width(fit_prior(palms, names))


def test_the_same_seed_gives_the_same_file(hands: tuple[np.ndarray, np.ndarray], fitted: Prior, tmp_path: Path) -> None:
    fitted.save(tmp_path / "a.npz")
    fit_prior(*hands).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = Prior.load(tmp_path / "a.npz")
    assert loaded.labels == fitted.labels == tuple(sorted([*LABELS, NO_GESTURE]))
    first, second = (each.draw("fist", 5, np.random.default_rng(4)) for each in (fitted, loaded))
    np.testing.assert_allclose(first, second, atol=1e-2)
