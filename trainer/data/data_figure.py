"""A picture of a data set: how many hands each class has, and what its mean hand looks like."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.gesture.canonical import canonical_points
from models.hand.landmarks import FINGERS, LANDMARK_COUNT, PALM_BONES
from trainer.data.writing import replacing
from trainer.dataset import Dataset
from trainer.figures import INK, PALE, PAPER, Colour, font

SCALE = 2
"""Drawn so much larger and shrunk, which smooths the lines."""
CARD, GAP, MARGIN, COLUMNS = 330, 24, 60, 5
HEAD = 150
TRACK, FILL = (232, 236, 241), (22, 105, 176)
GHOST: Colour = (205, 214, 225)
SHOWN_HANDS = 24
FINGER_COLOURS: dict[str, Colour] = {
    "thumb": (204, 121, 20),
    "index": (22, 105, 176),
    "middle": (0, 130, 100),
    "ring": (150, 80, 160),
    "little": (200, 60, 60),
}


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    count: int
    mean: NDArray[np.complex128]
    some: NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class _Style:
    size: int
    colour: Colour
    anchor: str = "la"


def save_data_figure(dataset: Dataset, path: Path) -> None:
    """Draw a data set into a PNG file; the file is whole or not there."""
    with replacing(path) as file:
        draw_data_figure(dataset).save(file, "PNG", optimize=True)


def draw_data_figure(dataset: Dataset) -> Image.Image:
    """Draw a card for each class: its mean hand over some of its hands, its number of hands, and a bar."""
    classes = _classes(dataset)
    rows = -(-len(classes) // COLUMNS)
    width = 2 * MARGIN + COLUMNS * CARD + (COLUMNS - 1) * GAP
    height = HEAD + rows * (CARD + 70 + GAP) + MARGIN
    picture = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)
    pen = ImageDraw.Draw(picture)
    most = max((entry.count for entry in classes), default=1)
    _write(pen, (MARGIN, 44), f"{len(dataset):,} hands, {len(classes)} classes", _Style(40, INK))
    _write(pen, (MARGIN, 98), _subtitle(dataset), _Style(22, PALE))
    for number, entry in enumerate(classes):
        row, column = divmod(number, COLUMNS)
        corner = (MARGIN + column * (CARD + GAP), HEAD + row * (CARD + 70 + GAP))
        picture.paste(_hands_tile(entry), (corner[0] * SCALE, corner[1] * SCALE))
        _caption(pen, entry, corner, most)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _subtitle(dataset: Dataset) -> str:
    groups = len([name for name in dataset.group_column.used() if name])
    known = f"{groups:,} persons, sessions or takes" if groups else "persons not known"
    return f"{known}   ·   digest {dataset.digest}   ·   hands turned to one side, wrist in place, one size"


def _classes(dataset: Dataset) -> list[_Class]:
    ranks, names = dataset.label_column.ranks()
    rng = np.random.default_rng(0)
    found = []
    for number, name in enumerate(names):
        index = np.flatnonzero(ranks == number)
        drawn = index if len(index) <= SHOWN_HANDS else rng.choice(index, SHOWN_HANDS, replace=False)
        mean = _mean_hand(dataset.rows, index)
        some = _turned(canonical_points(dataset.rows[drawn]), mean)
        found.append(_Class(name, len(index), mean, some))
    return found


def _mean_hand(rows: NDArray[np.float32], index: NDArray[np.intp]) -> NDArray[np.complex128]:
    """Give the mean of hands ``(21,)``, each turned to the side on which it is nearer to that mean.

    Of hands seen edge-on the palm does not say the side: about half would be mirrored, and cancel the others out.
    """
    first = canonical_points(rows[index[:8192]])
    mean: NDArray[np.complex128] = first[np.abs(first - np.median(first, axis=0)).mean(axis=1).argmin()]
    for _ in range(3):
        total = np.zeros(LANDMARK_COUNT, np.complex128)
        for start in range(0, len(index), 8192):
            total += _turned(canonical_points(rows[index[start : start + 8192]]), mean).sum(axis=0)
        mean = total / len(index)
    return mean


def _turned(points: NDArray[np.complex128], mean: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Mirror the hands ``(N, 21)`` that are nearer to the mean that way."""
    mirrored = -points.conj()
    nearer = np.abs(mirrored - mean).sum(axis=1) < np.abs(points - mean).sum(axis=1)
    return np.where(nearer[:, None], mirrored, points)


def _hands_tile(entry: _Class) -> Image.Image:
    """Draw the mean hand over some of the class; what reaches beyond the card is cut off."""
    tile = Image.new("RGB", (CARD * SCALE, CARD * SCALE), PAPER)
    pen = ImageDraw.Draw(tile)
    every = np.concatenate([entry.some.ravel(), entry.mean])
    low, high = np.quantile(every.real, (0.005, 0.995)), np.quantile(every.imag, (0.005, 0.995))
    size = max(low[1] - low[0], high[1] - high[0], 1e-6)
    middle = complex(low.mean(), high.mean())
    scale = (CARD - 36) / size
    place = complex(CARD / 2, CARD / 2)
    for hand in entry.some:
        _hand(pen, (hand - middle) * scale + place, ghost=True)
    _hand(pen, (entry.mean - middle) * scale + place, ghost=False)
    return tile


def _caption(pen: ImageDraw.ImageDraw, entry: _Class, corner: tuple[int, int], most: int) -> None:
    x, y = corner
    _write(pen, (x, y + CARD + 6), entry.name, _Style(24, INK))
    _write(pen, (x + CARD, y + CARD + 6), f"{entry.count:,}", _Style(24, PALE, "ra"))
    for fraction, colour in ((1.0, TRACK), (entry.count / most, FILL)):
        right = x + max(CARD * fraction, 4)
        pen.rounded_rectangle(_scaled(x, y + CARD + 44, right, y + CARD + 52), radius=4 * SCALE, fill=colour)


def _hand(pen: ImageDraw.ImageDraw, points: NDArray[np.complex128], *, ghost: bool) -> None:
    width = 1 if ghost else 5
    for start, end in PALM_BONES:
        _line(pen, points[start], points[end], GHOST if ghost else PALE, width)
    for name, joints in FINGERS.items():
        colour = GHOST if ghost else FINGER_COLOURS[name]
        for start, end in itertools.pairwise(joints):
            _line(pen, points[start], points[end], colour, width)
        if not ghost:
            for joint in joints:
                _dot(pen, points[joint], colour)
    if not ghost:
        _dot(pen, points[0], INK)


def _line(pen: ImageDraw.ImageDraw, start: complex, end: complex, colour: Colour, width: int) -> None:
    pen.line(_scaled(start.real, start.imag, end.real, end.imag), fill=colour, width=width * SCALE, joint="curve")


def _dot(pen: ImageDraw.ImageDraw, middle: complex, colour: Colour) -> None:
    box = _scaled(middle.real - 5, middle.imag - 5, middle.real + 5, middle.imag + 5)
    pen.ellipse(box, fill=colour, outline=PAPER, width=SCALE)


def _write(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, style: _Style) -> None:
    spot = (place[0] * SCALE, place[1] * SCALE)
    pen.text(spot, text, fill=style.colour, font=font(style.size * SCALE), anchor=style.anchor)


def _scaled(*numbers: float) -> list[float]:
    return [number * SCALE for number in numbers]
