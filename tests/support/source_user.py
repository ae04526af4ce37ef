"""Reads sources as whoever shows them does, for tests."""

from __future__ import annotations

from gesture_app.capture.source import Frame, Source

PATIENCE_S = 10.0


def some_frames(source: Source, most: int = 15) -> list[Frame]:
    frames = []
    while len(frames) < most and (frame := source.read()) is not None:
        frames.append(frame)
    return frames


def read_to_the_end(source: Source) -> list[Frame]:
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    return frames
