from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from models.gesture.prior import Prior
from trainer.data import near_copies
from trainer.data.near_copies import find_copies, near_copies_of
from trainer.data.shape_index import NEAR, shapes
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


def kinds(pairs: np.ndarray, labels: np.ndarray) -> set[tuple[int, str]]:
    """Each hand with each other label that a near one has."""
    both = [(one, str(labels[other])) for one, other in pairs.tolist()]
    return {*both, *((other, str(labels[one])) for one, other in pairs.tolist())}


def check_against_all_with_all(rows: np.ndarray, labels: np.ndarray) -> None:
    copies = find_copies(Dataset.of(rows, labels))
    near = brute_force(rows)
    every = np.argwhere(near & (labels[:, None] != labels[None]))
    assert {tuple(pair) for pair in copies.conflicts.tolist()} <= {tuple(pair) for pair in every.tolist()}
    assert kinds(copies.conflicts, labels) == kinds(every, labels)
    _, expected = connected_components(near, directed=False)
    assert len(np.unique(expected)) == len(np.unique(copies.clusters))
    assert len(np.unique(np.stack([expected, copies.clusters]), axis=1).T) == len(np.unique(expected))
    half = len(rows) // 2
    np.testing.assert_array_equal(near_copies_of(rows[:half], rows[half:]), near[:half, half:].any(axis=1))


@given(st.integers(0, 1000), st.integers(2, 40), st.floats(0.0005, 0.02))
@settings(max_examples=30)
def test_it_finds_what_comparing_all_with_all_finds(drawn: np.ndarray, seed: int, count: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    chosen = drawn[rng.integers(0, 20, count)]
    check_against_all_with_all(jittered(chosen, share, seed), rng.choice(["a", "b"], count))


@given(
    st.integers(0, 1000),
    st.integers(1, 4),
    st.integers(2, 160),
    st.floats(0.001, 0.014),
    st.sampled_from([near_copies.LOOKED_AT, (2, 3), (3, 9)]),
    st.booleans(),
)
@settings(max_examples=40)
def test_nothing_is_hidden_in_a_crowd(
    drawn: np.ndarray, seed: int, crowds: int, count: int, share: float, looked_at: tuple[int, int], edge_on: bool
) -> None:
    """Noise in all directions leaves many hands near in the few that are searched, and not in all."""
    rng = np.random.default_rng(seed)
    hands = drawn[rng.integers(0, 20, crowds)]
    if edge_on:
        hands = hands.reshape(-1, 21, 3) * np.array([0.02, 1, 1], np.float32)
        hands = hands.reshape(crowds, 63)
    rows = jittered(hands[rng.integers(0, crowds, count)], share, seed)
    labels = rng.choice(["a", "b", "c"], count, p=[0.9, 0.08, 0.02])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_copies, "LOOKED_AT", looked_at)
        check_against_all_with_all(rows, labels)


def test_a_chain_of_crowds_is_one_cluster(drawn: np.ndarray) -> None:
    """Each crowd is near the next one at its edge only, which nobody's nearest neighbours show."""
    step = np.zeros((21, 3), np.float32)
    step[8, 1] = np.linalg.norm(drawn[0].reshape(21, 3)[:, :2].std(axis=0)) * 0.03
    line = np.concatenate([drawn[:1].reshape(-1, 21, 3) + step * number for number in range(8)]).reshape(-1, 63)
    rows = jittered(np.repeat(line, 60, axis=0), 0.0005)
    labels = np.repeat([f"place {number % 3}" for number in range(8)], 60)
    check_against_all_with_all(rows, labels)


def test_a_shape_with_three_labels_is_told_with_each_two(drawn: np.ndarray) -> None:
    rows = np.concatenate([drawn[:1]] * 3 + [jittered(drawn[:1], 0.003)])
    copies = find_copies(Dataset.of(rows, ["a", "b", "c", "a"]))
    assert copies.conflicts.tolist() == [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]


def test_a_large_crowd_takes_seconds(drawn: np.ndarray) -> None:
    rows = jittered(np.repeat(drawn[:2], 6000, axis=0), 0.002)
    labels = np.repeat(["a", "b"], 6000)
    labels[5] = "b"
    begun = time.perf_counter()
    copies = find_copies(Dataset.of(rows, labels))
    assert time.perf_counter() - begun < 20
    assert len(np.unique(copies.clusters)) == 2
    assert len(copies.conflicts) == 5999


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
