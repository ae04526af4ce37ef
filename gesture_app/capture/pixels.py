"""Whatever a decoder gives, made into the one kind of picture that frames carry."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Picture, SourceError
from models.hand.opencv import LARGEST_PIXELS, cv2


def as_picture(image: NDArray[Any]) -> Picture:
    """Give ``(height, width, 3)`` uint8, BGR, contiguous; the same array where it is that already.

    Parameters
    ----------
    image
        Grey ``(height, width)``, BGR or BGRA; uint8, or uint16 over its full range.

    Raises
    ------
    SourceError
        When the array is no such picture.
    """
    if image.ndim not in {2, 3} or 0 in image.shape or image.dtype not in {np.dtype(np.uint8), np.dtype(np.uint16)}:
        raise SourceError(
            f"A frame must be a grey or colour picture of 8 or 16 bits, but {image.shape} of type {image.dtype} came."
        )
    check_size(image.shape[1], image.shape[0])
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 3:
        return cast("Picture", np.ascontiguousarray(image))
    if channels == 1:
        return cast("Picture", cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))
    if channels == 4:
        return cast("Picture", cv2.cvtColor(image, cv2.COLOR_BGRA2BGR))
    raise SourceError(f"A frame must have one, three or four channels, but it has {channels}.")


def check_size(width: int, height: int) -> None:
    """Refuse a frame by its size, which is best known before it is decoded.

    Raises
    ------
    SourceError
        When it has more pixels than are looked at.
    """
    if width * height > LARGEST_PIXELS:
        raise SourceError(
            f"A frame of {width} x {height} pixels came, and no more than {LARGEST_PIXELS:,} pixels"
            " are looked at. Set the source to a smaller size."
        )
