"""The demo hand at full speed with recording, switching and sweeps beside it. An hour where SOAK=full is set.

``SOAK_S=600`` sets another time.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gesture_app.capture.choose import make_source
from gesture_app.live.recogniser import Recogniser
from gesture_app.live.result import FrameResult
from gesture_app.live.session import LiveSession, SessionState, SessionStatus
from models.gesture.catalog import shipped_folder
from models.gesture.classifier import GestureClassifier
from models.hand.landmarker import find_landmarker
from models.home import Home, find_home
from models.samples import NewSample, SampleStore
from trainer.dataset import COORDINATES
from trainer.tracking import Tracker

ALLOWED_GROWTH = 0.02
"""From a sixth of the time to its end, where that is ten minutes at least."""


def resident_mb() -> float:
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory and handles in /proc")
@pytest.mark.timeout(5400)
def test_everything_at_once_for_a_long_time(
    stored_home: Home, tmp_path: Path, full: bool, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = float(os.environ.get("SOAK_S", "3600" if full else "15"))
    caplog.set_level(logging.WARNING)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(400, 63)) * 50, columns=list(COORDINATES))
    frame["label"] = np.repeat(["fist", "palm"], 200)
    frame.to_csv(tmp_path / "hands.csv", index=False)
    (tmp_path / "space.toml").write_text("[[extra_trees]]\nn_estimators = [5, 10]\n[[svm]]\nC = [1, 3]\n")
    words = ["sweep", "--data", str(tmp_path / "hands.csv"), "--space", str(tmp_path / "space.toml"), "--jobs", "1"]
    command = ["nice", "-n", "15", sys.executable, "-m", "trainer.cli", *words, "--quiet", "--fresh"]

    landmarker = find_landmarker(find_home())
    content = (shipped_folder() / "classifier.onnx").read_bytes()
    models = [GestureClassifier(content, name) for name in ("one", "two")]
    statuses: list[SessionStatus] = []
    newest: list[FrameResult | None] = [None]
    counted = [0]

    def take() -> None:
        newest[0] = session.take()
        counted[0] += 1

    session = LiveSession(lambda: Recogniser.open(landmarker=landmarker), take, statuses.append)
    session.start(make_source("demo", paced=False))
    began = time.monotonic()
    kept = switched = sweeps = 0
    first_mb = last_mb = 0.0
    first_files = 0
    course: list[int] = []
    sweep = subprocess.Popen(command)
    with SampleStore(stored_home.samples_database) as store:
        sitting = store.start_session("soak")
        while (now := time.monotonic() - began) < seconds:
            time.sleep(0.1)
            if newest[0] is not None and newest[0].hands:
                take_number = store.start_take(sitting, "fist")
                store.add(take_number, [NewSample(newest[0].hands[0].hand, time.time())])
                kept += 1
            session.use(models[switched % 2])
            switched += 1
            if switched % 100 == 0:
                session.start(make_source("demo:2" if switched % 200 else "demo", paced=False))
            if sweep.poll() is not None:
                assert sweep.returncode == 0
                sweeps += 1
                sweep = subprocess.Popen(command)
            if now > seconds / 12 * (len(course) + 1):
                course.append(round(resident_mb()))
                print(f"after {now:.0f} s: {course[-1]} MB, {counted[0]} frames", flush=True)
            if not first_mb and now > seconds / 6:
                first_mb, first_files = resident_mb(), len(list(Path("/proc/self/fd").iterdir()))
        last_mb, last_files = resident_mb(), len(list(Path("/proc/self/fd").iterdir()))
        assert sweep.wait(600) == 0
        sweeps += 1
        assert store.count() == kept
        store.look_inside()
    session.close()
    assert not [status for status in statuses if status.state is SessionState.FAILED]
    assert not [record.getMessage() for record in caplog.records]
    assert kept
    assert counted[0] > seconds
    assert last_files <= first_files + 5
    tracker = Tracker.open()
    assert [run.status for run in tracker.runs({"gesture.kind": "sweep"})] == ["FINISHED"] * sweeps
    growth = last_mb / first_mb - 1
    print(
        f"{seconds:.0f} s: {counted[0]} frames, {kept} samples kept and found, {switched} changes of model, {sweeps}"
        f" sweeps; memory {first_mb:.0f} MB to {last_mb:.0f} MB ({growth:+.1%}), by twelfth {course}"
    )
    if seconds >= 600:
        assert growth < ALLOWED_GROWTH
