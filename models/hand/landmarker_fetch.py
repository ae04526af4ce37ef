"""Fetches MediaPipe's two hand models from the package index, with the installer that this machine has (uv or pip)."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import GestureError

Progress = Callable[[str, float | None], None]

PACKAGE = "mediapipe"
# The last release whose wheel holds the hand models; Apache-2.0. Its Linux wheel is asked for on every machine: newer
# Pythons and 64-bit ARM have none, nothing in it is run, and the wheels of all platforms hold the same two files.
VERSION = "0.10.21"
PYTHON = "3.12"
DOWNLOAD_MB = 34
DETECTOR = "mediapipe/modules/palm_detection/palm_detection_full.tflite"
LANDMARKS = "mediapipe/modules/hand_landmark/hand_landmark_full.tflite"
LIGHT_LANDMARKS = "mediapipe/modules/hand_landmark/hand_landmark_lite.tflite"

STALLED_S = 90.0
RETRIES = 2
_POLL_S = 0.2
_UNPACKED_BYTES = 65e6  # what the work folder holds at the end, for the progress bar


class LandmarkerError(GestureError):
    """The hand landmarker file cannot be had or is not one."""


@dataclass(frozen=True, slots=True)
class _Installer:
    """One way to install a wheel into a folder, and the environment it wants.

    The failure of a mere ``attempt`` says nothing about why the wheel cannot be had.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    attempt: bool = False


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The contents of the TensorFlow Lite files; the light landmark model may be missing."""

    detector: bytes
    landmarks: bytes
    light_landmarks: bytes | None = None


def fetch_models(work: Path, progress: Progress, environment: Mapping[str, str] | None = None) -> ModelFiles:
    """Install the wheel into a folder of its own and read the models.

    Parameters
    ----------
    work
        An empty folder for the download; the caller removes it.
    progress
        Told what is done, with the share of the download between 0 and 1 where it is known.
    environment
        Where proxies and the index are configured; the process's own environment by default.

    Raises
    ------
    LandmarkerError
        With the reason in one sentence: no installer, no network, not a wheel, no space, not on the index.
    """
    reasons = []
    for installer in _installers(work, dict(os.environ if environment is None else environment)):
        target = work / "wheel"
        output = _run(installer, work, progress)
        if (target / DETECTOR).is_file() and (target / LANDMARKS).is_file():
            light = target / LIGHT_LANDMARKS
            return ModelFiles(
                (target / DETECTOR).read_bytes(),
                (target / LANDMARKS).read_bytes(),
                light.read_bytes() if light.is_file() else None,
            )
        if not installer.attempt:
            reasons.append(_reason(installer.name, output))
        shutil.rmtree(target, ignore_errors=True)
    if not reasons:
        raise LandmarkerError(
            "MediaPipe's hand models must be fetched once, but this Python has neither uv nor pip (python -m ensurepip"
            " adds pip)."
        )
    raise LandmarkerError(min(reasons)[1])


def _installers(work: Path, environment: dict[str, str]) -> Iterator[_Installer]:
    wanted = ("--no-deps", "--target", str(work / "wheel"), "--python-version", PYTHON, f"{PACKAGE}=={VERSION}")
    temporary = {"TMPDIR": str(work), "TEMP": str(work), "TMP": str(work)}
    uv = environment.get("UV") or shutil.which("uv", path=environment.get("PATH"))
    if uv:
        command = [uv, "pip", "install", "--no-build", "--no-progress", "--color", "never", "--python", sys.executable]
        command += ["--python-platform", "x86_64-manylinux_2_28", *wanted]
        settings = {
            "UV_HTTP_TIMEOUT": "20",
            "UV_HTTP_RETRIES": str(RETRIES),
            **_index_of_pip(environment),
            **environment,
        }
        # What uv keeps from an earlier time costs no download; otherwise nothing stays behind in its cache.
        yield _Installer("uv", (*command, "--offline"), settings, attempt=True)
        yield _Installer("uv", (*command, "--cache-dir", str(work / "cache")), settings | temporary)
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "install", "--only-binary=:all:", "--no-compile", "--no-cache-dir"]
        command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--timeout", "20"]
        command += ["--retries", str(RETRIES), "--platform", "manylinux_2_28_x86_64", *wanted]
        yield _Installer("pip", tuple(command), environment | temporary)


def _index_of_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """Let uv use an index that is configured for pip alone."""
    pairs = (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_EXTRA_INDEX_URL", "UV_INDEX"))
    if any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        return {}
    return {uv: environment[pip] for pip, uv in pairs if environment.get(pip)}


def _run(installer: _Installer, work: Path, progress: Progress) -> str:
    """Run an installer to its end and give what it said; it does not outlive this call, whatever happens."""
    log = work / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            installer.command,
            env=installer.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            stalled = _watch(process, work, progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    said = log.read_text(encoding="utf-8", errors="replace")
    return f"{said}\ntimed out: no progress for {STALLED_S:.0f} s" if stalled else said


def _watch(process: subprocess.Popen[bytes], work: Path, progress: Progress) -> bool:
    """Report how much has arrived until the process ends; True when nothing came for too long."""
    most, since = 0, time.monotonic()
    while True:
        try:
            process.wait(_POLL_S)
        except subprocess.TimeoutExpired:
            arrived = _bytes_below(work)
            if arrived > most:
                most, since = arrived, time.monotonic()
            elif time.monotonic() - since > STALLED_S:
                return True
            progress(f"Fetching MediaPipe's hand models (once, {DOWNLOAD_MB} MB)", min(most / _UNPACKED_BYTES, 0.95))
        else:
            return False


def _bytes_below(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).lstat().st_size
            except FileNotFoundError:  # temporary files come and go while the installer works
                continue
    return total


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of failure: how the installers name it, and how it is said here."""

    words: tuple[str, ...]
    sentence: str


