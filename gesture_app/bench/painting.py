"""What the pipeline's results are painted with: the window's own picture, unseen, in the thread that owns it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from gesture_app.live.cv2_painter import annotate
from gesture_app.live.result import FrameResult

T = TypeVar("T")

WINDOW_SIZE = (1280, 720)
_WAIT_S = 20.0
_LOOK_S = 0.2


class Painter(Protocol):
    """Whatever paints a result."""

    def paint(self, result: FrameResult) -> None:
        """Paint a result before this returns."""
        ...

    def close(self) -> None:
        """Let go of what was painted on."""
        ...


class PicturePainter:
    """Draws into a copy of the picture with OpenCV, as annotated videos are drawn."""

    def paint(self, result: FrameResult) -> None:
        """Draw."""
        annotate(result)

    def close(self) -> None:
        """Nothing is held."""


def make_painter() -> Painter:
    """Give a window of :data:`WINDOW_SIZE` that nobody sees, or where Qt does not load OpenCV's drawing."""
    try:
        from gesture_app.ui.offscreen import OffscreenPicture  # noqa: PLC0415 - Qt is needed here alone
    except ImportError:
        return PicturePainter()
    return OffscreenPicture(WINDOW_SIZE)


class Painting:
    """Paints the newest result in the thread that calls :meth:`while_running`, as the window's thread does.

    Parameters
    ----------
    painter
        What paints.
    note
        Told of each painting, from that thread, the milliseconds by the clock and those that this thread itself worked;
        the rest it waited: for a core, for Python's lock, for OpenCV's other threads.
    """

    def __init__(self, painter: Painter, note: Callable[[float, float], None]) -> None:
        self._painter = painter
        self._note = note
        self._changed = threading.Condition()
        self._newest: FrameResult | None = None
        self._painted: FrameResult | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """True when nothing is painted any more."""
        return self._ended

    def paint(self, result: FrameResult) -> None:
        """Leave a result to be painted; a newer one takes its place."""
        with self._changed:
            self._newest = result
            self._changed.notify_all()

    def finish(self) -> None:
        """Wait until the newest result is painted."""
        with self._changed:
            self._changed.wait_for(lambda: self._painted is self._newest or self._ended, _WAIT_S)

    def while_running(self, work: Callable[[], T]) -> T:
        """Paint in this thread until the work, which is done in another, is over; give what it gives."""
        with ThreadPoolExecutor(1, "bench") as executor:
            future = executor.submit(work)
            future.add_done_callback(self._end)
            try:
                while (result := self._wait()) is not None:
                    start, worked = time.perf_counter(), time.thread_time()
                    self._painter.paint(result)
                    self._note((time.perf_counter() - start) * 1e3, (time.thread_time() - worked) * 1e3)
                    with self._changed:
                        self._painted = result
                        self._changed.notify_all()
            finally:
                self._end()
            return future.result()

    def _end(self, _: Any = None) -> None:  # noqa: ANN401 - the future that is over
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _wait(self) -> FrameResult | None:
        with self._changed:
            # By and by, so that Ctrl-C is heard everywhere.
            while not self._changed.wait_for(lambda: self._newest is not self._painted or self._ended, _LOOK_S):
                pass
            return None if self._ended else self._newest
