"""HaGRID's annotation files, first and second version: one object, an entry an image, several hands an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.gesture.gestures import NO_GESTURE
from models.hand.landmarks import LANDMARK_COUNT
from trainer.data.text_column import TextColumn
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.json_stream import BrokenJsonError, EntryStream
from trainer.readers.picture_sizes import PictureSizes
from trainer.readers.rejections import RejectionLog

DEFAULT_ASPECT = (3.0, 4.0)
LONG_SIDE = 1000.0
"""Pixels of the longer side of a picture whose size is not known; features do not depend on it."""
BLOCK_HANDS = 2048

EMPTY = "the annotation has no landmarks for the hand"
WRONG_COUNT = "a hand does not have 21 landmarks of two numbers"
NOT_ENTRY = "the entry is not an image with bboxes and labels"
UNMATCHED = "landmarks and labels of the image differ in number"
BROKEN = "it is broken JSON and nothing after this place was read"
NO_PICTURE = "the picture is not in the folder given by --images"


def read_annotations(
    path: Path, options: ReadOptions, log: RejectionLog, note: Callable[[str], None], sizes: PictureSizes | None
) -> Iterator[Block]:
    """Read an annotation file in blocks.

    Landmarks are shares of the whole picture. They become pixels by the picture's size where ``--images`` has it;
    otherwise by the aspect ratio and a long side of 1000 pixels, and the size is recorded as not known.

    ``user_id`` becomes the group. The hand that makes the only gesture of an image has the image's ``leading_hand`` as
    handedness; that of other hands is not known.
    """
    width, height = options.aspect or DEFAULT_ASPECT
    if sizes is None:
        note(
            f"HaGRID's annotations hold shares of pictures, not their sizes: {width:g}:{height:g} was assumed for all"
            f" ({'given' if options.aspect else 'the default'}; --images DIR or --aspect W:H says better)."
        )
    scale = np.array([width, height], np.float32) * np.float32(LONG_SIDE / max(width, height))
    stream = EntryStream(path)
    total = path.stat().st_size
    collected = _Collected(path.name, scale)
    try:
        for image, entry in stream:
            collected.add(image, entry, log, sizes)
            if len(collected.points) >= BLOCK_HANDS:
                yield collected.block()
                collected = _Collected(path.name, scale)
                options.progress.advance(f"reading {path.name}", stream.bytes_read, total)
    except BrokenJsonError as error:
        log.add(BROKEN, path.name, [f"line {error.line}: {error}"])
    if collected.points:
        yield collected.block()
    options.progress.advance(f"reading {path.name}", total, total)


class _Collected:
    """Hands of some entries."""

    def __init__(self, file: str, scale: NDArray[np.float32]) -> None:
        self.points: list[NDArray[np.float32]] = []
        self._file = file
        self._scale = scale
        self._sizes: list[tuple[int, int]] = []
        self._sides: list[int] = []
        self._labels: list[str] = []
        self._groups: list[str] = []
        self._ids: list[str] = []

    def add(self, image: str, entry: Any, log: RejectionLog, sizes: PictureSizes | None) -> None:  # noqa: ANN401
        """Take the hands of one entry."""
        if not isinstance(entry, Mapping) or not isinstance(entry.get("labels"), list):
            log.add(NOT_ENTRY, self._file, [f"image {image}"])
            return
        size = (0, 0) if sizes is None else sizes.find(image)
        labels = [str(label) for label in entry["labels"]]
        if size is None:
            log.add(NO_PICTURE, self._file, (f"image {image}, hand {number}" for number in range(len(labels))))
            return
        hands = entry.get("landmarks", entry.get("hand_landmarks")) or []
        if len(hands) != len(labels):
            matched = match_boxes(hands, entry.get("bboxes") or [])
            if matched is None or len(matched) != len(labels):
                log.add(UNMATCHED, self._file, [f"image {image}"])
                return
            hands = matched
        side = _leading_side(entry, labels)
        for number, (label, landmarks) in enumerate(zip(labels, hands, strict=True)):
            points = _plane(landmarks)
            if points is None:
                reason = WRONG_COUNT if landmarks else EMPTY
                log.add(reason, self._file, [f"image {image}, hand {number}"])
                continue
            self.points.append(points)
            self._labels.append(label)
            self._sides.append(-1 if label == NO_GESTURE else side)
            self._sizes.append(size)
            self._groups.append(str(entry.get("user_id") or ""))
            self._ids.append(f"{image}:{number}")

    def block(self) -> Block:
        """Give what was taken."""
        count = len(self.points)
        sizes = np.array(self._sizes, np.int32)
        scale = np.where(sizes > 0, sizes, self._scale).astype(np.float32)
        points = np.full((count, LANDMARK_COUNT, 3), np.nan, np.float32)
        points[:, :, :2] = np.stack(self.points) * scale[:, None, :]
        names = self._ids
        return Block(
            points.reshape(count, -1).T,
            np.array(self._sides, np.int8),
            np.ones(count, np.float32),
            sizes,
            TextColumn.of(self._labels),
            TextColumn.of(self._groups),
            TextColumn.distinct(pa.array(names, pa.large_string())),
            TextColumn.constant(self._file, count),
            {},
            self._file,
            lambda index: [f"image {names[place].replace(':', ', hand ')}" for place in index],
        )


def _plane(landmarks: Any) -> NDArray[np.float32] | None:  # noqa: ANN401 - JSON holds anything
    """Give landmarks as ``(21, 2)``, or None when they are not that."""
    try:
        points = np.array(landmarks, np.float32)
    except (TypeError, ValueError):
        return None
    return points if points.shape == (LANDMARK_COUNT, 2) else None


def _leading_side(entry: Mapping[str, Any], labels: list[str]) -> int:
    if sum(label != NO_GESTURE for label in labels) != 1:
        return -1
    return {"left": 0, "right": 1}.get(str(entry.get("leading_hand", "")).lower(), -1)


def match_boxes(hands: list[Any], boxes: list[Any]) -> list[Any] | None:
    """Give each box the landmarks whose middle lies in it (nearest to its middle first), else an empty list.

    Annotations of the second version list the landmarks that a detector found, which may be fewer than the boxes that
    people drew.
    """
    result: list[Any] = [[] for _ in boxes]
    try:
        frames = np.array(boxes, np.float64).reshape(-1, 4)
        middles = np.array([np.mean(np.array(hand, np.float64)[:, :2], axis=0) for hand in hands if hand])
    except (ValueError, TypeError, IndexError):
        return None
    present = [hand for hand in hands if hand]
    for _ in present:
        away = np.abs(middles[:, None] - (frames[:, :2] + frames[:, 2:] / 2)) / np.maximum(frames[:, 2:] / 2, 1e-9)
        inside = away.max(axis=2)
        hand, box = np.unravel_index(inside.argmin(), inside.shape) if inside.size else (0, 0)
        if not inside.size or inside[hand, box] > 1:
            break
        result[box] = present[hand]
        middles[hand], frames[box] = np.inf, (1e9, 1e9, 1, 1)
    return result
