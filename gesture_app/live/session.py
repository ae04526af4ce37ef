"""A live session: a source read in one thread, recognised in another, the newest result taken by a third."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from gesture_app.capture.source import Frame, Source
from gesture_app.live.capturing import Capture
from gesture_app.live.mailbox import Mailbox
from gesture_app.live.recogniser import Recogniser, RecogniserOptions, try_out
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionCounters, SessionState, SessionStatus
from models.errors import GestureError
from models.gesture.classifier import GestureClassifier

__all__ = ["LiveSession", "SessionCounters", "SessionError", "SessionState", "SessionStatus"]

JOIN_S = 5.0
"""How long the recognition thread may take to end."""

FPS_WINDOW_S = 1.0

REST_S = 0.1
"""Nobody looking, so long is rested from one frame to the next."""

_log = logging.getLogger(__name__)


class SessionError(GestureError):
    """A session that is closed was asked to start."""


@dataclass(frozen=True, slots=True, eq=False)
class _Delivery:
    """A frame on its way to recognition; None in its place says that there are no more."""

    capture: Capture
    epoch: int
    frame: Frame | None
    read_ms: float
    read_s: float


class LiveSession:
    """Keeps one source and one recogniser at work; no method but :meth:`close` waits for a thread.

    Parameters
    ----------
    make_recogniser
        Makes the recogniser; called in the recognition thread, so that nobody waits for MediaPipe to load.
    on_result
        Called from the recognition thread when :meth:`take` has something again, and not again until it was taken.
    on_status
        Called with every new status, from whichever thread made it, one at a time. It must not wait for another thread
        that uses the session.
    """

    def __init__(
        self,
        make_recogniser: Callable[[], Recogniser],
        on_result: Callable[[], None],
        on_status: Callable[[SessionStatus], None],
    ) -> None:
        self._make_recogniser = make_recogniser
        self._on_result = on_result
        self._on_status = on_status
        self._lock = threading.RLock()
        self._telling = threading.RLock()
        self._frames: Mailbox[_Delivery] = Mailbox()
        self._results: Mailbox[FrameResult] = Mailbox()
        self._capture: Capture | None = None
        self._heard: Capture | None = None
        self._recognition: threading.Thread | None = None
        self._recognising = False
        self._ready = False
        self._recogniser: Recogniser | None = None
        self._classifier: GestureClassifier | None = None
        self._other: GestureClassifier | None = None
        self._options: RecogniserOptions | None = None
        self._status = SessionStatus(SessionState.IDLE)
        self._closed = False
        self._last_index: int | None = None
        self._dropped = 0
        self._result_times: deque[float] = deque(maxlen=256)
        self._awake = threading.Event()
        self._awake.set()
        self._looked_s = 0.0
        self._latency_ms = 0.0

    @property
    def status(self) -> SessionStatus:
        """Where the session is now."""
        return self._status

    @property
    def counters(self) -> SessionCounters:
        """How the session keeps up."""
        since = time.monotonic() - FPS_WINDOW_S
        with self._lock:
            recent = [moment for moment in self._result_times if moment >= since]
            fps = (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0
            return SessionCounters(fps, self._dropped, self._latency_ms)

    def start(self, source: Source) -> None:
        """Change to a source, which is opened in the capture thread after the one before was let go.

        Raises
        ------
        SessionError
            When the session is closed.
        """
        self._follow_with(source)

    def stop(self) -> None:
        """Let go of the source; the recogniser stays ready. The state is IDLE when the source is released."""
        if self._capture is not None:
            self._follow_with(None)

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the state itself
        """Hold the frames back, or let them come again."""
        with self._telling:
            capture = self._heard
            if capture is None:
                return
            capture.pause(paused)
            with self._lock:
                self._last_index = None  # frames of a pause are held back on purpose: they are not dropped
            if self._status.state in {SessionState.RUNNING, SessionState.PAUSED}:
                self._tell(capture, SessionState.PAUSED if paused else SessionState.RUNNING)

    def rest(self, resting: bool) -> None:  # noqa: FBT001 - the state itself
        """Recognise only every :data:`REST_S` while nobody looks, or every frame again."""
        if resting:
            self._awake.clear()
        else:
            self._awake.set()

    def take(self) -> FrameResult | None:
        """Give the newest result and empty its slot; None when nothing new came."""
        return self._results.take()

    def use(self, classifier: GestureClassifier, *, tried: bool = False) -> None:
        """Change the model between two frames, after it has answered a hand; also before the recogniser is there.

        Parameters
        ----------
        classifier
            The model.
        tried
            True where :func:`~gesture_app.live.recogniser.try_out` had it answer a hand already.

        Raises
        ------
        RecogniserError
            When the model's answer cannot be right; the model before stays.
        """
        if not tried:
            try_out(classifier)
        with self._lock:
            self._classifier = classifier
            if self._recogniser is not None:
                self._recogniser.use(classifier, tried=True)

    def compare_with(self, classifier: GestureClassifier | None, *, tried: bool = False) -> None:
        """Let a second model label the same frames, or none any more; also before the recogniser is there.

        Parameters
        ----------
        classifier
            The second model; None for none.
        tried
            As for :meth:`use`.

        Raises
        ------
        RecogniserError
            When its answer to a hand cannot be right; what was before stays.
        """
        if classifier is not None and not tried:
            try_out(classifier)
        with self._lock:
            self._other = classifier
            if self._recogniser is not None:
                self._recogniser.compare_with(classifier, tried=True)

    def configure(self, options: RecogniserOptions) -> None:
        """Change the options between two frames; also before the recogniser is there."""
        with self._lock:
            self._options = options
            if self._recogniser is not None:
                self._recogniser.configure(options)

    def close(self) -> None:
        """End both threads and release the source. Waits, but within bounds; nothing is called back from here on."""
        with self._telling, self._lock:
            self._closed = True
            self._awake.set()
            self._heard = None
            capture, recognition = self._capture, self._recognition
            self._status = SessionStatus(SessionState.IDLE)
        if capture is not None:
            capture.stop()
        self._frames.close()
        self._results.close()
        if capture is not None:
            capture.finish()
        if recognition is not None:
            recognition.join(JOIN_S)
            if recognition.is_alive():
                _log.warning("Recognition did not end within %.1f s and is left alone.", JOIN_S)

    def deliver(self, capture: Capture, frame: Frame, read_ms: float) -> None:
        """Take the next frame of the capture thread; of pictures that stand alone none is passed over."""
        if capture.still:
            self._frames.wait_taken(JOIN_S)
        self._pass_on(capture, frame, read_ms)

    def running(self, capture: Capture) -> None:
        """Hear that frames come."""
        with self._telling:
            self._tell(capture, SessionState.PAUSED if capture.paused else SessionState.RUNNING)

    def ended(self, capture: Capture) -> None:
        """Hear that no more frames come; it is told when the last one has been recognised."""
        self._frames.wait_taken(JOIN_S)
        self._pass_on(capture, None, 0.0)

    def released(self, capture: Capture) -> None:
        """Hear that no source is open."""
        self._tell(capture, SessionState.IDLE)

    def troubled(self, capture: Capture, state: SessionState, message: str, kind: str) -> None:
        """Hear that the source failed or is lost."""
        self._tell(capture, state, message, kind)

    def _follow_with(self, source: Source | None) -> None:
        with self._telling:
            with self._lock:
                if self._closed:
                    raise SessionError("This session is closed. Make a new one to start a source.")
                before = self._capture
                if before is not None:
                    before.stop()
                capture = Capture(source, before, self, allowed=self._ready)
                self._capture = self._heard = capture
                self._frames.take()
                self._results.take()
                self._result_times.clear()
                self._last_index = None
                self._dropped = 0
                if source is not None and not self._recognising:
                    self._recognising = True
                    self._recognition = threading.Thread(
                        target=self._recognise, name="gesture-recognition", daemon=True
                    )
                    self._recognition.start()
            if source is not None:
                self._tell(capture, SessionState.OPENING)
            capture.start()

    def _tell(self, capture: Capture, state: SessionState, message: str = "", kind: str = "") -> None:
        with self._telling:
            if capture is self._heard:
                self._status = SessionStatus(state, capture.name, message, kind)
                self._on_status(self._status)

    def _pass_on(self, capture: Capture, frame: Frame | None, read_ms: float) -> None:
        with self._lock:
            if capture is self._heard:
                self._frames.put(_Delivery(capture, capture.epoch, frame, read_ms, time.monotonic()))

    def _count(self, delivery: _Delivery, frame: Frame) -> None:
        """Count the frames between the last one and this one: sources number them all, also those that nobody took."""
        if self._last_index is not None and not delivery.capture.still:
            self._dropped += max(frame.index - self._last_index - 1, 0)
        self._last_index = frame.index

    def _recognise(self) -> None:
        try:
            with self._make_recogniser() as recogniser:
                self._equip(recogniser)
                self._recognise_all(recogniser)
        except GestureError as error:
            self._give_up(str(error))
        except Exception as error:  # noqa: BLE001 - the last stop before the error would vanish with its thread
            _log.exception("Recognition failed.")
            self._give_up(f"Recognition stopped by a fault of the program ({type(error).__name__}: {error}).")

    def _equip(self, recogniser: Recogniser) -> None:
        with self._lock:
            if self._classifier is not None:
                recogniser.use(self._classifier)
            if self._options is not None:
                recogniser.configure(self._options)
            recogniser.compare_with(self._other)
            self._recogniser = recogniser
        recogniser.warm_up()
        with self._lock:
            self._ready = True
            if self._capture is not None:
                self._capture.allow()

    def _recognise_all(self, recogniser: Recogniser) -> None:
        last: tuple[Capture, int] | None = None
        while (delivery := self._next()) is not None:
            origin = (delivery.capture, delivery.epoch)
            if last is not None and last != origin:
                recogniser.restart()
                with self._lock:
                    self._last_index = None
            last = origin
            if delivery.frame is None:
                self._tell(delivery.capture, SessionState.ENDED)
            else:
                self._recognise_one(recogniser, delivery, delivery.frame)

    def _next(self) -> _Delivery | None:
        """Wait for the next frame; after a rest, for the newest one then."""
        if not self._awake.is_set():
            if not self._awake.wait(self._looked_s + REST_S - time.monotonic()):
                with self._lock:
                    self._last_index = None  # frames of a rest are passed over on purpose: they are not dropped
            self._looked_s = time.monotonic()
        return self._frames.wait()

    def _recognise_one(self, recogniser: Recogniser, delivery: _Delivery, frame: Frame) -> None:
        result = recogniser.process(frame, still=delivery.capture.still or None)
        with self._lock:
            if delivery.capture is not self._heard:
                return
            self._count(delivery, frame)
            now = time.monotonic()
            self._result_times.append(now)
            self._latency_ms = (now - delivery.read_s) * 1e3
            times = replace(result.times, read=result.times.read + delivery.read_ms)
            fresh = self._results.put(replace(result, times=times, dropped=self._dropped))
        if fresh:
            self._on_result()

    def _give_up(self, message: str) -> None:
        with self._telling, self._lock:
            self._recogniser = None
            self._ready = self._recognising = False
            capture = self._heard
            if capture is not None:
                capture.stop()
                self._frames.take()
                self._tell(capture, SessionState.FAILED, message)
                self._heard = None
