"""OpenCV without the Qt settings that its import leaves behind: ``from models.hand.opencv import cv2``."""

from __future__ import annotations

import os

import cv2

# OpenCV's wheel brings its own Qt and points every Qt of the process to it; the window has another Qt.
for _variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_variable, None)

__all__ = ["cv2"]
