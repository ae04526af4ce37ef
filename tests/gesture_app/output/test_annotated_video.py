from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.frame_reader import Medium
from gesture_app.capture.source import Frame
from gesture_app.capture.video import VideoSource
from gesture_app.live.result import FrameResult, StageTimes
from gesture_app.output.annotated_video import AnnotatedVideo
from gesture_app.output.result_lines import OutputError


def result(index: int, time_s: float, size: tuple[int, int] = (96, 64), pictured: bool = True) -> FrameResult:
    picture = np.full((size[1], size[0], 3), 10 + 10 * index, np.uint8) if pictured else None
    return FrameResult(Frame(picture, size, index, time_s), (), "shipped", ("like",), StageTimes())


def written(path: Path) -> tuple[list[int], tuple[int, int], float | None]:
    """Numbers by grey level, size and rate of a video."""
    source = VideoSource(path)
    source.open()
    fps, numbers, size = source.fps, [], (0, 0)
    while (frame := source.read()) is not None:
        assert frame.picture is not None
        numbers.append(round((float(frame.picture[8, 8].mean()) - 10) / 10))
        size = frame.size
    source.close()
    return numbers, size, fps


@pytest.mark.parametrize("name", ["out.mp4", "out.avi", "out.MKV"])
def test_a_file_gets_one_frame_for_each_of_its_own(tmp_path: Path, name: str) -> None:
    video = AnnotatedVideo(tmp_path / name)
    video.begin(Medium(fps=29.559))
    for index in range(12):
        video.write(result(index, index / 29.559))
    video.close()
    video.close()
    numbers, size, fps = written(tmp_path / name)
    assert numbers == list(range(12))
    assert size == (96, 64)
    assert fps == pytest.approx(29.559, abs=0.01)


def test_of_a_live_source_frames_are_repeated_or_left_out_to_keep_its_time(tmp_path: Path) -> None:
    video = AnnotatedVideo(tmp_path / "out.mp4")
    video.begin(Medium(live=True, fps=10.0))
    for index, time_s in enumerate((0.0, 0.1, 0.4, 0.41, 0.42, 0.5)):
        video.write(result(index, time_s))
    video.close()
    assert written(tmp_path / "out.mp4")[0] == [0, 1, 2, 2, 2, 5]


def test_pictures_of_any_size_are_fitted_into_the_first(tmp_path: Path) -> None:
    video = AnnotatedVideo(tmp_path / "out.mp4")
    video.begin(Medium(still=True))
    for index, size in enumerate([(97, 65), (400, 65), (1, 1), (65, 400), (97, 65)]):
        video.write(result(index, float(index), size))
    video.close()
    numbers, size, fps = written(tmp_path / "out.mp4")
    assert len(numbers) == 5
    assert size == (98, 66)
    assert fps == pytest.approx(1.0)


def test_recorded_landmarks_are_drawn_on_dark_ground(tmp_path: Path) -> None:
    video = AnnotatedVideo(tmp_path / "out.mp4")
    video.begin(Medium(fps=25.0))
    video.write(result(0, 0.0, pictured=False))
    video.close()
    assert written(tmp_path / "out.mp4")[1] == (96, 64)


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="must end in"):
        AnnotatedVideo(tmp_path / "out.gif")
    with pytest.raises(OutputError, match="There is no folder"):
        AnnotatedVideo(tmp_path / "absent" / "out.mp4")
    (tmp_path / "taken.mp4").mkdir()
    video = AnnotatedVideo(tmp_path / "taken.mp4")
    video.begin(Medium(fps=25.0))
    with pytest.raises(OutputError, match="cannot be written"):
        video.write(result(0, 0.0))
    video.close()


def test_no_frame_leaves_no_file(tmp_path: Path) -> None:
    video = AnnotatedVideo(tmp_path / "out.mp4")
    video.begin(Medium(fps=25.0))
    video.close()
    assert list(tmp_path.iterdir()) == []
