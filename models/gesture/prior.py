"""What the 18 gestures look like, as a few normal distributions: trains models where there is no data.

A prior holds means and covariances of many people's hands and no hand of anybody. Each class is a small mixture of
normal distributions over the 40 coordinates of :func:`models.gesture.canonical.canonical_points` without the wrist.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import GestureError
from models.gesture.canonical import canonical_points, raw_rows
from models.hand.landmarks import LANDMARK_COUNT

PRIOR_FILE = "prior.npz"
PRIOR_VERSION = 1
COORDINATES = 2 * (LANDMARK_COUNT - 1)
DRAWN_SIZE = 100.0
"""Root mean square distance from the wrist, in pixels, of the hands that are drawn."""
DRAWN_PLACE = 320 + 240j


class PriorError(GestureError):
    """A prior that is missing, damaged, or does not know a gesture."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """One class: normal distributions and how common each is.

    Attributes
    ----------
    weights
        ``(K,)``, adding up to 1.
    means
        ``(K, 40)``: x of the landmarks 1 to 20, then y.
    factors
        ``(K, 40, 40)`` lower Cholesky factors of the covariances.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    factors: NDArray[np.float64]

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw coordinates ``(count, 40)``."""
        chosen = rng.choice(len(self.weights), count, p=self.weights)
        noise = rng.standard_normal((count, COORDINATES))
        drawn = np.empty((count, COORDINATES))
        for number, factor in enumerate(self.factors):
            of_it = chosen == number
            drawn[of_it] = self.means[number] + noise[of_it] @ factor.T
        return drawn

    def distances(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give Mahalanobis distances ``(N,)`` of coordinates ``(N, 40)`` to the nearest of the distributions."""
        every = [
            np.linalg.norm(np.linalg.solve(factor, (coordinates - mean).T), axis=0)
            for mean, factor in zip(self.means, self.factors, strict=True)
        ]
        nearest: NDArray[np.float64] = np.min(every, axis=0)
        return nearest


@dataclass(frozen=True, slots=True)
class Prior:
    """Mixtures by class.

    Attributes
    ----------
    classes
        ``no_gesture`` among them.
    """

    classes: dict[str, Mixture]

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes' names."""
        return tuple(self.classes)

    @classmethod
    def load(cls, path: Path | None = None) -> Prior:
        """Load a prior; the shipped one by default.

        Raises
        ------
        PriorError
            When the file is missing, damaged or of a newer program.
        """
        place = path or Path(__file__).resolve().parent / "shipped" / PRIOR_FILE
        try:
            with np.load(place, allow_pickle=False) as content:
                return cls._unpack({name: content[name] for name in content.files})
        except OSError as error:
            raise PriorError(f"The prior {place} cannot be read: {error.strerror or error}.") from error
        except (ValueError, KeyError, zipfile.BadZipFile) as error:
            raise PriorError(f"{place} is no prior of this program ({error}). Make it again with ship.") from error

    @classmethod
    def _unpack(cls, content: dict[str, NDArray[np.generic]]) -> Prior:
        version = int(content["version"])
        if version > PRIOR_VERSION:
            raise PriorError(f"The prior has format {version}, but this program reads {PRIOR_VERSION}. Update it.")
        owner = content["owner"].astype(np.intp)
        lower = np.tril_indices(COORDINATES)
        factors = np.zeros((len(owner), COORDINATES, COORDINATES))
        factors[:, lower[0], lower[1]] = content["factors"]
        weights, means = content["weights"].astype(np.float64), content["means"].astype(np.float64)
        classes = {}
        for number, label in enumerate(content["labels"].tolist()):
            of_it = owner == number
            classes[str(label)] = Mixture(weights[of_it] / weights[of_it].sum(), means[of_it], factors[of_it])
        return cls(classes)

    def save(self, path: Path) -> None:
        """Write as float32; the covariances as the lower halves of their factors."""
        lower = np.tril_indices(COORDINATES)
        mixtures = list(self.classes.values())
        np.savez_compressed(
            path,
            version=np.array(PRIOR_VERSION),
            labels=np.array(self.labels),
            owner=np.repeat(np.arange(len(mixtures)), [len(mixture.weights) for mixture in mixtures]).astype(np.int16),
            weights=np.concatenate([mixture.weights for mixture in mixtures]).astype(np.float32),
            means=np.concatenate([mixture.means for mixture in mixtures]).astype(np.float32),
            factors=np.concatenate([mixture.factors[:, lower[0], lower[1]] for mixture in mixtures]).astype(np.float32),
        )

    def draw(self, label: str, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw hands of a class.

        Parameters
        ----------
        label
            A gesture or ``no_gesture``.
        count
            How many.
        rng
            Where randomness comes from.

        Returns
        -------
        ndarray
            Raw rows ``(count, 63)`` in pixels, hands about 300 pixels long, half of them mirrored; z is NaN.

        Raises
        ------
        PriorError
            When the prior does not know the label.
        """
        coordinates = self._mixture(label).draw(count, rng)
        half = COORDINATES // 2
        points = np.zeros((count, LANDMARK_COUNT), np.complex128)
        points[:, 1:] = coordinates[:, :half] + 1j * coordinates[:, half:]
        mirrored = rng.random(count) < 0.5
        points[mirrored] = -points[mirrored].conj()
        return raw_rows(points * DRAWN_SIZE + DRAWN_PLACE)

    def distances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Give how far hands are from each class: Mahalanobis distances ``(N, classes)`` in the order of ``labels``.

        About 6.3 (the root of 40) is usual for a hand of the class.
        """
        coordinates = prior_coordinates(rows)
        return np.stack([mixture.distances(coordinates) for mixture in self.classes.values()], axis=1)

    def _mixture(self, label: str) -> Mixture:
        try:
            return self.classes[label]
        except KeyError:
            raise PriorError(f"The prior knows no gesture {label!r}; it knows {', '.join(self.labels)}.") from None


def prior_coordinates(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the coordinates ``(N, 40)`` that a prior describes, of raw rows ``(N, 63)``."""
    points = canonical_points(rows)[:, 1:]
    return np.concatenate([points.real, points.imag], axis=1)
