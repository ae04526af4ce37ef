"""Webcams."""

from __future__ import annotations

from dataclasses import dataclass

from gesture_app.capture.camera_access import busy, check_before_opening, why_not
from gesture_app.capture.camera_list import CameraInfo, backend, list_cameras
from gesture_app.capture.grabber import Capture
from gesture_app.capture.source import SourceError
from models.hand.opencv import cv2

__all__ = ["Camera", "CameraInfo", "list_cameras"]

# One buffer would be the least delay for a program that reads now and then. Here a thread empties them at once, and
# Video4Linux needs a second to fill while the first is decoded, or it loses every other frame.
_BUFFERS = {cv2.CAP_V4L2: 2}


@dataclass(frozen=True, slots=True)
class Camera:
    """A webcam by its number.

    Attributes
    ----------
    number
        As the system counts them.
    size
        Width and height that are asked for; the camera gives the nearest it can.
    rate
        Frames per second that are asked for.
    """

    number: int
    size: tuple[int, int] = (640, 480)
    rate: int = 30

    @property
    def name(self) -> str:
        """Its maker's name for it, or its number."""
        known = {camera.number: camera.name for camera in list_cameras()}
        return known.get(self.number, f"Camera {self.number}")

    @property
    def patience_s(self) -> float:
        """A damaged frame now and then is usual; a camera that was pulled out stays away."""
        return 2.0

    def open(self) -> Capture:
        """Open it at the size and rate asked for.

        Raises
        ------
        SourceBusyError, SourceMissingError, SourceDeniedError, SourceError
            When it is in use, absent, not allowed, or answers with nothing.
        """
        check_before_opening(self.number)
        interface = backend()
        capture = cv2.VideoCapture(self.number, interface)
        if not capture.isOpened():
            capture.release()
            raise why_not(self.number)
        width, height = self.size
        # Motion JPEG first: uncompressed, most webcams reach 30 frames per second only at small sizes.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, self.rate)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERS.get(interface, 1))
        opened: Capture = capture
        return opened

    def no_picture(self) -> SourceError:
        """Say that it opened and gave no picture, which is how some systems show that it is in use."""
        return busy(self.number)
