"""What a resumed sweep is told apart by."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from trainer.runs import revision

ROOT = Path(revision.__file__).parents[2]
MADE_BY = ("trainer/sweeping/exposure.py", "trainer/sweeping/material.py", "trainer/sweeping/completing.py")
NO_SCORE = ("models/errors.py", "models/gesture/classifier.py", "models/gesture/gestures.py")
"""Imported by these, but for sentences, names and files."""


def imported(file: str) -> set[str]:
    """Files of the project that decide what a file does: imported by it, not for types alone."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    names = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    files = {f"{name.replace('.', '/')}.py" for name in names}
    return {name for name in files if name.startswith(("models/", "trainer/recognition/")) and (ROOT / name).is_file()}


def test_whatever_makes_training_rows_is_digested() -> None:
    found: set[str] = set()
    left = set(MADE_BY)
    while left:
        file = left.pop()
        found.add(file)
        if file not in NO_SCORE:
            left |= imported(file) - found
    digested = {
        file
        for name in revision._DECIDING
        for file in ([name] if name.endswith(".py") else [f"{name}/{path.name}" for path in (ROOT / name).glob("*.py")])
    }
    assert "models/hand/made_rows.py" in found
    assert found - set(NO_SCORE) <= digested


def test_every_deciding_file_is_there() -> None:
    for name in revision._DECIDING:
        assert (ROOT / name).exists(), name


def test_another_source_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = revision.code_digest.__wrapped__()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path.name == "poses.py" else b""))
    assert revision.code_digest.__wrapped__() != before
