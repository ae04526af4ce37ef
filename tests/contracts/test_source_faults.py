"""What goes wrong with sources, each told in one sentence and at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from landmark_lines import recorded_line, write_lines
from source_user import read_to_the_end, some_frames

from gesture_app.capture.camera import list_cameras
from gesture_app.capture.choose import make_source
from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.source import SourceDeniedError, SourceError, SourceLostError, SourceMissingError

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


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
