"""From the words a user writes to a source, and the source to begin with when none was named."""

from __future__ import annotations

import re
from pathlib import Path

from gesture_app.capture.camera import Camera, list_cameras
from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.paths import checked_file, is_folder
from gesture_app.capture.pictures import SUFFIXES, PicturesSource
from gesture_app.capture.replay import ReplaySource
from gesture_app.capture.source import Source, SourceError
from gesture_app.capture.stream import SCHEMES, Stream
from gesture_app.capture.video import VideoSource
from models.hand.opencv import cv2

DEMO = "demo"
EXPECTED = (
    "Expected camera:N, demo, demo:2 or demo:new, a video, a picture, a folder of pictures, recorded landmarks"
    " (.jsonl), or an http:// or rtsp:// stream."
)
_DEVICE_FILE = re.compile(r"(?:camera:|/dev/video)(\d{1,3})")


def make_source(spec: str, *, camera_size: tuple[int, int] | None = None, paced: bool = True) -> Source:
    """Make the source that a user's words mean; it is not opened yet.

    What a file is, is found from its content.

    Parameters
    ----------
    spec
        ``camera:0``, ``demo``, ``demo:2``, ``demo:new``, an address, a file or a folder.
    camera_size
        Width and height to ask of a webcam; 640 x 480 by default.
    paced
        False lets the demo give its frames as fast as it can draw them, none left out.

    Raises
    ------
    SourceError
        When the words cannot be a source: a wrong form, or no such file.
    """
    spec = spec.strip()
    if not spec:
        raise SourceError(f"No source was named. {EXPECTED}")
    if spec == DEMO or spec.startswith("demo:"):
        return _demo(spec, paced=paced)
    device = _DEVICE_FILE.fullmatch(spec)
    if device:
        camera = Camera(int(device[1]))
        return LiveSource(Camera(camera.number, camera_size) if camera_size else camera)
    if spec.startswith("camera") and not Path(spec).exists():
        raise SourceError(f"{spec!r} is no camera: expected camera:N with a number, such as camera:0.")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", spec)
    if scheme:
        if scheme[1].lower() not in SCHEMES:
            raise SourceError(f"Streams from {scheme[1]}:// addresses are not read. {EXPECTED}")
        return LiveSource(Stream(spec))
    return _file(Path(spec).expanduser())


def default_source(last_used: str | None) -> tuple[str, str]:
    """Choose the source to begin with when none was named.

    Parameters
    ----------
    last_used
        The source used last time; counts when it is a camera that is still connected.

    Returns
    -------
    spec, reason
        What :func:`make_source` takes, and a sentence for the user that says why.
    """
    cameras = list_cameras()
    last = next((camera for camera in cameras if camera.spec == last_used), None)
    if last is not None:
        return last.spec, f"Using {last.name}, the camera of last time."
    if cameras:
        return cameras[0].spec, f"Using {cameras[0].name}, the first camera."
    return DEMO, "No camera is connected: showing the demo hand."


def _demo(spec: str, *, paced: bool) -> Source:
    hands = {DEMO: 1, "demo:1": 1, "demo:2": 2, "demo:new": 1}.get(spec)
    if hands is None:
        raise SourceError(
            f"The demo shows one hand, two, or a new gesture: expected demo, demo:2 or demo:new, but {spec!r} came."
        )
    from gesture_app.capture.demo import DemoSource  # noqa: PLC0415 - its poses are not needed for real sources

    return DemoSource(hands=hands, paced=paced, new=spec == "demo:new")


def _file(path: Path) -> Source:
    if is_folder(path):
        return PicturesSource(path)
    checked_file(path)
    if _is_json(path):
        return ReplaySource(path)
    if path.suffix.lower() in SUFFIXES or _is_picture(path):
        return PicturesSource(path)
    return VideoSource(path)


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(64).lstrip()
    return start.startswith(b"{") or path.suffix.lower() == ".jsonl"


def _is_picture(path: Path) -> bool:
    try:
        # A GIF is read as the film it usually is.
        return path.suffix.lower() != ".gif" and bool(cv2.haveImageReader(str(path)))
    except cv2.error:
        return False
