"""Frames that no sensible camera gives, through real MediaPipe: an answer or a sentence, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from gesture_app.capture.pixels import as_picture
from gesture_app.capture.source import Frame
from gesture_app.live.detecting import PictureError
from gesture_app.live.recogniser import Recogniser


@pytest.fixture(scope="module")
def recogniser(landmarker_file: Path) -> Iterator[Recogniser]:
    with Recogniser.open(landmarker=landmarker_file) as made:
        yield made


ODD = {
    "black": np.zeros((480, 640, 3), np.uint8),
    "white": np.full((480, 640, 3), 255, np.uint8),
    "one colour": np.full((480, 640, 3), (20, 90, 200), np.uint8),
    "noise": np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8),
    "grey": np.full((480, 640), 77, np.uint8),
    "16 bits": np.full((480, 640), 40_000, np.uint16),
    "16 bits in colour": np.full((480, 640, 3), 40_000, np.uint16),
    "with transparency": np.full((480, 640, 4), 77, np.uint8),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "one line": np.zeros((1, 1920, 3), np.uint8),
    "one column": np.zeros((1080, 1, 3), np.uint8),
    "8K": np.full((4320, 7680, 3), 60, np.uint8),
    "not contiguous": np.zeros((480, 1280, 3), np.uint8)[:, ::2],
}


@pytest.mark.parametrize("what", ODD)
def test_odd_frames_are_looked_at(recogniser: Recogniser, what: str) -> None:
    result = recogniser.process(as_picture(ODD[what]))
    assert result.hands == ()


def test_sizes_may_change_from_frame_to_frame(recogniser: Recogniser) -> None:
    source = DemoSource(paced=False)
    source.open()
    recogniser.restart()
    found = 0
    for number in range(24):
        frame = source.read()
        assert frame is not None
        assert frame.picture is not None
        picture = frame.picture if number % 3 else as_picture(frame.picture[::2, ::2])
        result = recogniser.process(Frame(picture, (picture.shape[1], picture.shape[0]), number, number / 30))
        found += bool(result.hands)
    source.close()
    assert found > 12


@pytest.mark.parametrize("wrong", [np.zeros((480, 640), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_what_is_no_picture_is_a_sentence(recogniser: Recogniser, wrong: np.ndarray) -> None:
    with pytest.raises(PictureError, match=r"\.$"):
        recogniser.process(wrong)
