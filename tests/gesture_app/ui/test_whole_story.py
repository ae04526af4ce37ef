"""The whole story by mouse and keyboard: real frames, real SQLite, real training, real MLflow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from whole_story import SAMPLES, Story

from gesture_app.ui.main_window import MainWindow
from models.home import Home
from models.samples import SampleFilter, SampleStore


@pytest.mark.timeout(420)  # a training on a machine with much else to do
def test_record_train_switch_and_roll_back(
    make_window: Callable[..., MainWindow],
    equipped_home: Home,
    small_table: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)
    window = make_window()
    story = Story(qtbot, window, small_table)
    for _, step in story.steps():
        step()
    window.close()
    with SampleStore(equipped_home.samples_database) as store:
        assert store.counts(SampleFilter()).gestures == {"letter_L": SAMPLES}
