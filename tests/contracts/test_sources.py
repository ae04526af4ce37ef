"""What holds for every source, tried on each of them with real media."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesture_app.capture.camera import list_cameras
from gesture_app.capture.choose import default_source, make_source
from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.source import (
    Frame,
    Source,
    SourceDeniedError,
    SourceError,
    SourceLostError,
    SourceMissingError,
)

PATIENCE_S = 10.0
KINDS = ["video", "odd container", "picture", "pictures", "stream", "replay", "replayed pictures", "device", "demo"]


@dataclass
class Counting:
    """A device whose pictures say their number, as fast as they are read."""

    name: str = "counting camera"
    patience_s: float = 0.05
    opened: int = 0
    released: int = 0

    def open(self) -> Counting:
        self.opened += 1
        self.index = 0
        return self

    def read(self) -> tuple[bool, np.ndarray]:
        self.index += 1
        return True, np.full((64, 96, 3), self.index % 200, np.uint8)

    def get(self, property_id: int, /) -> float:
        return 30.0

    def release(self) -> None:
        self.released += 1

    def no_picture(self) -> SourceError:
        return SourceError(f"{self.name} gives no picture.")


def recorded_line(index: int, **changes: Any) -> dict[str, Any]:
    points = [[10.5 + place + index, 20.25 + 2 * place, -0.125 * place] for place in range(21)]
    hand = {"handedness": "Right", "score": 0.97, "label": "like", "landmarks": points}
    line = {"frame": index, "time_ms": index * 40.0, "file": None, "size": [640, 480], "truth": "like", "hands": [hand]}
    return line | changes


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


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


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Any:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), f"{thread.name} still runs"


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


# --- what goes wrong, each in one sentence and at once ------------------------------------------------------------


def refusal(spec: str) -> SourceError:
    """What opening says; the contract allows ten seconds, pytest's own limit guards them."""
    with pytest.raises(SourceError) as caught:
        make_source(spec).open()
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "   ",
        "camera:",
        "camera:x",
        "camera:-1",
        "demo:3",
        "demo:x",
        "ftp://host/x",
        "http://",
        "http://host:99999/",
    ],
)
def test_words_that_mean_no_source(spec: str) -> None:
    refusal(spec)


@pytest.mark.parametrize("name", ["absent.mp4", "absent.jpg", "absent.jsonl", "absent", "x" * 5000, "nul\0.mp4"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    assert isinstance(refusal(str(tmp_path / name)), SourceMissingError)


def test_a_camera_that_is_not_there() -> None:
    absent = max((camera.number for camera in list_cameras()), default=0) + 7
    error = refusal(f"camera:{absent}")
    assert isinstance(error, SourceMissingError)
    assert f"camera {absent}" in str(error)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + b"\0" * 200])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.mp4", "a.bin"])
