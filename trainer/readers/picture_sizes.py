"""Sizes of pictures by their names, read from the files' heads."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from trainer.dataset import DataError

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
_ORIENTATION = 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})


class PictureSizes:
    """Looks pictures up below one folder by their name without extension.

    Parameters
    ----------
    folder
        Where the pictures are, at any depth.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataError(f"--images needs a folder of pictures, but {folder} is none.")
        self._files = {
            path.stem: path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
        }
        if not self._files:
            raise DataError(
                f"--images {folder} holds no pictures; give the folder in which the annotated pictures are."
            )

    def find(self, name: str) -> tuple[int, int] | None:
        """Give ``(width, height)`` in pixels as the picture is shown, or None when it is not there or unreadable."""
        path = self._files.get(name)
        if path is None:
            return None
        try:
            with Image.open(path) as picture:
                width, height = picture.size
                sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
        except (UnidentifiedImageError, OSError, ValueError):
            return None
        return (height, width) if sideways else (width, height)
