"""Shared by all tests: no screen needed, and nothing of the user's own is touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from models.home import HOME_VARIABLE, Home, find_home

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["DO_NOT_TRACK"] = "true"

# How fast cases are made and run depends on what else the machine does; a test that hangs is ended by its timeout.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

PROJECT = Path(__file__).resolve().parent.parent
SHARED_DATA = PROJECT.parent / "shared" / "data"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process for a few files, and for tests that print; one more than cores for the suite, which often waits."""
    named = [argument for argument in config.args if ".py" in argument or "benchmarks" in argument]
    return 0 if named or config.getoption("capture") == "no" else (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout; a test that wants it skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the data folder beside the checkout: {SHARED_DATA.name}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def landmarker_file() -> Path:
    """The real hand landmarker file, assembled once a machine and kept in the user's home folder."""
    from models.hand.landmarker import find_landmarker

    return find_landmarker(find_home())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home folder of the test's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return Home(folder)


@pytest.fixture
def equipped_home(home: Home, landmarker_file: Path) -> Home:
    """A home folder of the test's own that has the landmarker file already."""
    shutil.copyfile(landmarker_file, home.landmarker)
    return home


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database with its tables, made once: the migrations take seconds."""
    from models.gesture.registry import Registry

    made = Home(tmp_path_factory.mktemp("store"))
    Registry(made).client()
    return made.registry_database


@pytest.fixture
def stored_home(home: Home, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home folder of the test's own that has an empty MLflow store already."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    shutil.copyfile(empty_store, home.registry_database)
    return home
