"""From the words a user writes to a source, and the source to begin with when none was named."""

from __future__ import annotations

from pathlib import Path

from gesture_app.capture.camera import Camera, list_cameras
from gesture_app.capture.live_source import LiveSource
from gesture_app.capture.paths import checked_file, is_folder
from gesture_app.capture.pictures import SUFFIXES, PicturesSource
from gesture_app.capture.replay import ReplaySource
from gesture_app.capture.source import Source
from gesture_app.capture.source_words import DEMO, DEMO_HANDS, DEVICE, SCHEMES, check_words, scheme_of
from gesture_app.capture.stream import Stream
from gesture_app.capture.video import VideoSource
from models.hand.opencv import cv2
from models.home import expanded


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
    SourceWordsError
        When the words cannot mean a source.
    SourceError
        When there is no such file, or it is of a kind that cannot be one.
    """
    spec = spec.strip()
    check_words(spec)
    if spec in DEMO_HANDS:
        return _demo(spec, paced=paced)
    device = DEVICE.fullmatch(spec)
    if device:
        camera = Camera(int(device[1]))
        return LiveSource(Camera(camera.number, camera_size) if camera_size else camera)
    if scheme_of(spec) in SCHEMES:
        return LiveSource(Stream(spec))
    return _file(expanded(spec))


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
    from gesture_app.capture.demo import DemoSource  # noqa: PLC0415 - its poses are not needed for real sources

    return DemoSource(hands=DEMO_HANDS[spec], paced=paced, new=spec == "demo:new")


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