def test_a_file_that_is_neither_picture_nor_video(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refusal(str(path))


def test_a_folder_without_pictures(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / ".hidden.jpg").write_text("nothing")
    assert "holds no picture" in str(refusal(str(tmp_path)))


def test_a_folder_of_broken_pictures(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_text("no picture")
    (tmp_path / "2.jpg").write_text("")
    assert "None of the 2 pictures" in str(refusal(str(tmp_path)))


def test_a_broken_picture_in_a_folder_is_passed_over_and_named(write_pictures: Any) -> None:
    folder = write_pictures(3)
    (folder / "IMG 0.png").write_bytes(b"no picture")
    (folder / "IMG 2.png").write_bytes((folder / "IMG 2.png").read_bytes()[:60])
    source = make_source(str(folder))
    source.open()
    frames = some_frames(source)
    assert [frame.file for frame in frames] == ["IMG 1.png", "IMG 3.png"]
    assert [frame.index for frame in frames] == [0, 1]
    assert source.skipped == ("IMG 0.png", "IMG 2.png")  # type: ignore[attr-defined]
    source.close()


def test_a_video_that_breaks_off_says_so_after_its_last_frame(write_video: Any) -> None:
    path = write_video("clip.avi", frames=250)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    source = make_source(str(path))
    source.open()
    with pytest.raises(SourceLostError, match=r"breaks off after \d{2,3} of 250 frames"):
        read_to_the_end(source)
    source.close()


def test_a_video_without_its_index(write_video: Any) -> None:
    path = write_video()
    path.write_bytes(path.read_bytes()[:-200])
    assert "no video that can be read" in str(refusal(str(path)))


@pytest.mark.parametrize("content", ["hands\n", "label,x1\nlike,3\n" * 400, "naïve Grüße " * 200])
def test_a_text_file_is_called_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(content, encoding="utf-8")
    said = str(refusal(str(path)))
    assert "is a text file, in which there is nothing to see" in said
    assert "Expected camera:N, demo" in said


def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os = pytest.importorskip("os")
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.mp4")
    refusal(str(tmp_path / "pipe.mp4"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{broken", "Line 3"),
        ("[1, 2]", "no JSON object"),
        (recorded_line(2, size=[0, 480]), "no picture's"),
        (recorded_line(2, size="big"), "Line 3"),
        (recorded_line(2, time_ms=None), "Line 3"),
        (recorded_line(2, time_ms=float("nan")), "not a number"),
        (recorded_line(2, frame=-1), "frame"),
        (recorded_line(2, truth=5), "truth"),
        (recorded_line(2, hands=[{"handedness": "Both", "landmarks": [[0, 0, 0]] * 21}]), "neither Left nor Right"),
        (recorded_line(2, hands=[{"landmarks": [[0, 0, 0]] * 20}]), "Line 3"),
        (recorded_line(2, hands=[{"landmarks": [[0, None, 0]] * 21}]), "finite"),
        (recorded_line(2, hands=[{"handedness": "Left"}]), "landmarks"),
        (recorded_line(2, hands=7), "Line 3"),
        ({"frame": 2}, "size"),
    ],
)
def test_a_broken_line_is_told_by_its_number_after_those_before_it(tmp_path: Path, line: Any, words: str) -> None:
    path = write_lines(tmp_path / "run.jsonl", [recorded_line(0), recorded_line(1), line, recorded_line(3)])
    source = make_source(str(path))
    source.open()
    assert len(some_frames(source, 2)) == 2
    with pytest.raises(SourceError, match="Line 3") as caught:
        source.read()
    assert words in str(caught.value)
    source.close()


def test_recorded_landmarks_without_a_line(tmp_path: Path) -> None:
    assert "no frame" in str(refusal(str(write_lines(tmp_path / "run.jsonl", ["", "  "]))))


def test_nobody_at_the_address(unused_port: int) -> None:
    assert isinstance(refusal(f"http://127.0.0.1:{unused_port}/x"), SourceMissingError)
    assert isinstance(refusal(f"rtsp://127.0.0.1:{unused_port}/x"), SourceMissingError)


@pytest.mark.parametrize(("status", "kind"), [(401, SourceDeniedError), (404, SourceMissingError)])
def test_a_server_that_refuses(mjpeg_server: Any, status: int, kind: type[SourceError]) -> None:
    mjpeg_server.status = status
    address = mjpeg_server.address.replace("http://", "http://me:secret@")
    error = refusal(address)
    assert isinstance(error, kind)
    assert "secret" not in str(error)
    assert "secret" not in make_source(address).name


def test_a_stream_that_ends_is_lost_and_can_be_opened_again(mjpeg_server: Any) -> None:
    mjpeg_server.frames_left = 20
    source = make_source(mjpeg_server.address)
    source.open()
    with pytest.raises(SourceLostError):
        read_to_the_end(source)
    mjpeg_server.frames_left = None
    source.open()
    assert source.read() is not None
    source.close()


def test_a_stream_that_falls_silent_is_lost(mjpeg_server: Any) -> None:
    source = LiveSource(make_source(mjpeg_server.address)._device, silence_s=0.3)  # type: ignore[attr-defined]
    source.open()
    mjpeg_server.stall.set()
    with pytest.raises(SourceLostError, match=r"0\.3 seconds"):
        read_to_the_end(source)
    mjpeg_server.stall.clear()
    source.close()


# --- devices that misbehave in ways no test can ask of a real one --------------------------------------------------


@dataclass
class Hanging(Counting):
    """Blocks where it is told to until it is let go."""

    where: str = "read"
    hangs_at: int = 3

    def __post_init__(self) -> None:
        self.let_go = threading.Event()
        self.hangs = threading.Event()

    def open(self) -> Counting:
        if self.where == "open":
            self.hangs.set()
            self.let_go.wait(PATIENCE_S)
        return super().open()

    def read(self) -> tuple[bool, np.ndarray]:
        if self.where == "read" and self.index == self.hangs_at:
            self.hangs.set()
            self.let_go.wait(PATIENCE_S)
        return super().read()


def test_a_read_that_hangs_is_given_up_and_the_device_released_later() -> None:
    device = Hanging()
    source = LiveSource(device, silence_s=0.1)
    source.open()
    with pytest.raises(SourceLostError):
        read_to_the_end(source)
    source.close()
    assert device.released == 0
    device.let_go.set()


def test_closing_ends_a_read_that_hangs() -> None:
    device = Hanging()
    source = LiveSource(device, silence_s=60)
    source.open()
    ended = threading.Event()

    def read_on() -> None:
        read_to_the_end(source)
        ended.set()

    reader = threading.Thread(target=read_on)
    reader.start()
    assert device.hangs.wait(PATIENCE_S)
    source.close()
    assert ended.wait(1)
    device.let_go.set()
    reader.join(PATIENCE_S)


def test_an_opening_that_hangs_is_given_up() -> None:
    device = Hanging(where="open")
    with pytest.raises(SourceError, match=r"did not answer within 0\.1 seconds"):
        LiveSource(device, opening_s=0.1).open()
    device.let_go.set()


def test_a_first_read_that_hangs_is_given_up() -> None:
    device = Hanging(hangs_at=0)
    with pytest.raises(SourceError, match="gives no picture"):
        LiveSource(device, opening_s=0.1).open()
    device.let_go.set()


def test_closing_ends_an_opening_that_hangs() -> None:
    device = Hanging(where="open")
    source = LiveSource(device, opening_s=60)
    ended = threading.Event()

    def open_it() -> None:
        with pytest.raises(SourceError, match="was closed"):
            source.open()
        ended.set()

    opener = threading.Thread(target=open_it)
    opener.start()
    assert device.hangs.wait(PATIENCE_S)
    source.close()
    assert ended.wait(1)
    device.let_go.set()
    opener.join(PATIENCE_S)


@dataclass
class Failing(Counting):
    """Fails every read from a number on, or those of some numbers."""

    fails: Callable[[int], bool] = lambda index: True

    def read(self) -> tuple[bool, np.ndarray | None]:  # type: ignore[override]
        good, picture = super().read()
        return (False, None) if self.fails(self.index) else (good, picture)


def test_a_device_that_opens_and_gives_nothing() -> None:
    with pytest.raises(SourceError, match="gives no picture"):
        LiveSource(Failing()).open()


def test_a_device_that_is_pulled_out_is_lost() -> None:
    device = Failing(fails=lambda index: index > 3)
    source = LiveSource(device)
    source.open()
    with pytest.raises(SourceLostError, match="stopped giving pictures"):
        read_to_the_end(source)
    source.close()
    assert device.released == 1


def test_a_damaged_frame_now_and_then_is_no_loss() -> None:
    source = LiveSource(Failing(fails=lambda index: index % 3 == 0, patience_s=5))
    source.open()
    assert len(some_frames(source, 10)) == 10
    source.close()


@pytest.mark.parametrize(
    ("picture", "shape"),
    [
        (np.zeros((1, 1), np.uint8), (1, 1, 3)),
        (np.full((4, 6), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 1), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 4), 200, np.uint8), (4, 6, 3)),
        (np.full((4, 6, 3), 200 << 8, np.uint16), (4, 6, 3)),
        (np.full((8, 6, 3), 200, np.uint8)[::2], (4, 6, 3)),
        (np.full((4320, 7680, 3), 200, np.uint8), (4320, 7680, 3)),
    ],
)
def test_whatever_a_device_gives_becomes_a_colour_picture(picture: np.ndarray, shape: tuple[int, ...]) -> None:
    class Odd(Counting):
        def read(self) -> tuple[bool, np.ndarray]:
            return True, picture

    source = LiveSource(Odd())
    source.open()
    frame = source.read()
    source.close()
    assert frame is not None
    assert frame.picture is not None
    assert frame.picture.shape == shape
    assert frame.picture.flags.c_contiguous
    assert shape[0] == 1 or int(frame.picture[0, 0, 0]) == 200


@pytest.mark.parametrize("picture", [np.zeros((0, 5, 3), np.uint8), np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4))])
def test_what_is_no_picture_is_refused(picture: np.ndarray) -> None:
    class Odd(Counting):
        def read(self) -> tuple[bool, np.ndarray]:
            return True, picture

    with pytest.raises(SourceError, match="A frame must"):
        LiveSource(Odd()).open()


# --- the source to begin with --------------------------------------------------------------------------------------


def test_the_demo_stands_in_where_there_is_no_camera() -> None:
    cameras = list_cameras()
    spec, reason = default_source("camera:0")
    assert spec == (cameras[0].spec if cameras else "demo")
    assert reason.endswith(".")
