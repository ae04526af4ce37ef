from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gesture.prior import Prior
from trainer.data.near_copies import NEAR, find_copies, near_copies_of, shapes
from trainer.dataset import Dataset


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    rng = np.random.default_rng(0)
    prior = Prior.load()
    return np.concatenate([prior.draw(label, 30, rng) for label in prior.labels])


def jittered(rows: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    """The rows with every landmark moved by about a share of the hand's size."""
    points = rows.reshape(-1, 21, 3).copy()
    size = np.sqrt(((points[:, 1:, :2] - points[:, :1, :2]) ** 2).sum(axis=2).mean(axis=1))
    noise = np.random.default_rng(seed).normal(0, 1, points[:, :, :2].shape) / np.sqrt(2)
    points[:, :, :2] += noise * size[:, None, None] * share
    return points.reshape(rows.shape).astype(np.float32)


def brute_force(rows: np.ndarray) -> np.ndarray:
    flat, _ = shapes(rows)
    mirrored = flat.copy()
    mirrored[:, 0::2] *= -1
    away = np.minimum(*(np.linalg.norm(flat[:, None] - other[None], axis=2) for other in (flat, mirrored)))
    return away <= NEAR


def test_shape_forgets_place_size_and_mirroring(drawn: np.ndarray) -> None:
    moved = drawn.reshape(-1, 21, 3) * np.float32(0.37) + np.float32(55)
    mirrored = drawn.reshape(-1, 21, 3) * np.array([-1, 1, 1], np.float32)
    flat, edge_on = shapes(drawn)
    for other in (moved, mirrored):
        np.testing.assert_allclose(shapes(other.reshape(-1, 63))[0][~edge_on], flat[~edge_on], atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(flat, axis=1), 1, atol=1e-5)


def test_drawn_hands_are_no_copies_of_each_other(drawn: np.ndarray) -> None:
    copies = find_copies(Dataset.of(drawn, ["a"] * len(drawn)))
    assert (copies.exact, copies.near) == (0, 0)
    assert len(np.unique(copies.clusters)) == len(drawn)


def test_copies_are_found_moved_mirrored_and_jittered(drawn: np.ndarray) -> None:
    mirrored = (drawn[:10].reshape(-1, 21, 3) * np.array([-1, 1, 1], np.float32) + 700).reshape(-1, 63)
    rows = np.concatenate([drawn, drawn[:10], jittered(drawn[10:20], 0.003), mirrored])
    copies = find_copies(Dataset.of(rows, ["a"] * len(rows)))
    assert copies.exact == 10
    assert copies.near == 20
    start = len(drawn)
    clusters = copies.clusters
    np.testing.assert_array_equal(clusters[start : start + 20], clusters[:20])
    np.testing.assert_array_equal(clusters[start + 20 :], clusters[:10])


def test_two_labels_for_one_hand_are_listed(drawn: np.ndarray) -> None:
    rows = np.concatenate([drawn[:50], drawn[:2], jittered(drawn[2:4], 0.003)])
    copies = find_copies(Dataset.of(rows, ["a"] * 50 + ["b", "a", "b", "a"]))
    assert copies.conflicts.tolist() == [[0, 50], [2, 52]]


@given(st.integers(0, 1000), st.integers(2, 40), st.floats(0.0005, 0.02))
@settings(max_examples=30, deadline=None)
def test_it_finds_what_comparing_all_with_all_finds(drawn: np.ndarray, seed: int, count: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    chosen = drawn[rng.integers(0, 20, count)]
    rows = jittered(chosen, share, seed)
    labels = rng.choice(["a", "b"], count)
    copies = find_copies(Dataset.of(rows, labels))
    near = brute_force(rows)
    expected = {(a, b) for a, b in np.argwhere(near) if a < b and labels[a] != labels[b]}
    assert {tuple(pair) for pair in copies.conflicts.tolist()} <= expected
    assert {number for pair in expected for number in pair} == set(copies.conflicts.reshape(-1).tolist())
    same = copies.clusters[:, None] == copies.clusters[None]
    assert (same | ~near).all()
    half = count // 2
    np.testing.assert_array_equal(near_copies_of(rows[:half], rows[half:]), near[:half, half:].any(axis=1))


def test_crowds_stay_together_and_one_wrong_label_among_many_is_found(drawn: np.ndarray) -> None:
    rows = np.concatenate(
        [jittered(np.repeat(drawn[place : place + 1], 600, axis=0), 0.002, place) for place in (0, 40)]
    )
    labels = np.array(["a"] * 600 + ["b"] * 600)
    labels[77] = "c"
    copies = find_copies(Dataset.of(rows, labels))
    assert len(np.unique(copies.clusters)) == 2
    assert (copies.conflicts == 77).any(axis=1).all()
    assert len(copies.conflicts) == 599


def test_all_the_same_and_none_at_all() -> None:
    rows = np.tile(np.arange(63, dtype=np.float32), (500, 1))
    copies = find_copies(Dataset.of(rows, ["a"] * 500))
    assert (copies.exact, copies.near, len(copies.conflicts)) == (499, 0, 0)
    nothing = find_copies(Dataset.of(rows[:0], []))
    assert (nothing.exact, nothing.near, len(nothing.clusters), len(nothing.conflicts)) == (0, 0, 0, 0)
    assert near_copies_of(rows[:0], rows).shape == (0,)
    assert not near_copies_of(rows, rows[:0]).any()
