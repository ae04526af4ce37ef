"""Hands that are no gesture, made of hands that are, by recombining their fingers.

What a classifier is to call unknown cannot be collected. But the fingers of real hands, put together as no gesture
holds them, are real in everything but their combination (an outlier exposure in the sense of Hendrycks et al. 2019,
"Deep Anomaly Detection with Outlier Exposure").
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.gesture.canonical import PALM, canonical_points, raw_rows
from models.gesture.prior import prior_coordinates
from models.hand.landmarks import FINGERS
from models.hand.made_rows import no_gesture_rows
from trainer.recognition.guard import BORROWED_ROWS

Points = NDArray[np.complex128]
State = tuple[int, ...]

FOLDED, OUT, TOUCHING = 0, 1, 2
FINGER_STATES: dict[str, State] = {
    "call": (1, 0, 0, 0, 1),
    "dislike": (1, 0, 0, 0, 0),
    "fist": (0, 0, 0, 0, 0),
    "four": (0, 1, 1, 1, 1),
    "like": (1, 0, 0, 0, 0),
    "mute": (0, 1, 0, 0, 0),
    "ok": (2, 2, 1, 1, 1),
    "one": (0, 1, 0, 0, 0),
    "palm": (1, 1, 1, 1, 1),
    "peace": (0, 1, 1, 0, 0),
    "peace_inverted": (0, 1, 1, 0, 0),
    "rock": (0, 1, 0, 0, 1),
    "stop": (1, 1, 1, 1, 1),
    "stop_inverted": (1, 1, 1, 1, 1),
    "three": (0, 1, 1, 1, 0),
    "three2": (1, 1, 1, 0, 0),
    "two_up": (0, 1, 1, 0, 0),
    "two_up_inverted": (0, 1, 1, 0, 0),
}
"""Thumb, index, middle, ring and little finger of each gesture: folded, out, or thumb and index touching."""

OPEN_OK: State = (0, 0, 1, 1, 1)
"""``ok`` seen with thumb and index apart: too near to the gesture to be called none."""
HELD_OUT_STATES: frozenset[State] = frozenset({(0, 0, 1, 0, 0), (0, 0, 0, 0, 1), (1, 1, 0, 0, 0)})
"""Middle finger, little finger, and thumb with index ("L"): never made, so that they can show what the rest teaches."""
GESTURE_STATES: frozenset[State] = frozenset(FINGER_STATES.values()) | {OPEN_OK}

CANDIDATES = 6
"""Partners that are looked at for each hand; the one with the most similar palm gives its fingers."""
LARGEST_MISFIT = 0.3
"""Squared distance of two fitted palms over the palm's own size, above which fingers would not fit."""
USUAL_SHARE = 0.6
"""A made hand is left out when it is nearer to a gesture than this share of the gesture's own hands."""
STRANGER_MARGIN = 1.5
"""How much wider than its own hands the surroundings of a gesture are that is none of HaGRID's, in squared distance."""
_POWERS = 3 ** np.arange(5)


class UnknownError(GestureError):
    """Hands that nothing can be made of."""


def is_unknown(state: State) -> bool:
    """Whether a combination of finger states is neither a gesture, nor nearly one, nor held out."""
    if TOUCHING in state:
        if state[2:] == OPEN_OK[2:]:
            return False
        variants = itertools.product(*[(FOLDED, OUT) if each == TOUCHING else (each,) for each in state])
    else:
        variants = itertools.product(*[(each,) for each in state])
    return not set(variants) & (GESTURE_STATES | HELD_OUT_STATES)


