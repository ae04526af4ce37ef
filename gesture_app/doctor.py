"""The command ``gesture-app doctor``: what the app needs, whether it is there, and what to do where it is not."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from gesture_app.arguments import add_verbose
from gesture_app.display import find_display
from gesture_app.exit_codes import DONE, FAILED
from gesture_app.settings import load_settings
from gesture_app.system_libraries import explain, missing_for_window
from models.errors import GestureError
from models.home import HOME_VARIABLE, Home, find_home

State = Literal["good", "note", "bad"]
_MARKS: dict[State, str] = {"good": "ok  ", "note": "note", "bad": "BAD "}
_PACKAGES = (
    "gesture-app", "numpy", "opencv-python", "mediapipe", "onnxruntime", "PySide6-Essentials", "mlflow", "scikit-learn",
)  # fmt: skip
_START_MEDIAPIPE = """
import sys
from pathlib import Path
from models.hand.mediapipe_hands import MediaPipeHands, import_mediapipe

landmarker = Path(sys.argv[1])
if landmarker.is_file():
    MediaPipeHands(landmarker, 1, "IMAGE").close()
else:
    import_mediapipe()
"""
_STARTED = {
    "OpenCV": "from models.hand.opencv import cv2",
    "MediaPipe": _START_MEDIAPIPE,
    "ONNX Runtime": "import onnxruntime",
    "Qt": "import PySide6.QtWidgets",
}
_STARTING_S = 60.0
_ANSWER_S = 2.0
_LITTLE_SPACE = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject
        What it is.
    state
        ``good``, ``note`` (works, but worth knowing) or ``bad`` (something will not work).
    text
        What was found and, where needed, what to do.
    """

    subject: str
    state: State
    text: str


