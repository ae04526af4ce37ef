"""Clips with two real hands, made of one that shows one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from clip_camera import read_clip
from numpy.typing import NDArray

from models.hand.opencv import cv2

Frames = list[NDArray[np.uint8]]
WHOLE = 10_000


def counting_video(shared_data: Path) -> Frames:
    """Read the counting hand's video, 544 x 960."""
    return read_clip(shared_data / "videos" / "counting_hand.mp4", WHOLE)


def side_by_side(frames: Frames) -> Frames:
    """Two hands: the video, and beside it the same mirrored and 150 frames later, at 852 x 752."""
    small = [cv2.resize(frame, (426, 752)) for frame in frames]
    return [
        np.ascontiguousarray(np.hstack([frame, small[(index + 150) % len(small)][:, ::-1]]))
        for index, frame in enumerate(small)
    ]
