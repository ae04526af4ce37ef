"""Pictures as a source: one file, or a folder of them in the order that people count in."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

from gesture_app.capture.paths import checked_file, checked_folder
from gesture_app.capture.pixels import as_picture
from gesture_app.capture.source import Frame, Picture, SourceError
from models.hand.picture_file import load_picture

_BITMAPS = (".bmp", ".dib", ".pbm", ".pgm", ".pnm", ".ppm")
SUFFIXES = frozenset(
    (".avif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp", *_BITMAPS),
)


class PicturesSource:
    """One picture, or a folder of pictures that have nothing to do with each other.

    A folder gives the pictures that lie in it, or, where none does, those in its subfolders. Each is turned upright as
    its EXIF data says. A damaged picture in a folder is passed over and named in :attr:`skipped`.

    Parameters
    ----------
    path
        A picture, or a folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._files: tuple[str, ...] = ()
        self._folder = path
        self._frames: Iterator[Frame] | None = None
        self._pending: Frame | None = None
        self._skipped: list[str] = []

    @property
    def name(self) -> str:
        """Name of the file or folder."""
        return self._path.name or str(self._path)

    @property
    def live(self) -> bool:
        """False: every picture can be had."""
        return False

    @property
    def still(self) -> bool:
        """True: nothing is followed from one picture to the next."""
        return True

    @property
    def fps(self) -> float | None:
        """None: pictures have no rate."""
        return None

    @property
    def frame_count(self) -> int | None:
        """How many pictures there are, damaged ones included; None when closed."""
        return len(self._files) if self._frames is not None else None

    @property
    def skipped(self) -> tuple[str, ...]:
        """Names of the pictures passed over since the source was opened."""
        return tuple(self._skipped)

    def open(self) -> None:
        """List the pictures and decode the first.

        Raises
        ------
        SourceError
            When there is no such file or folder, or it holds no picture that can be read.
        """
        self.close()
        folder, files = _listed(self._path)
        with self._lock:
            self._folder, self._files, self._skipped = folder, files, []
            self._frames = self._decoded()
            self._pending = next(self._frames, None)
        if self._pending is None:
            self.close()
            raise SourceError(_none_readable(self._path, files))

    def read(self) -> Frame | None:
        """Give the next picture that can be read, or None when there is no more."""
        with self._lock:
            if self._frames is None:
                return None
            frame = self._pending or next(self._frames, None)
            self._pending = None
            return frame

    def close(self) -> None:
        """Stop; waits for a picture that is being decoded in another thread."""
        with self._lock:
            self._frames = self._pending = None

    def _decoded(self) -> Iterator[Frame]:
        given = 0
        for file in self._files:
            picture = read_picture(self._folder / file)
            if picture is None:
                self._skipped.append(file)
                continue
            yield Frame(picture, (picture.shape[1], picture.shape[0]), given, float(given), file=file)
            given += 1


def read_picture(path: Path) -> Picture | None:
    """Decode a picture file, turned upright; None when it cannot be read."""
    image = load_picture(path)
    return None if image is None else as_picture(image)


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Give a sorting key by which ``img2`` comes before ``img10``."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts if part)


def _listed(path: Path) -> tuple[Path, tuple[str, ...]]:
    if not path.is_dir():
        checked_file(path)
        return path.parent, (path.name,)
    checked_folder(path)
    # Hidden subfolders hold thumbnails and the like; a hidden folder that was named is meant.
    subfolders = (sub for sub in sorted(path.iterdir()) if sub.is_dir() and not sub.name.startswith("."))
    files = _pictures_in(path) or [file for sub in subfolders for file in _pictures_in(sub)]
    if not files:
        raise SourceError(
            f"The folder {path} holds no picture. Expected files such as .jpg or .png in it or in its subfolders."
        )
    names = [file.relative_to(path).as_posix() for file in files]
    return path, tuple(sorted(names, key=natural_key))


def _pictures_in(folder: Path) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")]
    except PermissionError:
        return []


def _none_readable(path: Path, files: tuple[str, ...]) -> str:
    if path.is_dir():
        return f"None of the {len(files)} pictures in {path} can be read: they are damaged or of another kind."
    return f"{path} is no picture that can be read: it is damaged or of another kind. Expected a .jpg or .png file."
