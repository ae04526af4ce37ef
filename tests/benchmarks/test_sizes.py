"""Stage times by number of hands and size of the picture, and what shrinking large pictures would give and cost.

Opt-in: ``uv run pytest <this file> -s``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gesture_app.capture.demo import DemoSource
from gesture_app.capture.source import Frame
from gesture_app.live import Recogniser, RecogniserOptions
from gesture_app.ui.offscreen import OffscreenPicture
from models.gesture.catalog import load_model
from models.gesture.classifier import GestureClassifier
from models.hand.mediapipe_hands import MediaPipeHands, to_image
from models.hand.opencv import cv2
from models.home import find_home

SIZES = ((640, 480), (1280, 720), (1920, 1080))
FRAMES = 60
FACTORS = (1.0, 0.75, 0.5, 0.35)


def clip(hands: int, size: tuple[int, int]) -> list[Frame]:
    """Give frames of the demo with one, two or (two beside two, half as large) four hands, enlarged where needed."""
    source = DemoSource(min(hands, 2), (640, 480), 30.0, paced=False)
    frames = []
    for index in range(30, 30 + FRAMES):
        picture = source.frame(index).picture
        assert picture is not None
        if hands > 2:
            row = np.hstack([picture, picture])
            picture = np.empty((2 * picture.shape[0], *row.shape[1:]), np.uint8)
            picture[:] = row[0, 0]
            picture[row.shape[0] // 2 :][: row.shape[0]] = row
        shown = np.ascontiguousarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        frames.append(Frame(shown, size, index, index / 30))
    return frames


@pytest.mark.timeout(600)
def test_stage_times_by_hands_and_size(qapp: object, landmarker_file: Path) -> None:
    model = load_model("shipped", find_home())
    print("\n| hands looked for, shown | size | found | colours | detect | classify | smooth | paint at 1280 x 720 |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for hands in (1, 2, 4):
        for size in SIZES:
            painter, times, found = OffscreenPicture((1280, 720)), [], []
            options = RecogniserOptions(hands=hands)
            with Recogniser(model, landmarker=landmarker_file, options=options) as recogniser:
                for frame in clip(hands, size):
                    result = recogniser.process(frame)
                    begun = time.perf_counter()
                    painter.paint(result)
                    painted = (time.perf_counter() - begun) * 1e3
                    stages = result.times
                    times.append((stages.read, stages.detect, stages.classify, stages.smooth, painted))
                    found.append(len(result.hands))
            painter.close()
            columns = np.percentile(np.array(times)[5:], [50, 95], axis=0).T
            cells = " | ".join(f"{middle:.2f} ({high:.2f})" for middle, high in columns)
            print(f"| {hands} | {size[0]} x {size[1]} | {np.mean(found):.2f} | {cells} |")


def photos(folder: Path) -> list[tuple[str, NDArray[np.uint8]]]:
    found = []
    for path in sorted(folder.glob("*/*")):
        picture = cv2.imread(str(path))
        if picture is not None and path.parent.name != "no_gesture":
            found.append((path.parent.name, np.asarray(picture, np.uint8)))
    return found


def smaller(picture: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    if factor == 1.0:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def right(model: GestureClassifier, hands: MediaPipeHands, label: str, picture: NDArray[np.uint8]) -> tuple[bool, bool]:
    found = hands.detect(to_image(picture))
    answers = [model.labels[int(model.predict(hand.row[None])[0].argmax())] for hand in found]
    return bool(found), label in answers


@pytest.mark.timeout(600)
def test_what_shrinking_pictures_costs_on_photos(shared_data: Path, landmarker_file: Path) -> None:
    model = load_model("shipped", find_home())
    every = photos(shared_data / "photos")
    print("\n| side of the photos | a hand found | gesture right |\n|---|---:|---:|")
    for factor in FACTORS:
        hands = MediaPipeHands(landmarker_file, 2, "IMAGE")
        answers = [right(model, hands, label, smaller(picture, factor)) for label, picture in every]
        hands.close()
        found, correct = np.mean(answers, axis=0)
        print(f"| {336 * factor:.0f} pixels | {found:.3f} | {correct:.3f} |")


@pytest.mark.timeout(300)
def test_what_shrinking_large_frames_gives(landmarker_file: Path) -> None:
    frames = [frame.picture for frame in clip(1, (1920, 1080))]

    def whole(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return picture

    def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(picture, (960, 540), interpolation=cv2.INTER_AREA), np.uint8)

    ways: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {"whole": whole, "halved": halved}
    detectors = {name: MediaPipeHands(landmarker_file, 1, "VIDEO") for name in ways}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for index, picture in enumerate(frames):
        assert picture is not None
        for name, way in ways.items():
            begun = time.process_time()  # all threads', which other programs change little
            detectors[name].detect(to_image(way(picture)), index * 33)
            times[name].append((time.process_time() - begun) * 1e3)
    for detector in detectors.values():
        detector.close()
    print("\n1920 x 1080, one hand, processor time a frame with colours and shrinking: ", end="")
    print(", ".join(f"{name} {np.median(spent[5:]):.1f} ms" for name, spent in times.items()))
