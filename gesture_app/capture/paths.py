"""What is wrong with a path, in one sentence."""

from __future__ import annotations

from pathlib import Path

from gesture_app.capture.source import SourceDeniedError, SourceError, SourceMissingError

_LOOKED_AT = 1024
_TEXTS_OF_VIDEOS = ("#EXTM3U", "ffconcat", "YUV4MPEG2", "v=0")


def is_folder(path: Path) -> bool:
    """Say whether the path is a folder that is there.

    Raises
    ------
    SourceMissingError
        When it can be no path at all.
    """
    try:
        return path.is_dir()
    except (OSError, ValueError) as error:
        raise _impossible(path, error) from error


def checked_file(path: Path) -> Path:
    """Give the path of a file that can be opened for reading.

    Raises
    ------
    SourceMissingError, SourceDeniedError, SourceError
        When there is none, when it may not be read, when it is a folder or no ordinary file.
    """
    _check(path)
    if path.is_dir():
        raise SourceError(f"{path} is a folder, but a file was expected. Name a file in it.")
    if not path.is_file():
        raise SourceError(f"{path} is no ordinary file, so it cannot be read from start to end. Name a file.")
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise _denied(path, error) from error


def checked_folder(path: Path) -> Path:
    """Give the path of a folder that can be listed.

    Raises
    ------
    SourceMissingError, SourceDeniedError, SourceError
        When there is none, when it may not be listed, when it is a file.
    """
    _check(path)
    if not path.is_dir():
        raise SourceError(f"{path} is a file, but a folder was expected.")
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise _denied(path, error) from error
    return path


def is_text(path: Path) -> bool:
    """Say whether a file that can be opened begins with text that is no playlist and no video's heading."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    try:
        text = start[:-4].decode() if len(start) == _LOOKED_AT else start.decode()  # the cut may be within a character
    except UnicodeDecodeError:
        return False
    if text.startswith(_TEXTS_OF_VIDEOS):
        return False
    return bool(text) and all(sign.isprintable() or sign.isspace() for sign in text)


def _check(path: Path) -> None:
    try:
        there = path.exists()
    except (OSError, ValueError) as error:
        raise _impossible(path, error) from error
    if not there:
        raise SourceMissingError(f"There is no file or folder {path}. Check how it is written and where you are.")


def _impossible(path: Path, error: OSError | ValueError) -> SourceMissingError:
    reason = error.strerror if isinstance(error, OSError) else error
    return SourceMissingError(f"{str(path)[:80]!r} cannot be a file: {reason}. Check how it is written.")


def _denied(path: Path, error: OSError) -> SourceDeniedError:
    return SourceDeniedError(f"{path} may not be read ({error.strerror or error}). Change its permissions.")
