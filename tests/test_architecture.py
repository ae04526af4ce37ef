"""The rules of the house hold: who imports whom, and how large a file may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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


HOMES: dict[str, tuple[str, ...]] = {
    "PySide6": ("gesture_app/ui/",),
    "mediapipe": ("models/hand/",),
    "mlflow": ("trainer/", "models/gesture/registry"),
}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    strangers = [
        path.relative_to(PROJECT).as_posix()
        for package in ("models", "trainer", "gesture_app")
        for path in (PROJECT / package).rglob("*.py")
        if library in _imported(path) and not path.relative_to(PROJECT).as_posix().startswith(HOMES[library])
    ]
    assert strangers == []


def _imported(path: Path) -> set[str]:
    """Top-level packages that a file imports anywhere, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names
