"""What happens when the user records what is seen as a video."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gesture_app.live.result import FrameResult
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import tr
from models.errors import GestureError

if TYPE_CHECKING:
    from gesture_app.output.view_recording import ViewRecording

TICK_MS = 250


class VideoController(QObject):
    """Runs at most one recording.

    Parameters
    ----------
    folder
        Where videos go; made when needed.
    parent
        Its owner.
    """

    seconds = Signal(object)
    """How long it has been recording; None when it ended."""

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    _finished = Signal(object, object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._recording: ViewRecording | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._finished.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a video is being recorded."""
        return self._recording is not None

    def toggle(self, *, mirrored: bool) -> None:
        """Start a video, or finish the one that runs."""
        if self._recording is not None:
            self.finish()
        else:
            self._start(mirrored=mirrored)

    def look_at(self, result: FrameResult) -> None:
        """Add a frame to the video that runs."""
        if self._recording is not None:
            self._recording.put(result)

    def finish(self) -> None:
        """End the video; it is told when the file is whole."""
        if self._recording is not None:
            self._recording.finish()
            self._recording = None
        self._timer.stop()
        self.seconds.emit(None)

    def close(self) -> None:
        """End the video and wait until its file is whole."""
        recording, self._recording = self._recording, None
        self._timer.stop()
        if recording is not None:
            recording.close()

    def _start(self, *, mirrored: bool) -> None:
        from gesture_app.output.view_recording import ViewRecording  # noqa: PLC0415 - loads OpenCV

        stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
        path = self._folder / f"gesture {stamp}.mp4"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._recording = ViewRecording(
                path, mirrored=mirrored, ended=lambda error: self._finished.emit(path, error)
            )
        except (OSError, GestureError) as error:
            self.seconds.emit(None)
            self.said.emit(Message(str(error), "bad"))
            return
        self._timer.start()
        self._tick()

    def _tick(self) -> None:
        if self._recording is not None:
            self.seconds.emit(self._recording.seconds)

    def _tell(self, path: Path, error: Exception | None) -> None:
        if error is not None:
            self.finish()
            self.said.emit(Message(str(error), "bad"))
        elif path.exists():
            self.said.emit(Message(tr("Video saved: {path}").format(path=path), "good"))
        else:
            self.said.emit(Message(tr("No picture came while the video was recorded; nothing was saved."), "warning"))
