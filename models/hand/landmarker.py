"""Where MediaPipe's hand landmarker file comes from: a given path, the home folder, or assembled from the index."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from models.errors import GestureError
from models.home import Home

LANDMARKER_VARIABLE = "GESTURE_LANDMARKER"
Progress = Callable[[str, float | None], None]


class LandmarkerError(GestureError):
    """The hand landmarker file cannot be had or is not one."""


def find_landmarker(
    home: Home,
    given: Path | None = None,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Give the path of a usable hand landmarker file."""
    named = (os.environ if environment is None else environment).get(LANDMARKER_VARIABLE, "").strip()
    path = given or (Path(named).expanduser() if named else home.landmarker)
    if path.is_file():
        return path
    raise LandmarkerError(f"There is no hand landmarker file at {path}.")
