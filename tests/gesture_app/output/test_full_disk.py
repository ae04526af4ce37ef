"""Videos on a disk that fills: ended while they can still be finished, told, and never silently cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_disk import SmallDisk, small_disk

from gesture_app.capture.frame_reader import Medium
from gesture_app.capture.source import Frame
from gesture_app.live.result import FrameResult, StageTimes
from gesture_app.output.annotated_video import LEAST_FREE_BYTES, AnnotatedVideo
from gesture_app.output.result_lines import OutputError
from gesture_app.output.view_recording import ViewRecording
from models.hand.opencv import cv2


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", "20m") as made:
        yield made


def result(number: int) -> FrameResult:
    picture = np.random.default_rng(number).integers(0, 255, (480, 640, 3)).astype(np.uint8)
    return FrameResult(Frame(picture, (640, 480), number, number / 30), (), "shipped", ("fist",), StageTimes())


def playable(path: Path) -> int:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    frames = 0
    while capture.read()[0]:
        frames += 1
    capture.release()
    return frames


def write_until_told(video: AnnotatedVideo, most: int) -> int:
    for number in range(most):
        try:
            video.write(result(number))
        except OutputError as error:
            assert "MB left, so the video was ended" in str(error)  # noqa: PT017
            return number
    pytest.fail("nothing was told")


def test_a_video_is_ended_while_it_can_still_be_finished(disk: SmallDisk) -> None:
    video = AnnotatedVideo(disk.folder / "v.mp4")
    video.begin(Medium(fps=30.0))
    written = write_until_told(video, 600)
    video.close()
    assert written >= 15
    assert playable(disk.folder / "v.mp4") == written


def test_no_video_is_begun_on_a_full_disk(disk: SmallDisk) -> None:
    disk.fill(left=LEAST_FREE_BYTES // 2)
    video = AnnotatedVideo(disk.folder / "v.mp4")
    video.begin(Medium(fps=30.0))
    with pytest.raises(OutputError, match="MB left, so the video was ended"):
        video.write(result(0))


def test_a_video_that_was_cut_is_told_when_it_is_closed(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    video = AnnotatedVideo(disk.folder / "v.mp4")
    video.begin(Medium(fps=30.0))
    monkeypatch.setattr(video, "_check_room", lambda: None)
    for number in range(10):
        video.write(result(number))
    disk.fill()
    for number in range(10, 40):
        video.write(result(number))
    with pytest.raises(OutputError, match="is not whole"):
        video.close()


def test_a_recording_of_the_view_says_that_the_disk_is_full(disk: SmallDisk) -> None:
    ended: list[Exception | None] = []
    disk.fill(left=LEAST_FREE_BYTES // 2)
    recording = ViewRecording(disk.folder / "v.mp4", mirrored=True, ended=ended.append)
    recording.put(result(0))
    recording.close()
    (problem,) = ended
    assert "MB left, so the video was ended" in str(problem)
