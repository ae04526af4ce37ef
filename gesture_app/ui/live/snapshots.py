"""Pictures of what was seen, saved where everything of the user is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QImage

from models.errors import GestureError


class SnapshotError(GestureError):
    """A picture that could not be saved."""


def save_snapshot(image: QImage, folder: Path) -> Path:
    """Save a picture under a name made of the time.

    Raises
    ------
    SnapshotError
        When it cannot be written.
    """
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    path = folder / f"gesture {stamp}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SnapshotError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    number = 2
    while path.exists():
        path = folder / f"gesture {stamp} ({number}).png"
        number += 1
    if not image.save(str(path)):
        raise SnapshotError(
            f"The picture cannot be written to {path}. Check the folder's permissions and the space left."
        )
    return path
