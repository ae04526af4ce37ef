"""What holds for every source, tried on each of them with real media."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from counting_device import Counting
from landmark_lines import recorded_line, write_lines
from source_user import PATIENCE_S, some_frames

from gesture_app.capture.camera import list_cameras
from gesture_app.capture.choose import default_source, make_source
from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.source import Source

pytestmark = pytest.mark.usefixtures("no_thread_is_left")

KINDS = ["video", "odd container", "picture", "pictures", "stream", "replay", "replayed pictures", "device", "demo"]


@dataclass
class Case:
    source: Source
    frames: int | None
    """None for sources without an end."""
    pictured: bool = True
    live: bool = False
    still: bool = False


@pytest.fixture(params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    fixture: Callable[[str], Any] = request.getfixturevalue
    match request.param:
        case "video":
            return Case(make_source(str(fixture("write_video")())), 12)
        case "odd container":
            return Case(make_source(str(fixture("write_video")("clip.avi"))), 12)
        case "picture":
            return Case(make_source(str(fixture("write_pictures")(1) / "IMG 1.png")), 1, still=True)
        case "pictures":
            return Case(make_source(str(fixture("write_pictures")())), 12, still=True)
        case "stream":
            return Case(make_source(fixture("mjpeg_server").address), None, live=True)
        case "replay":
            lines = [recorded_line(index) for index in range(50)]
            return Case(make_source(str(write_lines(tmp_path / "run.jsonl", lines))), 50, pictured=False)
        case "replayed pictures":
            lines = [recorded_line(index, file=f"{index}.jpg") for index in range(5)]
            path = write_lines(tmp_path / "run.jsonl", lines)
            return Case(make_source(str(path)), 5, pictured=False, still=True)
        case "device":
            return Case(LiveSource(Counting()), None, live=True)
        case _:
            source = make_source("demo")
            return Case(source, None, live=source.live)


def test_it_is_a_source_that_says_what_it_is_before_it_is_opened(case: Case) -> None:
    assert isinstance(case.source, Source)
    assert case.source.name
    assert case.source.live is case.live
    assert case.source.fps is None


def test_closed_it_gives_nothing(case: Case) -> None:
    case.source.close()
    assert case.source.read() is None
    case.source.open()
    case.source.close()
    case.source.close()
    assert case.source.read() is None
    assert case.source.fps is None


def test_frames_are_whole_and_in_order(case: Case) -> None:
    case.source.open()
    frames = some_frames(case.source)
    still = case.source.still
    case.source.close()

    assert still is case.still
    assert frames
    assert frames[0].time_s == pytest.approx(0.0, abs=1e-9)
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    if not case.live:
        assert indices == list(range(len(indices)))
    times = [frame.time_s for frame in frames]
    assert times == sorted(times)
    for frame in frames:
        assert frame.size[0] > 0
        assert frame.size[1] > 0
        if case.pictured:
            assert frame.picture is not None
            assert frame.picture.shape == (frame.size[1], frame.size[0], 3)
            assert frame.picture.dtype == np.uint8
            assert frame.picture.flags.c_contiguous
        else:
            assert frame.picture is None
            assert frame.hands is not None


def test_a_frame_keeps_its_picture(case: Case) -> None:
    case.source.open()
    first = case.source.read()
    assert first is not None
    kept = None if first.picture is None else first.picture.copy()
    some_frames(case.source, 3)
    case.source.close()
    if kept is not None:
        assert np.array_equal(first.picture, kept)


def test_it_ends_where_its_medium_ends(case: Case) -> None:
    if case.frames is None:
        pytest.skip("has no end")
    case.source.open()
    assert case.source.frame_count in {None, case.frames}
    assert len(some_frames(case.source, 1000)) == case.frames
    assert case.source.read() is None
    assert case.source.read() is None
    case.source.close()


def test_it_opens_again_from_its_beginning(case: Case) -> None:
    for _ in range(2):
        case.source.open()
        some_frames(case.source, 4)
    frame = case.source.read()
    case.source.close()
    case.source.open()
    first = case.source.read()
    case.source.close()
    assert first is not None
    assert first.time_s == pytest.approx(0.0, abs=1e-9)
    assert frame is None or case.live or first.index < frame.index


def test_closing_from_another_thread_ends_reading(case: Case) -> None:
    case.source.open()
    begun, ended = threading.Event(), threading.Event()

    def read_on() -> None:
        while case.source.read() is not None:
            begun.set()
        ended.set()

    reader = threading.Thread(target=read_on)
    reader.start()
    assert begun.wait(PATIENCE_S)
    case.source.close()
    assert ended.wait(PATIENCE_S)
    reader.join(PATIENCE_S)


# --- what each medium must give besides ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clip.mp4", "clip.avi"])
def test_a_video_gives_every_frame_in_order_at_its_time(name: str, write_video: Any, read_number: Any) -> None:
    source = make_source(str(write_video(name, frames=25, fps=20.0)))
    source.open()
    assert source.fps == pytest.approx(20.0)
    assert source.frame_count == 25
    frames = some_frames(source, 100)
    source.close()
    assert [read_number(frame.picture) for frame in frames] == list(range(25))
    assert [frame.time_s for frame in frames] == pytest.approx([index / 20 for index in range(25)], abs=1e-6)


def test_a_folder_gives_its_pictures_as_people_count(write_pictures: Any, read_number: Any) -> None:
    source = make_source(str(write_pictures(12)))
    source.open()
    frames = some_frames(source, 100)
    source.close()
    assert [frame.file for frame in frames] == [f"IMG {number}.png" for number in range(1, 13)]
    assert [read_number(frame.picture) for frame in frames] == list(range(12))


def test_a_stream_skips_what_nobody_read(mjpeg_server: Any, read_number: Any) -> None:
    source = make_source(mjpeg_server.address)
    source.open()
    first = source.read()
    seen = first
    while first and seen and seen.index < first.index + 3:
        seen = source.read()
    source.close()
    assert first is not None
    assert seen is not None
    assert read_number(seen.picture) == seen.index


def test_recorded_landmarks_come_back_as_they_were(tmp_path: Path) -> None:
    lines = [recorded_line(0), recorded_line(3, truth=None, hands=[])]
    lines[0]["hands"][0]["landmarks"][4][2] = None
    source = make_source(str(write_lines(tmp_path / "run.jsonl", lines)))
    source.open()
    first, second = some_frames(source)
    source.close()
    assert first.truth == "like"
    assert first.size == (640, 480)
    assert first.hands is not None
    (hand,) = first.hands
    assert hand.handedness == "Right"
    assert hand.score == 0.97
    assert hand.points[1].tolist() == [11.5, 22.25, -0.125]
    assert np.isnan(hand.points[4, 2])
    assert (second.index, second.truth, second.hands, second.time_s) == (3, None, (), 0.12)


# --- the source to begin with --------------------------------------------------------------------------------------


def test_the_demo_stands_in_where_there_is_no_camera() -> None:
    cameras = list_cameras()
    spec, reason = default_source("camera:0")
    assert spec == (cameras[0].spec if cameras else "demo")
    assert reason.endswith(".")
