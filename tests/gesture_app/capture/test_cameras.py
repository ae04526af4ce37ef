from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gesture_app.capture import camera_access, camera_list, choose
from gesture_app.capture.camera import Camera
from gesture_app.capture.camera_list import CameraInfo, linux_cameras, list_cameras
from gesture_app.capture.source import SourceMissingError


def device(system: Path, number: int, name: str, index: int = 0, notes: str | None = None) -> None:
    """A video device as Linux describes it in its files."""
    folder = system / "sys/class/video4linux" / f"video{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "index").write_text(f"{index}\n")
    (folder / "dev").write_text(f"81:{number}\n")
    if notes is not None:
        (system / "run/udev/data").mkdir(parents=True, exist_ok=True)
        (system / f"run/udev/data/c81:{number}").write_text(f"S:v4l/x\nE:ID_V4L_CAPABILITIES={notes}\nE:ID_BUS=usb\n")


def test_linux_tells_cameras_from_other_video_devices(tmp_path: Path) -> None:
    device(tmp_path, 10, "Loopback", notes=":capture:")
    device(tmp_path, 0, "HD Webcam: HD Webcam", notes=":capture:")
    device(tmp_path, 1, "HD Webcam: HD Webcam", index=1, notes=":")
    device(tmp_path, 2, "TV card", notes=":tuner:capture:")
    device(tmp_path, 3, "Encoder", notes=":video_output:")
    assert linux_cameras(tmp_path) == [(0, "HD Webcam"), (2, "TV card"), (10, "Loopback")]


def test_without_udev_the_first_file_of_each_device_counts(tmp_path: Path) -> None:
    device(tmp_path, 0, "Webcam")
    device(tmp_path, 1, "Webcam", index=1)
    assert linux_cameras(tmp_path) == [(0, "Webcam")]


def test_no_video_devices_at_all(tmp_path: Path) -> None:
    assert linux_cameras(tmp_path) == []


@pytest.fixture
def two_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("describes Linux's files")
    device(tmp_path, 4, "Webcam")
    device(tmp_path, 6, "Webcam")
    monkeypatch.setattr(camera_list, "_SYSTEM", tmp_path)


@pytest.mark.usefixtures("two_alike")
def test_cameras_of_one_name_are_numbered() -> None:
    assert list_cameras() == [CameraInfo("camera:4", "Webcam (1)"), CameraInfo("camera:6", "Webcam (2)")]
    assert Camera(6).name == "Webcam (2)"
    assert Camera(9).name == "Camera 9"


@pytest.mark.usefixtures("two_alike")
def test_an_absent_camera_is_answered_with_those_there_are() -> None:
    error = camera_access.missing(9)
    assert isinstance(error, SourceMissingError)
    assert "camera:4 (Webcam (1)), camera:6 (Webcam (2))" in str(error)


@pytest.mark.usefixtures("two_alike")
def test_the_camera_of_last_time_is_used_again_else_the_first() -> None:
    assert choose.default_source("camera:6")[0] == "camera:6"
    assert choose.default_source("camera:5")[0] == "camera:4"
    assert choose.default_source("clip.mp4")[0] == "camera:4"
    assert choose.default_source(None)[0] == "camera:4"


def test_who_holds_a_device_is_found_by_its_open_file(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("describes Linux's files")
    path = tmp_path / "video0"
    with path.open("w"):
        name = camera_access._holder(path.resolve())
    assert name == Path("/proc/self/comm").read_text().strip()
    assert camera_access._holder(path) is None
