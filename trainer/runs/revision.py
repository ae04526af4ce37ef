"""Which code made a result: for people by revision, for resuming by what decides a score."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

import models
import trainer

# Files and folders, all of a folder's sources. The articulated hand and the prior: made-up hands are trained on.
_DECIDING = (
    "trainer/features_step.py",
    "trainer/measuring/metrics.py",
    "trainer/measuring/scores.py",
    "trainer/recognition",
    "trainer/sweeping/completing.py",
    "trainer/sweeping/exposure.py",
    "trainer/sweeping/families.py",
    "trainer/sweeping/fitting.py",
    "trainer/sweeping/material.py",
    "models/gesture/canonical.py",
    "models/gesture/features.py",
    "models/gesture/prior.py",
    "models/hand/articulated.py",
    "models/hand/landmarks.py",
    "models/hand/made_rows.py",
    "models/hand/no_gesture_shapes.py",
    "models/hand/poses.py",
    "models/hand/variation.py",
    "models/hand/views.py",
)
_LIBRARIES = ("numpy", "scikit-learn")


@lru_cache(maxsize=1)
def code_revision() -> str:
    """Give the Git commit of the checkout, or the installed version where there is none."""
    folder = Path(trainer.__file__).resolve().parent
    git = shutil.which("git")
    if git is not None:
        answer = subprocess.run(
            [git, "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, check=False, timeout=10
        )
        if answer.returncode == 0:
            return answer.stdout.strip()
    return f"gesture-app {versions('gesture-app')['gesture-app']}"


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Digest the sources and libraries that decide what a configuration scores: other code, other results."""
    digest = hashlib.sha256()
    for name in _DECIDING:
        package, _, inner = name.partition("/")
        root = Path((trainer if package == "trainer" else models).__file__ or "").resolve().parent
        given = root / inner
        for file in sorted(given.glob("*.py")) if given.is_dir() else [given]:
            digest.update(f"{name}/{file.name}".encode() + file.read_bytes())
    for name, version in versions(*_LIBRARIES).items():
        digest.update(f"{name} {version}".encode())
    return digest.hexdigest()[:16]


def versions(*names: str) -> dict[str, str]:
    """Give the installed versions of distributions, empty where one is not installed."""
    return {name: _version(name) for name in names}


@cache
def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