def main(words: list[str]) -> int:
    """Look at everything and print it; give the exit code, 1 where something is bad."""
    parser = argparse.ArgumentParser(
        prog="gesture-app doctor", description="Says what the app needs and whether it is there, to be copied as it is."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_verbose(parser)
    parsed = parser.parse_args(words)
    findings = examine(find_home())
    if parsed.json:
        document = {
            "versions": versions(),
            "findings": [asdict(finding) for finding in findings],
            "good": all(finding.state != "bad" for finding in findings),
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(as_text(findings))
    return FAILED if any(finding.state == "bad" for finding in findings) else DONE


def examine(home: Home) -> list[Finding]:
    """Look at everything, side by side; nothing is changed, fetched or opened for longer than a look."""
    looks: list[Callable[[], Finding]] = [
        *(_starter(name, home) for name in _STARTED),
        _system_libraries,
        _display,
        _cameras,
        lambda: _home_folder(home),
        lambda: _landmarker(home),
        lambda: _shipped_model(home),
        lambda: _settings(home),
        lambda: _store("Recorded samples", home.samples_database),
        lambda: _registry(home),
    ]
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(lambda look: look(), looks))


def versions() -> dict[str, str | None]:
    """Give the versions of the system, of Python and of the packages that matter; None for one that is absent."""
    found: dict[str, str | None] = {"system": platform.platform(), "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def as_text(findings: Sequence[Finding]) -> str:
    """Write versions and findings as lines."""
    lines = [f"{name:<20} {version or 'not installed'}" for name, version in versions().items()]
    lines.append("")
    for finding in findings:
        first, *rest = finding.text.splitlines()
        lines.append(f"{_MARKS[finding.state]}  {finding.subject}: {first}")
        lines.extend(f"        {line}" for line in rest)
    bad = sum(finding.state == "bad" for finding in findings)
    need = "needs" if bad == 1 else "need"
    lines.extend(["", f"{bad} of {len(findings)} {need} attention." if bad else _good(findings)])
    return "\n".join(lines) + "\n"


def _good(findings: Sequence[Finding]) -> str:
    if any(finding.state == "note" for finding in findings):
        return "Nothing is in the way; what is noted can wait."
    return "Everything that is needed is there."


def _starter(name: str, home: Home) -> Callable[[], Finding]:
    return lambda: _starts(name, home)


def _starts(name: str, home: Home) -> Finding:
    # In a process of its own: what cannot be loaded may take the process with it.
    command = [sys.executable, "-c", _STARTED[name], str(home.landmarker)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_STARTING_S, check=False)
    except subprocess.TimeoutExpired:
        return Finding(name, "bad", f"does not start within {_STARTING_S:g} seconds.")
    if run.returncode == 0:
        return Finding(name, "good", "starts.")
    said = run.stderr.strip().splitlines() or [f"the process ended with code {run.returncode}"]
    return Finding(name, "bad", f"does not start. {said[-1]}")


def _system_libraries() -> Finding:
    if sys.platform != "linux":
        return Finding("System libraries", "good", "come with the system.")
    missing = missing_for_window(wayland=find_display().wayland)
    if missing:
        return Finding("System libraries", "bad", explain(missing))
    return Finding("System libraries", "good", "all there.")


def _display() -> Finding:
    display = find_display()
    if display.usable:
        return Finding("Display", "good", f"{display.words}.")
    return Finding("Display", "note", f"none ({display.words}); gesture-app --headless works without.")


def _cameras() -> Finding:
    from gesture_app.capture.camera import list_cameras  # noqa: PLC0415 - OpenCV may be what does not load
    from gesture_app.capture.camera_access import check_before_opening  # noqa: PLC0415

    cameras = list_cameras()
    if not cameras:
        return Finding("Cameras", "note", "none connected; the demo hand, files and streams work without.")
    lines, denied = [], 0
    for camera in cameras:
        try:
            check_before_opening(camera.number)
            lines.append(f"{camera.spec} {camera.name}")
        except GestureError as error:
            denied += 1
            lines.append(f"{camera.spec} {camera.name}: {error}")
    return Finding("Cameras", "bad" if denied else "good", "\n".join(lines))


def _home_folder(home: Home) -> Finding:
    # A home folder that is not there yet is made in the nearest folder above that is.
    there = next((path for path in (home.root, *home.root.parents) if path.exists()), home.root)
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(
            "Home folder", "bad", f"{home.root} cannot be written ({error.strerror}). Name another in {HOME_VARIABLE}."
        )
    text = f"{home.root}, {free / 1e9:.1f} GB free."
    return Finding("Home folder", "good" if free > _LITTLE_SPACE else "bad", text)


def _landmarker(home: Home) -> Finding:
    from models.hand.landmarker import LANDMARKER_SHA256, LANDMARKER_VARIABLE, check_given  # noqa: PLC0415

    named = os.environ.get(LANDMARKER_VARIABLE, "").strip()
    try:
        if named:
            return Finding("Hand landmarker", "good", f"{check_given(Path(named), LANDMARKER_VARIABLE)}, your own.")
        content = home.landmarker.read_bytes()
    except FileNotFoundError:
        return Finding("Hand landmarker", "note", "not there yet: the first start fetches it from the package index.")
    except (GestureError, OSError) as error:
        return Finding("Hand landmarker", "bad", str(error))
    if hashlib.sha256(content).hexdigest() != LANDMARKER_SHA256:
        return Finding("Hand landmarker", "note", f"{home.landmarker} is damaged: the next start makes it again.")
    return Finding("Hand landmarker", "good", f"{home.landmarker}, checked.")


def _shipped_model(home: Home) -> Finding:
    from models.gesture.catalog import load_model  # noqa: PLC0415 - ONNX Runtime may be what does not load

    try:
        model = load_model("shipped", home)
    except GestureError as error:
        return Finding("Shipped model", "bad", str(error))
    return Finding("Shipped model", "good", f"{len(model.info.gestures)} gestures, {model.info.family}.")


def _settings(home: Home) -> Finding:
    if not home.settings.exists():
        return Finding("Settings", "good", "those of a fresh start.")
    notes = load_settings(home.settings).notes
    return Finding("Settings", "note" if notes else "good", "\n".join(notes) or f"{home.settings}.")


def _store(subject: str, path: Path) -> Finding:
    if not path.exists():
        return Finding(subject, "good", "none yet.")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_ANSWER_S)) as store:
            answer = store.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        return Finding(subject, "bad", f"{path} cannot be read: {error}.")
    if answer != "ok":
        return Finding(subject, "bad", f"{path} is damaged: {answer}")
    return Finding(subject, "good", f"{path}, {path.stat().st_size / 1e6:.1f} MB, sound.")


def _registry(home: Home) -> Finding:
    address = os.environ.get("MLFLOW_TRACKING_URI", "").strip()
    if not address:
        return _store("Model registry", home.registry_database)
    parts = urlsplit(address)
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Finding("Model registry", "good", f"{shown}, by MLFLOW_TRACKING_URI.")
    try:
        with socket.create_connection(
            (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)), _ANSWER_S
        ):
            return Finding("Model registry", "good", f"{shown} answers, by MLFLOW_TRACKING_URI.")
    except OSError as error:
        return Finding(
            "Model registry", "note", f"{shown} does not answer ({error}). Models used before work without it."
        )
