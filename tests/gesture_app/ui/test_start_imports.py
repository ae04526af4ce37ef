"""What the window must not wait for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NEVER = ("mlflow", "sklearn", "pandas", "scipy", "matplotlib", "onnx", "dask", "pyarrow", "torch")
LATER = ("mediapipe", "onnxruntime", "cv2")


@pytest.mark.parametrize("module", ["gesture_app.ui.app", "gesture_app.ui.main_window"])
def test_the_window_loads_nothing_of_training_and_of_recognition_only_later(module: str) -> None:
    script = f"import json, sys, {module}; print(json.dumps([name for name in {NEVER + LATER} if name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(run.stdout) == []
