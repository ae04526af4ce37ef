"""Everything with a real MLflow server process on this machine; run by name."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.gesture.catalog import ModelCatalog
from models.home import Home
from trainer.cli import main
from trainer.dataset import COORDINATES

SPACE = "[[extra_trees]]\nn_estimators = [5, 10]\n[[svm]]\nC = 10\n[[knn]]\nn_neighbors = 100000\n"


@pytest.fixture
def server(tmp_path: Path, empty_store: Path) -> Iterator[str]:
    store = tmp_path / "server.db"
    store.write_bytes(empty_store.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{store}", "--artifacts-destination", str(tmp_path / "artifacts")]
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    address = f"http://127.0.0.1:{port}"
    for _ in range(900):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                break
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(30)


@pytest.mark.timeout(600)
def test_a_server_serves_for_all_of_it(
    server: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    rng = np.random.default_rng(0)
    shapes, codes = rng.normal(size=(4, 63)) * 50, np.repeat(np.arange(4), 150)
    frame = pd.DataFrame(shapes[codes] + rng.normal(size=(600, 63)) * 16, columns=list(COORDINATES))
    frame["label"] = np.array(["fist", "like", "palm", "stop"])[codes]
    frame.to_csv(tmp_path / "hands.csv", index=False)
    (tmp_path / "space.toml").write_text(SPACE)
    words = [
        "sweep",
        "--data",
        str(tmp_path / "hands.csv"),
        "--space",
        str(tmp_path / "space.toml"),
        "--quiet",
        "--json",
    ]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["finished"], report["failed"]) == (3, 1)
    assert report["champion"]["aliases"] == ["champion"]
    assert not home.registry_database.exists()
    assert main(words) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["parent_run"], again["resumed"]) == (report["parent_run"], 3)
    assert main(["leaderboard", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["finished"] == 3
    with ModelCatalog(home) as catalog:
        assert [entry.name for entry in catalog.refresh()] == ["2", "1", "shipped"]
        assert catalog.load("champion").labels == ("fist", "like", "palm", "stop")
        other = next(entry.version for entry in catalog.entries() if entry.version and not entry.version.aliases)
        assert catalog.promote(other.number).aliases == ("champion",)
        assert catalog.rollback().number == report["champion"]["version"]
    assert main(["export", "champion", str(tmp_path / "exported")]) == 0
    assert (tmp_path / "exported" / "classifier.onnx").is_file()
