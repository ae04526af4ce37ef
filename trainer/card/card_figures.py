"""Figures of the model card: small PNG files, hands only as drawn from the prior."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.gesture.prior import Prior
from models.hand.landmarks import BONES
from trainer.shipping import Measured, Shipment

INK, ACCENT, PALE = "#1f2933", "#0f766e", "#94a3b8"
DOTS_PER_INCH = 90
FIGURES = ("confusion.png", "trust.png", "weaknesses.png")
"""Names of all that a card may show."""


def draw_figures(
    measured: Measured, shipment: Shipment, confused: Sequence[tuple[str, str, int]], folder: Path
) -> None:
    """Draw what the card shows of a measured model; its weaknesses only where it confused gestures."""
    confusion, trust, weaknesses = (folder / name for name in FIGURES)
    confusion_figure(measured.scores, confusion)
    trust_figure(measured, shipment.info.threshold, trust)
    if confused:
        weakness_figure(shipment.prior, confused, weaknesses)


def confusion_figure(scores: dict[str, Any], path: Path) -> None:
    """Draw the confusion matrix of the test set with counts."""
    counts, names = np.array(scores["confusion"]), scores["labels"]
    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.add_subplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="GnBu", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.6
        axes.text(
            column, row, str(int(counts[row, column])), ha="center", va="center", fontsize=7, color="w" if dark else INK
        )
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set(xlabel="answer", ylabel="truth (none: no_gesture)")
    _save(figure, path)


def trust_figure(measured: Measured, threshold: float, path: Path) -> None:
    """Draw the rejection curve and the calibration plot beside each other."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    curve = measured.curve
    left.plot(
        [100 * point.false_reject for point in curve], [100 * point.false_accept for point in curve], color=ACCENT
    )
    chosen = min(curve, key=lambda point: abs(point.threshold - threshold))
    left.plot(100 * chosen.false_reject, 100 * chosen.false_accept, "o", color=ACCENT)
    left.annotate(
        f"shipped: {threshold:.2f}",
        (100 * chosen.false_reject, 100 * chosen.false_accept),
        xytext=(8, 8),
        textcoords="offset points",
    )
    left.set(
        xlabel="gestures refused, %", ylabel="others accepted, %", title="Rejection", xlim=(0, None), ylim=(0, None)
    )
    bins = measured.bins
    right.plot([0, 1], [0, 1], color=PALE, lw=1)
    right.plot([each.confidence for each in bins], [each.accuracy for each in bins], "o-", color=ACCENT)
    right.set(xlabel="confidence", ylabel="share right", title="Calibration", xlim=(0, 1.02), ylim=(0, 1.02))
    _save(figure, path)


def weakness_figure(prior: Prior, pairs: Sequence[tuple[str, str, int]], path: Path) -> None:
    """Draw, for each confusion, a typical hand of both gestures from the prior; no data row is shown."""
    figure = Figure(figsize=(2 * max(len(pairs), 1), 4), layout="constrained")
    grid = figure.subplots(2, max(len(pairs), 1), squeeze=False)
    rng = np.random.default_rng(0)
    for column, (truth, answer, _) in enumerate(pairs):
        for row, (label, role) in enumerate(((truth, "shown"), (answer, "answered"))):
            _draw_hand(grid[row][column], prior, label, rng)
            grid[row][column].set_title(f"{role}: {label}", fontsize=8, color=INK)
    _save(figure, path)


def _draw_hand(axes: Axes, prior: Prior, label: str, rng: np.random.Generator) -> None:
    drawn = prior.draw(label, 50, rng)
    # Of several draws the one nearest to the class: an unusual draw would mislead.
    nearest = int(prior.distances(drawn)[:, prior.labels.index(label)].argmin())
    points = drawn[nearest].reshape(21, 3)[:, :2]
    for start, end in BONES:
        axes.plot(points[[start, end], 0], -points[[start, end], 1], color=ACCENT, lw=2)
    axes.set_aspect("equal")
    axes.axis("off")


def _save(figure: Figure, path: Path) -> None:
    # Without a date in the file the same data gives the same bytes.
    figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})
