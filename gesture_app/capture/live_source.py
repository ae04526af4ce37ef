"""Webcams and network streams as sources: the newest picture wins, and no wait is without end."""

from __future__ import annotations

import threading

from gesture_app.capture.grabber import Device, Grabber
from gesture_app.capture.source import Frame, SourceError

_MOST_FPS = 1000.0


class LiveSource:
    """A source whose frames pass whether or not they are read.

    Frames are numbered as they were grabbed, so a gap between two numbers is what was passed over.

    Parameters
    ----------
    device
        Webcam or stream.
    opening_s
        Longest wait for the first picture.
    silence_s
        Longest wait for any later picture; then the device counts as lost.
    """

    def __init__(self, device: Device, *, opening_s: float = 9.5, silence_s: float = 5.0) -> None:
        self._device = device
        self._name = device.name
        self._opening_s = opening_s
        self._silence_s = silence_s
        self._lock = threading.Lock()
        self._grabber: Grabber | None = None
        self._first_s: float | None = None

    @property
    def name(self) -> str:
        """The camera's name or the stream's address."""
        return self._name

    @property
    def live(self) -> bool:
        """True: frames do not wait."""
        return True

    @property
    def still(self) -> bool:
        """False: frames follow each other."""
        return False

    @property
    def fps(self) -> float | None:
        """What the device says of itself; None where it says nothing or is closed."""
        grabber = self._grabber
        return grabber.fps if grabber is not None and 0 < grabber.fps <= _MOST_FPS else None

    @property
    def frame_count(self) -> int | None:
        """None: nobody knows how long it will go on."""
        return None

    def open(self) -> None:
        """Open the device and wait for its first picture.

        Raises
        ------
        SourceError
            When it is absent, busy or denied, when it gives no picture, or when it is closed meanwhile.
        """
        self.close()
        grabber = Grabber(self._device, self._name)
        with self._lock:
            self._grabber = grabber
            self._first_s = None
        grabber.start()
        try:
            ready = grabber.wait_ready(self._opening_s)
        except SourceError:
            self.close()
            raise
        if not ready:
            raise SourceError(f"{self.name} was closed before it gave a picture. Start it again when you want it.")

    def read(self) -> Frame | None:
        """Give the newest picture that was not given yet, waiting for one; None when closed.

        Raises
        ------
        SourceLostError
            When the device stopped giving pictures.
        """
        grabber = self._grabber
        shot = grabber.newest(self._silence_s) if grabber is not None else None
        if shot is None:
            return None
        if self._first_s is None:
            self._first_s = shot.at_s
        height, width = shot.picture.shape[:2]
        return Frame(shot.picture, (width, height), shot.index, shot.at_s - self._first_s)

    def close(self) -> None:
        """Let go of the device; a read that waits in another thread ends with None."""
        with self._lock:
            grabber, self._grabber = self._grabber, None
        if grabber is not None:
            grabber.stop()
