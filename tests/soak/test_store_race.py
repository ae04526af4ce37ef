"""Takes two imports of MLflow and one set of migrations: run by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_two_programs_may_open_an_empty_store_at_once(tmp_path: Path) -> None:
    script = (
        "from trainer.tracking import Tracker; t = Tracker.open('both'); t.end(t.begin('one')); print(t.experiment_id)"
    )
    environment = {**os.environ, "GESTURE_HOME": str(tmp_path / "fresh")}
    both = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=100)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert len(set(answers)) == 1
