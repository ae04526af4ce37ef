"""The rules of the house hold: who imports whom, and how large a file may grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 450


def test_import_rules_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_file_does_too_much() -> None:
    lengths = {
        str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines())
        for package in ("models", "trainer", "gesture_app")
        for path in (PROJECT / package).rglob("*.py")
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_ui_alone_names_qt_and_hand_alone_names_mediapipe() -> None:
    homes = {"PySide6": "gesture_app/ui", "mediapipe": "models/hand", "mlflow": ("trainer", "models/gesture/registry.py")}
    for library, home in homes.items():
        for package in ("models", "trainer", "gesture_app"):
            for path in (PROJECT / package).rglob("*.py"):
                lines = path.read_text(encoding="utf-8").splitlines()
                if any(line.strip().startswith((f"import {library}", f"from {library}")) for line in lines):
                    assert path.relative_to(PROJECT).as_posix().startswith(home), f"{path} imports {library}"
