"""One source read in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from gesture_app.capture.source import Frame, Source, SourceError, SourceLostError
from gesture_app.live.process_memory import give_back
from gesture_app.live.status import SessionState, error_kind

PICTURE_S = 1.5
"""How long each picture of a folder is shown."""

BEHIND_S = 0.5
"""A medium that is read later than this after its time goes on from there instead of catching up."""

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 5.0
"""A lost source is opened again after the first, then after doubled delays up to the longest."""

GRACE_S = 0.3
"""How long a waiting read may take to end by itself before the source is closed under it."""

JOIN_S = 3.0
"""How long a thread may take to end after that."""

_log = logging.getLogger(__name__)


class CaptureListener(Protocol):
    """Who hears of a capture; called from the capture's thread."""

    def deliver(self, capture: Capture, frame: Frame, read_ms: float) -> None:
        """Take the next frame."""
        ...

    def running(self, capture: Capture) -> None:
        """Note that the first frame came, after opening or opening again."""
        ...

    def ended(self, capture: Capture) -> None:
        """Note that there are no more frames."""
        ...

    def released(self, capture: Capture) -> None:
        """Note that the source before is closed and that there is none now."""
        ...

    def troubled(self, capture: Capture, state: SessionState, message: str, kind: str) -> None:
        """Note that the source failed or is lost."""
        ...


class Capture:
    """Reads a source from opening to closing.

    The source is opened, read and closed in this object's own thread, after the capture before has let go of its
    source: a camera can be opened again only when it is free, and no caller ever waits.

    Parameters
    ----------
    source
        What is read; None only lets go of the source before.
    before
        The capture that is followed; it is finished first.
    listener
        Who hears of frames and states.
    allowed
        False lets a source whose frames wait (a file) wait until :meth:`allow`.
    """

    def __init__(
        self, source: Source | None, before: Capture | None, listener: CaptureListener, *, allowed: bool
    ) -> None:
        self.source = source
        self.epoch = 0
        self._before = before
        self._listener = listener
        self._wake = threading.Condition()
        self._allowed = allowed
        self._paused = False
        self._stopped = False
        self._failures = 0
        self._fresh = True
        self._pictures = 0
        self._origin_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="gesture-capture", daemon=True)

    @property
    def name(self) -> str:
        """What the user calls the source."""
        return "" if self.source is None else self.source.name

    @property
    def still(self) -> bool:
        """True where the source is unrelated pictures."""
        return self.source is not None and self.source.still

    @property
    def paused(self) -> bool:
        """True between ``pause(True)`` and ``pause(False)``."""
        with self._wake:
            return self._paused

    def start(self) -> None:
        """Begin, in the thread."""
        self._thread.start()

    def allow(self) -> None:
        """Let the frames of a file come: somebody can recognise them now."""
        with self._wake:
            self._allowed = True
            self._wake.notify_all()

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the state itself
        """Hold the frames back, or let them come again. A live source goes on being read, so that it stays fresh."""
        with self._wake:
            self._paused = paused
            self._wake.notify_all()

    def stop(self) -> None:
        """Ask the thread to end; does not wait."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def finish(self) -> bool:
        """End the thread and release the source; waits, within bounds.

        Returns
        -------
        bool
            False when the thread did not end in time: it is left alone and ends when its source answers.
        """
        self.stop()
        self._thread.join(GRACE_S)
        if self._thread.is_alive():
            if self.source is not None:
                self.source.close()
            self._thread.join(JOIN_S)
        if self._thread.is_alive():
            _log.warning("%s did not let go within %.1f s and is left alone.", self.name or "A source", JOIN_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._before is not None:
            self._before.finish()
            self._before = None
            give_back()
        if self.source is None:
            self._listener.released(self)
            return
        try:
            try:
                if not self._stopped:
                    self._work(self.source)
            finally:
                self.source.close()
        except SourceError as error:
            self._fail(str(error), error_kind(error))
        except Exception as error:  # noqa: BLE001 - the last stop before the error would vanish with its thread
            if not self._stopped:
                _log.exception("Reading %s failed.", self.name)
            self._fail(f"Reading {self.name} stopped by a fault of the program ({type(error).__name__}: {error}).", "")

    def _fail(self, message: str, kind: str) -> None:
        if not self._stopped:
            self._listener.troubled(self, SessionState.FAILED, message, kind)

    def _work(self, source: Source) -> None:
        source.open()
        while not self._stopped:
            try:
                at_end = self._read_to_end(source)
            except SourceLostError as error:
                if not source.live:
                    raise
                self._open_again(source, error)
            else:
                if at_end:
                    self._listener.ended(self)
                return

    def _read_to_end(self, source: Source) -> bool:
        """Read until there is no more (True) or somebody stops it (False)."""
        self._fresh = True
        self._origin_s = None
        while self._wait_for_turn(source):
            start = time.perf_counter()
            frame = source.read()
            read_ms = (time.perf_counter() - start) * 1e3
            if frame is None:
                return not self._stopped
            if not source.live and not self._wait_until_due(frame, source):
                return False
            self._hand_over(frame, 0.0 if source.live else read_ms)
        return False

    def _hand_over(self, frame: Frame, read_ms: float) -> None:
        if self._fresh:
            self._fresh = False
            self._failures = 0
            self._listener.running(self)
        if not self.paused:
            self._listener.deliver(self, frame, read_ms)

    def _wait_for_turn(self, source: Source) -> bool:
        """Wait while a file is held back; False when stopped."""
        with self._wake:
            if not source.live and not (self._allowed and not self._paused):
                self._wake.wait_for(lambda: self._stopped or (self._allowed and not self._paused))
                self._origin_s = None
            return not self._stopped

    def _wait_until_due(self, frame: Frame, source: Source) -> bool:
        """Wait for the moment of a frame in its medium; False when stopped."""
        now = time.monotonic()
        media_s = self._pictures * PICTURE_S if source.still else frame.time_s
        self._pictures += 1
        if self._origin_s is None or now - (self._origin_s + media_s) > BEHIND_S:
            self._origin_s = now - media_s
        if not self._rest(self._origin_s + media_s - now):
            return False
        with self._wake:
            if self._paused:
                self._wake.wait_for(lambda: self._stopped or not self._paused)
                self._origin_s = time.monotonic() - media_s
            return not self._stopped

    def _rest(self, seconds: float) -> bool:
        """Wait; False when stopped."""
        with self._wake:
            if seconds > 0.0:
                self._wake.wait_for(lambda: self._stopped, seconds)
            return not self._stopped

    def _open_again(self, source: Source, error: SourceError) -> None:
        """Open a lost live source again and again, until it opens or somebody stops it."""
        said = ""
        while not self._stopped:
            source.close()
            if str(error) != said:
                said = str(error)
                self._listener.troubled(self, SessionState.RECONNECTING, said, error_kind(error))
            delay = min(FIRST_DELAY_S * 2**self._failures, LONGEST_DELAY_S)
            self._failures += 1
            if not self._rest(delay):
                return
            try:
                source.open()
            except SourceError as again:
                error = again
            else:
                self.epoch += 1
                return
