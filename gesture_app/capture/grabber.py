"""A capture that may block for ever, read in a thread of its own so that nobody else ever does."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from gesture_app.capture.pixels import as_picture
from gesture_app.capture.source import Picture, SourceError, SourceLostError
from models.hand.opencv import cv2

_RETRY_S = 0.02


class Capture(Protocol):
    """What is used of ``cv2.VideoCapture``. Each call may block."""

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """Give the next picture, or False when there is none."""
        ...

    def get(self, property_id: int, /) -> float:
        """Give a property, 0 where it is not known."""
        ...

    def release(self) -> None:
        """Let go of the device."""
        ...


class Device(Protocol):
    """Something live that can be opened: a webcam, a network stream."""

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    @property
    def patience_s(self) -> float:
        """For how long failing reads are tried again before the device counts as lost."""
        ...

    def open(self) -> Capture:
        """Open it; may block.

        Raises
        ------
        SourceError
            With the sentence that says why it cannot be used.
        """
        ...

    def no_picture(self) -> SourceError:
        """Say what it means that it opened and gave no picture."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One grabbed picture, its number since the opening, and when it came (``time.monotonic``)."""

    picture: Picture
    index: int
    at_s: float


class Grabber:
    """Opens a device and keeps its newest picture, all in one thread that can be abandoned.

    OpenCV's calls cannot be interrupted: a camera that hangs would take its reader with it. Here the reader waits for a
    bounded time instead, and :meth:`stop` leaves a hanging thread behind, which lets go of the device as soon as its
    call returns.

    Parameters
    ----------
    device
        What to open.
    name
        What the user calls it.
    """

    def __init__(self, device: Device, name: str) -> None:
        self._device = device
        self._name = name
        self._changed = threading.Condition()
        self._shot: Shot | None = None
        self._grabbed = 0
        self._fps = 0.0
        self._opened = False
        self._error: SourceError | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=f"grabber {name}", daemon=True)

    @property
    def fps(self) -> float:
        """What the device says of its rate; 0 where it says nothing."""
        return self._fps

    def start(self) -> None:
        """Begin to open the device; returns at once."""
        self._thread.start()

    def wait_ready(self, seconds: float) -> bool:
        """Wait for the first picture; False when the grabber was stopped before.

        Raises
        ------
        SourceError
            When the device cannot be opened, or gave no picture for this long.
        """
        with self._changed:
            in_time = self._changed.wait_for(lambda: self._shot or self._error or self._stopped, seconds)
            if self._error is not None:
                raise self._error
            ready = self._shot is not None
        if in_time:
            return ready
        if self._opened:
            raise self._device.no_picture()
        raise SourceError(
            f"{self._name} did not answer within {seconds:g} seconds. Check that it is connected and switched on, then"
            " start it again."
        )

    def newest(self, seconds: float) -> Shot | None:
        """Take the newest picture, waiting for one that was not taken yet; None once stopped.

        Raises
        ------
        SourceLostError
            When the device stopped giving pictures, or gave none for this long.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._shot or self._error or self._stopped, seconds):
                raise self._lost(f"gave no picture for {seconds:g} seconds")
            if self._stopped:
                return None
            shot, self._shot = self._shot, None
            if shot is None and self._error is not None:
                raise self._error
            return shot

    def stop(self, seconds: float = 0.5) -> bool:
        """End the thread; False when it hangs in a call and was left behind."""
        with self._changed:
            self._stopped = True
            self._shot = None
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            capture = self._device.open()
        except SourceError as error:
            self._fail(error)
            return
        try:
            self._opened = True
            self._fps = capture.get(cv2.CAP_PROP_FPS)
            self._grab(capture)
        except SourceError as error:
            self._fail(error)
        finally:
            capture.release()

    def _grab(self, capture: Capture) -> None:
        last_good_s = time.monotonic()
        while not self._stopped:
            image = _read(capture)
            now = time.monotonic()
            if image is not None:
                last_good_s = now
                self._publish(as_picture(image), now)
            elif now - last_good_s < self._device.patience_s:
                # A device that fails at once would otherwise take a whole core while it is given its time.
                with self._changed:
                    self._changed.wait_for(lambda: self._stopped, _RETRY_S)
            elif self._grabbed:
                raise self._lost("stopped giving pictures")
            else:
                raise self._device.no_picture()

    def _publish(self, picture: Picture, now: float) -> None:
        with self._changed:
            if self._stopped:
                return
            self._shot = Shot(picture, self._grabbed, now)
            self._grabbed += 1
            self._changed.notify_all()

    def _fail(self, error: SourceError) -> None:
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def _lost(self, what: str) -> SourceLostError:
        return SourceLostError(f"{self._name} {what}. Check its connection, then start it again.")


def _read(capture: Capture) -> NDArray[Any] | None:
    try:
        good, image = capture.read()
    except cv2.error:
        # Damage that OpenCV does not expect, such as a frame with fewer bytes than its size needs.
        return None
    return image if good else None