# Most telling first; the words were seen with uv 0.13 and pip 23 to 26.
_KINDS = (
    _Kind(
        ("no space left", "disk full", "not enough space", r"os error (28|112)\b"),
        "There is not enough space to fetch MediaPipe's hand models ({size} MB are unpacked for a moment).",
    ),
    _Kind(
        (
            *("text/html", "<html", "<!doctype", "bad magic", "central directory", "invalid wheel", "whl is invalid"),
            *("(not a|invalid|bad) zip", "zip (archive|file)", "failed to (extract|read metadata)", "hash mismatch"),
            "do not match the hashes",
        ),
        "Instead of the package {package} the index sent something that is none; often that is a proxy's own page.",
    ),
    _Kind(
        (
            *("dns error", "resolve host", "name resolution", "getaddrinfo", "connection", "connect", "network"),
            *("tunnel", "timed out", "timeout", "unreachable", "max retries", "certificate", r"\btls\b", r"\bssl\b"),
            *("error sending", "status (client|server) error", "http error", r"\b(403|407|50[234])\b"),
        ),
        "The package index cannot be reached to fetch MediaPipe's hand models.",
    ),
    _Kind(
        ("no matching distribution", "no solution found", "not found in the", "could not find a version", "no version"),
        "The configured package index (or a proxy that answers for it) does not have {package}, which holds MediaPipe's"
        " hand models.",
    ),
)


def _reason(installer: str, output: str) -> tuple[int, str]:
    """Turn an installer's last words into a rank (more telling is lower) and a sentence."""
    for rank, kind in enumerate(_KINDS):
        if re.search("|".join(kind.words), output, re.IGNORECASE):
            return rank, kind.sentence.format(package=f"{PACKAGE} {VERSION}", size=round(_UNPACKED_BYTES / 1e6))
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1] if lines else "it said nothing"
    return len(_KINDS), f"{installer} could not fetch MediaPipe's hand models: {last}"
