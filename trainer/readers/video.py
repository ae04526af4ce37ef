"""A video of one gesture: every frame's hand, followed by MediaPipe from frame to frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from models.hand.opencv import LARGEST_PIXELS, cv2, stated_size
from models.hand.tracker import HandTracker
from trainer.dataset import DataError
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.media import FoundHands, labelled_hands, landmarker_of
from trainer.readers.rejections import RejectionLog
from trainer.readers.walking import SourceFile

BLOCK_HANDS = 2048
USUAL_FPS = 30.0
NO_HAND = "no hand was found in the frame"


def read_video(
    file: SourceFile, options: ReadOptions, log: RejectionLog, note: Callable[[str], None]
) -> Iterator[Block]:
    """Find the labelled hand in every frame; all frames of a video are one group.

    Raises
    ------
    DataError
        When it has no label or cannot be decoded.
    """
    label = file.folder_label or options.label
    if label is None:
        raise DataError(f"{file.name} is a video without a label: give --label, or put it into a folder named so.")
    capture = cv2.VideoCapture(str(file.path))
    try:
        if not capture.isOpened():
            raise DataError(f"{file.path} is a video that cannot be decoded: convert it to MP4 (H.264) and try again.")
        _refuse_too_large(capture, file)
        with HandTracker(landmarker_of(options)) as tracker:
            yield from _frames(capture, tracker, file, label, options, log, note)
    finally:
        capture.release()


def _refuse_too_large(capture: cv2.VideoCapture, file: SourceFile) -> None:
    """Ask the file for its size before a frame of it is decoded, which takes gigabytes."""
    width, height = stated_size(capture)
    if width * height > LARGEST_PIXELS:
        raise DataError(
            f"{file.path} has frames of {width} x {height} pixels, and no more than {LARGEST_PIXELS:,} pixels are"
            " looked at: make it smaller and try again."
        )


def _frames(  # noqa: PLR0913, PLR0917 - the parts of one loop
    capture: cv2.VideoCapture,
    tracker: HandTracker,
    file: SourceFile,
    label: str,
    options: ReadOptions,
    log: RejectionLog,
    note: Callable[[str], None],
) -> Iterator[Block]:
    fps = capture.get(cv2.CAP_PROP_FPS) or USUAL_FPS
    total = max(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), 0) or None
    found = FoundHands(file.name)
    number = several = 0
    while True:
        there, picture = capture.read()
        if not there:
            break
        hands = tracker.detect(np.asarray(picture, np.uint8), number / fps)
        if not hands:
            log.add(NO_HAND, file.name, [f"frame {number}"])
        chosen = labelled_hands(hands, label)
        several += len(chosen) < len(hands)
        found.add(chosen, label=label, group=file.name, name=f"{file.name}#{number}", source=file.name)
        number += 1
        options.progress.advance(f"finding hands in {file.name}", number, total)
        if len(found) >= BLOCK_HANDS:
            yield found.block()
            found = FoundHands(file.name)
    if number == 0:
        raise DataError(f"{file.path} is a video without a frame that can be decoded.")
    if several:
        note(f"{several} frames of {file.name} show more than one hand; the largest was taken.")
    if len(found):
        yield found.block()
