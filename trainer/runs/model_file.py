"""Fitted pipelines as skops files, and the only types that are ever read back from one."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import skops.io

from models.errors import GestureError

TRUSTED_TYPES: tuple[str, ...] = (
    "sklearn.tree._tree.Tree",
    "trainer.recognition.calibration.CalibratedScores",
    "trainer.features_step.HandFeatures",
    "trainer.recognition.guard.Guarded",
    "trainer.recognition.network.HandNetwork",
)
"""Types that our pipelines hold besides those that skops trusts by itself. A file names its own list of trusted types,
which is worth nothing: this one counts."""


class ModelContentError(GestureError):
    """A saved pipeline that holds something else than our pipelines do."""


def dump_pipeline(pipeline: Any) -> bytes:  # noqa: ANN401 - any fitted estimator
    """Write a fitted estimator as skops; forests shrink to a seventh by the weakest compression, in the same time."""
    file = io.BytesIO()
    skops.io.dump(pipeline, file, compression=zipfile.ZIP_DEFLATED, compresslevel=1)
    return file.getvalue()


def foreign_types(content: bytes) -> tuple[str, ...]:
    """List the types of a skops file that neither skops nor :data:`TRUSTED_TYPES` trusts, without making any of them.

    Raises
    ------
    ModelContentError
        When it is no skops file.
    """
    try:
        found = skops.io.get_untrusted_types(data=content)
    except Exception as error:  # damage shows itself as whatever the part that is damaged raises
        raise _unreadable(error) from error
    return tuple(sorted(set(found) - set(TRUSTED_TYPES)))


def load_pipeline(content: bytes) -> Any:  # noqa: ANN401 - any fitted estimator
    """Read a pipeline that holds nothing but the types of :data:`TRUSTED_TYPES` and those that skops trusts.

    Raises
    ------
    ModelContentError
        When it holds others, or is no skops file.
    """
    strange = foreign_types(content)
    if strange:
        raise ModelContentError(
            f"The saved pipeline holds {', '.join(strange)}, which no pipeline of this program does."
            " It was not loaded; use a version that this program made."
        )
    try:
        return skops.io.loads(content, trusted=list(TRUSTED_TYPES))
    except Exception as error:  # as above
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ModelContentError:
    first = (str(error).strip().splitlines() or [""])[0].rstrip(".")
    return ModelContentError(
        f"The saved pipeline is no readable skops file ({type(error).__name__}: {first}). Train it again."
    )
