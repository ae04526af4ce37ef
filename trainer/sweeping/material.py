"""Features of a split, made once for all configurations and kept in files that worker processes open, not copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.gesture.features import Recipe, features
from trainer.recognition.augmentation import augment
from trainer.sweeping.fitting import Bundle, Material

BLOCK_ROWS = 20_000
Need = tuple[Recipe, int]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The raw rows of a split.

    Attributes
    ----------
    rows, codes
        Training part: raw rows ``(N, 63)``, places among the classes ``(N,)``.
    held_rows, held_codes
        Validation part.
    classes
        Names of the classes, sorted.
    seed
        Of the augmentation and of the models.
    """

    rows: NDArray[np.float32]
    codes: NDArray[np.int16]
    held_rows: NDArray[np.float32]
    held_codes: NDArray[np.int16]
    classes: tuple[str, ...]
    seed: int


def make_materials(parts: Parts, bundles: Iterable[Bundle], folder: Path | None) -> dict[Need, Material]:
    """Make the features of every recipe and augmentation that the bundles need.

    Parameters
    ----------
    parts
        The split; augmentation varies the training part only.
    bundles
        What will be fitted.
    folder
        Where the files go; None keeps them in memory, for workers on other machines.
    """
    needs = dict.fromkeys((bundle.recipe, bundle.augment) for bundle in bundles)
    held: dict[Recipe, NDArray[np.float32]] = {}
    made = {}
    for recipe, copies in needs:
        if recipe not in held:
            held[recipe] = _features(parts.held_rows, 0, recipe, parts.seed, _file(folder, f"held_{recipe}"))
        columns = _features(parts.rows, copies, recipe, parts.seed, _file(folder, f"{recipe}_{copies}"))
        codes = np.tile(parts.codes, 1 + copies)
        made[recipe, copies] = Material(columns, codes, held[recipe], parts.held_codes, parts.classes, parts.seed)
    return made


def _features(
    rows: NDArray[np.float32], copies: int, recipe: Recipe, seed: int, file: Path | None
) -> NDArray[np.float32]:
    """Make the features of rows and of varied copies, block by block so that memory stays small."""
    count = len(rows)
    width = features(rows[:1], recipe).shape[1]
    shape = (count * (1 + copies), width)
    columns: NDArray[np.float32] = (
        np.empty(shape, np.float32)
        if file is None
        else np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=shape)
    )
    rng = np.random.default_rng(seed)
    for copy in range(1 + copies):
        for start in range(0, count, BLOCK_ROWS):
            block = rows[start : start + BLOCK_ROWS]
            varied = augment(block, rng) if copy else block
            columns[copy * count + start : copy * count + start + len(block)] = features(varied, recipe)
    if file is None:
        return columns
    del columns
    opened: NDArray[np.float32] = np.load(file, mmap_mode="r")
    return opened


def _file(folder: Path | None, name: str) -> Path | None:
    return None if folder is None else folder / f"{name}.npy"
