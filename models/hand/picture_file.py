"""Picture files, decoded within bounds: a small file can ask for all the memory there is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.hand.opencv import LARGEST_PIXELS, cv2

LARGEST_BYTES = 2**30


def load_picture(path: Path) -> NDArray[np.uint8] | None:
    """Load a picture as ``(H, W, 3)`` BGR the way it is meant to be seen.

    Parameters
    ----------
    path
        A file of any kind that OpenCV reads; turned upright as its EXIF data says.

    Returns
    -------
    picture
        None when it cannot be read, or has more than 134 million pixels or a gigabyte.
    """
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            return None
        content = np.fromfile(path, np.uint8)  # unlike cv2.imread it takes any name on any system
    except OSError:
        return None
    if not content.size:
        return None
    try:
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if picture is None or picture.shape[0] * picture.shape[1] > LARGEST_PIXELS:
        return None
    return np.ascontiguousarray(picture, np.uint8)
