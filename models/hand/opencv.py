"""OpenCV without the Qt settings that its import leaves behind: ``from models.hand.opencv import cv2``."""

from __future__ import annotations

import os

LARGEST_PIXELS = 2**27
"""Of any picture that is read: 134 million, four times 8K. OpenCV's own bound is eight times that, 3 GB a picture."""

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(LARGEST_PIXELS))

import cv2  # noqa: E402 - it reads the bound when it is loaded

# OpenCV's wheel brings its own Qt and points every Qt of the process to it; the window has another Qt.
for _variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_variable, None)

__all__ = ["LARGEST_PIXELS", "cv2", "stated_size"]


def stated_size(capture: cv2.VideoCapture) -> tuple[int, int]:
    """Give width and height that a stream or film states on opening, before a frame of it is decoded; 0 for unknown."""
    return int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
