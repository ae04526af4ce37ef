"""Landmarks to feature rows in plain numpy: the reference that training uses and that model files repeat.

Every feature is a difference of landmarks, its length, its direction, or the angle between two of them, so that a row
says what a hand looks like and not where it is, how large it is, or what shape the picture has. Only x and y are used:
HaGRID's annotations have no z, and MediaPipe's z is the least certain of its numbers.

A left and a right hand are mirror images, so every number that changes its sign in a mirror is multiplied by a smooth
sign of the palm's outline (:data:`EDGE_ON_BAND`): all hands become hands of one side. A hand seen edge-on, where the
side changes, passes through zero instead of jumping.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.hand.landmarks import FINGERS, LANDMARK_COUNT

FEATURES_VERSION = 1

Recipe = Literal["geometry", "notebook"]
RECIPES: tuple[Recipe, ...] = ("geometry", "notebook")

EDGE_ON_BAND = 0.05
"""Palm outline (signed area over squared size) within which a hand is between left and right."""
SOFT_LENGTH = 0.02
"""Length, in hand sizes, below which the direction of a difference fades to zero instead of turning at random."""
TINY = 1e-12
BLOCK_ROWS = 512
"""Rows that are worked on at once: all in between stays in the processor's cache, which is several times faster."""

PALM_OUTLINE = (0, 5, 9, 13, 17)
TIPS = tuple(finger[3] for finger in FINGERS.values())


class FeatureError(GestureError):
    """Rows that features cannot be made of."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which differences of landmarks the geometry recipe looks at; the ONNX graph is built from the same table.

    Attributes
    ----------
    pairs
        ``(from, to)`` of every difference vector. The first :attr:`directed` of them give their direction.
    directed
        How many of the pairs give a direction.
    angles
        Pairs of places in ``pairs``: the cosine and the sine from the first to the second are features.
    """

    pairs: tuple[tuple[int, int], ...]
    directed: int
    angles: tuple[tuple[int, int], ...]

    def difference_matrix(self) -> NDArray[np.float32]:
        """Matrix ``(21, pairs)`` that turns a row of one coordinate into all differences at once."""
        matrix = np.zeros((LANDMARK_COUNT, len(self.pairs)), np.float32)
        for place, (start, end) in enumerate(self.pairs):
            matrix[start, place] -= 1
            matrix[end, place] += 1
        return matrix


def _make_layout() -> Layout:
    bones = [pair for finger in FINGERS.values() for pair in itertools.pairwise((0, *finger))]
    reaches = [(finger[0], finger[3]) for finger in FINGERS.values()]
    between_tips = list(itertools.combinations(TIPS, 2))
    to_wrist = [(0, tip) for tip in TIPS]
    thumb_reach = [(4, joint) for finger in list(FINGERS.values())[1:] for joint in finger[:3]]
    across = [(5, 17), (5, 9), (9, 13), (13, 17)]
    bends = [(4 * finger + bone, 4 * finger + bone + 1) for finger in range(5) for bone in range(3)]
    spreads = [(20 + finger, 21 + finger) for finger in range(4)]
    return Layout(
        pairs=tuple(bones + reaches + across + between_tips + to_wrist + thumb_reach),
        directed=len(bones) + len(reaches),
        angles=tuple(bends + spreads),
    )


LAYOUT = _make_layout()
_DIFFERENCES = LAYOUT.difference_matrix()
_FIRST = np.array([first for first, _ in LAYOUT.angles])
_SECOND = np.array([second for _, second in LAYOUT.angles])
_OUTLINE = np.array(PALM_OUTLINE)
_OUTLINE_NEXT = np.roll(_OUTLINE, -1)

