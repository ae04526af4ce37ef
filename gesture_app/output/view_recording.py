"""A video of what is seen while it is seen: written in a thread of its own, so that the picture never waits for it."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gesture_app.capture.frame_reader import Medium
from gesture_app.live.result import FrameResult
from gesture_app.output.annotated_video import AnnotatedVideo
from gesture_app.output.result_lines import OutputError
from models.errors import GestureError

WAITING = 30
"""Results that may wait to be written; more are left out, which the video's fixed rate fills by repeating."""

FPS = 30.0
JOIN_S = 10.0
LOOK_S = 0.1


class ViewRecording:
    """Writes results as they come, at the rate at which they come.

    Parameters
    ----------
    path
        Where to.
    mirrored
        True writes the mirror view.
    ended
        Called once, in the writing thread, when the file is finished: with the error that ended it, else None.

    Raises
    ------
    OutputError
        When it cannot be a video there.
    """

    def __init__(self, path: Path, *, mirrored: bool, ended: Callable[[Exception | None], None]) -> None:
        self.path = path
        self._video = AnnotatedVideo(path, mirrored=mirrored)
        self._video.begin(Medium(live=True, still=False, fps=FPS))
        self._ended = ended
        self._results: queue.Queue[FrameResult] = queue.Queue(WAITING)
        self._finishing = threading.Event()
        self._began_s = time.monotonic()
        self._thread = threading.Thread(target=self._write_all, name="gesture-video", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How long it has been recording."""
        return time.monotonic() - self._began_s

    def put(self, result: FrameResult) -> None:
        """Add a result; never waits."""
        if self._finishing.is_set():
            return
        moved = replace(result, frame=replace(result.frame, time_s=self.seconds))
        with contextlib.suppress(queue.Full):
            self._results.put_nowait(moved)

    def finish(self) -> None:
        """End with what was put; ``ended`` is called when the file is whole."""
        self._finishing.set()

    def close(self) -> None:
        """End and wait until the file is whole, within bounds."""
        self.finish()
        self._thread.join(JOIN_S)

    def _write_all(self) -> None:
        problem: Exception | None = OutputError(f"The video {self.path} was ended by a fault of the program.")
        try:
            try:
                self._write_until_finished()
            finally:
                self._video.close()
            problem = None
        except GestureError as error:
            problem = error
        finally:
            self._finishing.set()
            self._ended(problem)

    def _write_until_finished(self) -> None:
        while True:
            try:
                result = self._results.get(timeout=LOOK_S)
            except queue.Empty:
                if self._finishing.is_set():
                    return
            else:
                self._video.write(result)