@dataclass(frozen=True, slots=True)
class Usual:
    """One gesture's hands as a normal distribution, to tell whether a hand would be usual among them.

    Attributes
    ----------
    mean
        ``(40,)``.
    whitening
        ``(40, 40)``; lengths of whitened differences are Mahalanobis distances.
    limit
        Squared distance up to which a hand is usual.
    """

    mean: NDArray[np.float64]
    whitening: NDArray[np.float64]
    limit: float

    def includes(self, coordinates: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether hands ``(N, 40)`` are usual for the gesture."""
        squared = (((coordinates - self.mean) @ self.whitening) ** 2).sum(axis=1)
        within: NDArray[np.bool_] = squared <= self.limit
        return within


def describe_usual(rows: NDArray[np.float32], labels: NDArray[np.str_]) -> tuple[Usual, ...]:
    """Describe what is usual for each label.

    Of HaGRID's gestures the inner :data:`USUAL_SHARE` is usual, as they are known well and made hands may come near; of
    other gestures, recorded by one person perhaps, more than was seen.
    """
    coordinates = prior_coordinates(rows)
    members = {str(label): coordinates[labels == label] for label in np.unique(labels)}
    scatters = {label: (own - own.mean(axis=0)).T @ (own - own.mean(axis=0)) for label, own in members.items()}
    shared = np.sum(list(scatters.values()), axis=0) / len(coordinates)
    floor = 1e-3 * np.trace(shared) / len(shared) * np.eye(len(shared))
    described = []
    for label, own in members.items():
        covariance = (scatters[label] + BORROWED_ROWS * shared) / (len(own) + BORROWED_ROWS) + floor
        whitening = np.linalg.inv(np.linalg.cholesky(covariance)).T
        squared = (((own - own.mean(axis=0)) @ whitening) ** 2).sum(axis=1)
        limit = np.quantile(squared, USUAL_SHARE) if label in FINGER_STATES else STRANGER_MARGIN * squared.max()
        described.append(Usual(own.mean(axis=0), whitening, float(limit)))
    return tuple(described)


class UnknownHands:
    """Makes hands that are no gesture.

    Parameters
    ----------
    rows
        Raw rows ``(N, 63)`` of gestures.
    labels
        ``(N,)``; hands of other labels than HaGRID's 18 give no fingers, but what is made keeps away from them, too.

    Raises
    ------
    UnknownError
        When there are no two gestures among the hands.
    """

    def __init__(self, rows: NDArray[np.float32], labels: NDArray[np.str_]) -> None:
        names = np.asarray(labels).astype(str)
        self._usual = describe_usual(rows, names)
        donors = np.isin(names, list(FINGER_STATES))
        if len(np.unique(names[donors])) < 2:
            raise UnknownError(
                "Unknown hands are made of the fingers of at least two of HaGRID's gestures, but fewer came."
                " Train together with the prior."
            )
        self._points = canonical_points(rows[donors])
        self._states = np.array([FINGER_STATES[label] for label in names[donors]])
        self._unknown = np.zeros(3**5, bool)
        for state in itertools.product((FOLDED, OUT, TOUCHING), repeat=5):
            self._unknown[int(np.dot(state, _POWERS))] = is_unknown(state)

    def recombined(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Make about ``count`` hands that carry some fingers of another hand; raw rows, z NaN."""
        first, second, points, partner, fitting = self._pairs(5 * count, rng)
        taken = rng.random((len(first), 5)) < rng.choice([0.2, 0.4, 0.6], len(first))[:, None]
        states = np.where(taken, self._states[second], self._states[first])
        kept = fitting & taken.any(axis=1) & ~taken.all(axis=1) & self._unknown[states @ _POWERS]
        made = points[kept]
        for number, finger in enumerate(FINGERS.values()):
            joints = list(finger)
            # A finger is set upon the hand's own knuckle; the thumb's root moves, it keeps its place to the wrist.
            root = 0 if number == 0 else joints[0]
            moved = partner[kept][:, joints] - partner[kept][:, [root]] + points[kept][:, [root]]
            made[:, joints] = np.where(taken[kept, number, None], moved, made[:, joints])
        return self.unlike_gestures(raw_rows(made[:count]))

    def _pairs(
        self, count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], Points, Points, NDArray[np.bool_]]:
        """Draw hands and for each a partner, moved so that its palm lies on the hand's palm."""
        first = rng.integers(0, len(self._points), count)
        points = self._points[first]
        best = np.full(count, np.inf)
        second = first.copy()
        partner = points.copy()
        for _ in range(CANDIDATES):
            candidate = rng.integers(0, len(self._points), count)
            moved, misfit = fit_palms(points, self._points[candidate])
            better = misfit < best
            best = np.where(better, misfit, best)
            second = np.where(better, candidate, second)
            partner = np.where(better[:, None], moved, partner)
        return first, second, points, partner, best < LARGEST_MISFIT

    def unlike_gestures(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give those of some made hands, raw rows ``(N, 63)``, that are not usual for any gesture."""
        coordinates = prior_coordinates(rows)
        usual = np.any([each.includes(coordinates) for each in self._usual], axis=0)
        return np.asarray(rows[~usual])


def made_unknown(maker: UnknownHands, each: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Make about ``each`` recombined hands and ``each`` poses of the articulated hand, as raw rows."""
    return np.concatenate([maker.recombined(each, rng), maker.unlike_gestures(no_gesture_rows(each, rng))])


def fit_palms(onto: Points, points: Points) -> tuple[Points, NDArray[np.float64]]:
    """Turn, scale and move hands so that their palms lie on other hands' palms as well as they can.

    Parameters
    ----------
    onto, points
        ``(N, 21)`` as complex numbers.

    Returns
    -------
    tuple
        The moved hands ``(N, 21)`` and how badly the palms fit, ``(N,)``: squared distances over the palm's size.
    """
    palm = list(PALM)
    target, own = onto[:, palm], points[:, palm]
    middle, own_middle = target.mean(axis=1, keepdims=True), own.mean(axis=1, keepdims=True)
    target, own = target - middle, own - own_middle
    # Least squares over complex numbers: one factor is turn and scale together.
    factor = (own.conj() * target).sum(axis=1, keepdims=True) / np.maximum(
        (np.abs(own) ** 2).sum(1, keepdims=True), 1e-12
    )
    misfit = (np.abs(target - factor * own) ** 2).sum(axis=1) / np.maximum((np.abs(target) ** 2).sum(axis=1), 1e-12)
    return (points - own_middle) * factor + middle, misfit


def _squared_size(points: Points) -> NDArray[np.float64]:
    squared: NDArray[np.float64] = (np.abs(points) ** 2).sum(axis=1, keepdims=True)
    return np.maximum(squared, 1e-12)