GROUPS: dict[str, slice] = {}
"""Where each group of numbers stands in a row of the geometry recipe."""
_start = 0
for _name, _length in (
    ("coordinates", 2 * LANDMARK_COUNT),
    ("directions", 2 * LAYOUT.directed),
    ("lengths", len(LAYOUT.pairs)),
    ("angles", 2 * len(LAYOUT.angles)),
    ("palm", 1),
):
    GROUPS[_name] = slice(_start, _start + _length)
    _start += _length
FEATURE_COUNT: dict[Recipe, int] = {"geometry": _start, "notebook": 2 * (LANDMARK_COUNT - 1)}


def features(rows: NDArray[np.float32], recipe: Recipe = "geometry") -> NDArray[np.float32]:
    """Turn raw rows into feature rows.

    Parameters
    ----------
    rows
        ``(N, 63)`` as x1, y1, z1 ... x21, y21, z21 in pixels, y down; z is ignored and may be NaN.
    recipe
        ``geometry``, or ``notebook``: centred on the wrist and divided by the middle fingertip's distance, which is how
        the notebook did it that this project grew from; left and right differ there.

    Returns
    -------
    ndarray
        ``(N, FEATURE_COUNT[recipe])`` float32, finite for every finite x and y.

    Raises
    ------
    FeatureError
        When the rows are not of shape (N, 63) or the recipe is unknown.
    """
    if rows.ndim != 2 or rows.shape[1] != 3 * LANDMARK_COUNT:
        raise FeatureError(f"Features are made of rows of shape (N, 63), but {rows.shape} came.")
    if recipe not in RECIPES:
        raise FeatureError(f"There is no feature recipe {recipe!r}; there are {' and '.join(RECIPES)}.")
    if len(rows) <= BLOCK_ROWS:
        return _features(rows, recipe)
    made = np.empty((len(rows), FEATURE_COUNT[recipe]), np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        made[start : start + BLOCK_ROWS] = _features(rows[start : start + BLOCK_ROWS], recipe)
    return made


def _features(rows: NDArray[np.float32], recipe: Recipe) -> NDArray[np.float32]:
    x = np.asarray(rows[:, 0::3], np.float32)
    y = np.asarray(rows[:, 1::3], np.float32)
    x = x - x[:, :1]
    y = y - y[:, :1]
    # Dividing by the largest number first keeps squares of very large and very small hands inside float32.
    extent = np.maximum(np.maximum(np.abs(x).max(axis=1), np.abs(y).max(axis=1)), TINY)[:, None]
    x = x / extent
    y = y / extent
    return _geometry(x, y) if recipe == "geometry" else _notebook(x, y)


def _geometry(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    size = np.sqrt((x * x + y * y).mean(axis=1, keepdims=True) + np.float32(TINY))
    x = x / size
    y = y / size
    outline = 0.5 * (x[:, _OUTLINE] * y[:, _OUTLINE_NEXT] - x[:, _OUTLINE_NEXT] * y[:, _OUTLINE]).sum(
        axis=1, keepdims=True
    )
    side = np.clip(outline / np.float32(EDGE_ON_BAND), -1, 1)
    side = side * (1.5 - 0.5 * side * side)
    dx = x @ _DIFFERENCES
    dy = y @ _DIFFERENCES
    length = np.sqrt(dx * dx + dy * dy + np.float32(SOFT_LENGTH**2))
    ux = dx / length
    uy = dy / length
    ax, ay, bx, by = ux[:, _FIRST], uy[:, _FIRST], ux[:, _SECOND], uy[:, _SECOND]
    cosine = ax * bx + ay * by
    sine = (ax * by - ay * bx) * side
    count = LAYOUT.directed
    return np.concatenate(
        [x * side, y, ux[:, :count] * side, uy[:, :count], length, cosine, sine, outline * side], axis=1
    )


def _notebook(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    tip = FINGERS["middle"][3]
    scale = np.maximum(np.hypot(x[:, tip], y[:, tip]), np.float32(1e-6))[:, None]
    return np.concatenate([x[:, 1:] / scale, y[:, 1:] / scale], axis=1)
