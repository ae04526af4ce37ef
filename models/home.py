"""The one folder in which everything of a user is found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "GESTURE_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below the home folder; nothing is created by asking for one.

    Attributes
    ----------
    root
        Absolute path of the folder itself.
    """

    root: Path

    @property
    def landmarker(self) -> Path:
        """MediaPipe's hand landmarker file."""
        return self.root / "hand_landmarker.task"

    @property
    def light_landmarker(self) -> Path:
        """The same with MediaPipe's light landmark model, for slow machines."""
        return self.root / "hand_landmarker_light.task"

    @property
    def registry_database(self) -> Path:
        """MLflow's tracking and registry store (SQLite)."""
        return self.root / "mlflow.db"

    @property
    def artifacts(self) -> Path:
        """MLflow's artifacts."""
        return self.root / "artifacts"

    @property
    def models(self) -> Path:
        """Local copies of model versions that were used: one folder a version."""
        return self.root / "models"

    @property
    def samples_database(self) -> Path:
        """Recorded samples (SQLite)."""
        return self.root / "samples.db"

    @property
    def settings(self) -> Path:
        """The settings, a plain TOML file."""
        return self.root / "settings.toml"

    @property
    def logs(self) -> Path:
        """Log files, newest last by name."""
        return self.root / "logs"


def expanded(name: str | Path) -> Path:
    """Give a path with ``~`` made the user's home; that of a user who is not known stays, and is not there."""
    try:
        return Path(name).expanduser()
    except (RuntimeError, ValueError):
        return Path(name)


def find_home(environment: Mapping[str, str] | None = None) -> Home:
    """Give the home folder: ``GESTURE_HOME`` where it is set, else the platform's data folder.

    Parameters
    ----------
    environment
        Where the variable is looked up; the process's own environment by default.
    """
    named = (os.environ if environment is None else environment).get(HOME_VARIABLE, "").strip()
    root = expanded(named) if named else platformdirs.user_data_path("gesture-app", appauthor=False)
    return Home(root.absolute())
