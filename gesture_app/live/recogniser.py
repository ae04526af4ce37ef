"""One frame in, labelled hands out: synchronous, without Qt."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Frame, Picture
from gesture_app.live.following import HandFollower
from gesture_app.live.one_euro import OneEuroPoints
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.live.smoothing import LabelSmoother, Smoothed
from models.errors import GestureError
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.hand.landmarks import Hand, Hands
from models.hand.still import StillFinder
from models.hand.tracker import HandTracker
from models.home import Home, find_home

MOST_HANDS = 4


class RecogniserError(GestureError):
    """A picture, an option or a model that recognition cannot work with."""


@dataclass(frozen=True, slots=True)
class RecogniserOptions:
    """How frames are recognised.

    Attributes
    ----------
    hands
        Most hands that are looked for, 1 to 4.
    threshold
        Probability from which a gesture is accepted; None takes the model's own.
    smoothing
        False gives every frame's own answer: nothing is smoothed, though hands are still followed.
    still
        True where pictures are unrelated: nothing is followed or smoothed, and each picture is searched harder.
    """

    hands: int = 2
    threshold: float | None = None
    smoothing: bool = True
    still: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.hands <= MOST_HANDS:
            raise RecogniserError(f"The number of hands must be 1 to {MOST_HANDS}, but {self.hands} came.")
        if self.threshold is not None and not 0.0 <= self.threshold <= 1.0:
            raise RecogniserError(f"The threshold must be between 0 and 1, but {self.threshold} came.")


@dataclass(slots=True)
class _HandMemory:
    """What is remembered of one followed hand."""

    labels: LabelSmoother
    points: OneEuroPoints


class Recogniser:
    """Finds hands, names their gestures and keeps both steady over time.

    One thread at a time calls :meth:`process`, :meth:`restart` and :meth:`close`; :meth:`use` and :meth:`configure`
    may come from any thread and take effect between two frames.

    Parameters
    ----------
    classifier
        The gesture model.
    landmarker
        MediaPipe's hand landmarker file; it is opened when the first picture comes, or by :meth:`warm_up`.
    options
        How frames are recognised.

    Examples
    --------
    >>> from gesture_app.live import Recogniser
    >>> recogniser = Recogniser.open()  # doctest: +SKIP
    >>> result = recogniser.process(picture)  # doctest: +SKIP
    """

    def __init__(
        self, classifier: GestureClassifier, *, landmarker: Path, options: RecogniserOptions | None = None
    ) -> None:
        self._landmarker = landmarker
        self._classifier = classifier
        self._options = options or RecogniserOptions()
        self._change = threading.Lock()
        self._next_classifier: GestureClassifier | None = None
        self._next_options: RecogniserOptions | None = None
        self._tracker: HandTracker | None = None
        self._finder: StillFinder | None = None
        self._follower = HandFollower()
        self._memories: dict[int, _HandMemory] = {}
        self._last_s = -np.inf
        self._pictures = 0
        self._started_s = 0.0

    @classmethod
    def open(
        cls, model: str = "shipped", hands: int = 2, home: Home | None = None, landmarker: Path | None = None
    ) -> Self:
        """Make a recogniser by the name of its model.

        Parameters
        ----------
        model
            ``shipped``, a version, an alias, or a folder that holds an exported model.
        hands
            Most hands that are looked for, 1 to 4.
        home
            The home folder; the user's own by default.
        landmarker
            The hand landmarker file; found or fetched by default.

        Raises
        ------
        GestureError
            When the model or the landmarker file cannot be had.
        """
        from models.gesture.catalog import load_model  # noqa: PLC0415 - only this way in needs the catalogue
        from models.hand.landmarker import find_landmarker  # noqa: PLC0415

        home = home or find_home()
        options = RecogniserOptions(hands=hands)
        return cls(load_model(model, home), landmarker=find_landmarker(home, landmarker), options=options)

    @property
    def classifier(self) -> GestureClassifier:
        """The model that the next frame is recognised with."""
        with self._change:
            return self._next_classifier or self._classifier

    @property
    def options(self) -> RecogniserOptions:
        """The options that the next frame is recognised with."""
        with self._change:
            return self._next_options or self._options

    def use(self, classifier: GestureClassifier) -> None:
        """Change the model between two frames, after it has answered a hand.

        Raises
        ------
        RecogniserError
            When the model's answer cannot be right; the model before stays.
        """
        try_out(classifier)
        with self._change:
            self._next_classifier = classifier

    def configure(self, options: RecogniserOptions) -> None:
        """Change the options between two frames."""
        with self._change:
            self._next_options = options

    def warm_up(self) -> None:
        """Start MediaPipe and the model now instead of with the first frame."""
        self._apply_changes()
        if self._options.still:
            self._ready_finder()
        else:
            self._ready_tracker()
        try_out(self._classifier)

    def process(self, frame: Frame | Picture, *, still: bool | None = None) -> FrameResult:
        """Recognise one frame.

        Parameters
        ----------
        frame
            A frame of a source, or a plain picture ``(height, width, 3)`` uint8, BGR, unmirrored, which gets its number
            and time from the recogniser's own clock. Where a frame brings its hands, nothing is detected.
        still
            True when this picture is unrelated to those before; None takes it from the options.

        Raises
        ------
        RecogniserError
            When the picture has another shape or type.
        """
        self._apply_changes()
        frame = frame if isinstance(frame, Frame) else self._as_frame(frame)
        alone = self._options.still if still is None else still
        if frame.time_s < self._last_s:
            self.restart()
        self._last_s = frame.time_s

        start = time.perf_counter()
        hands = self._find(frame, alone)
        found = time.perf_counter()
        answers = self._classifier.predict(Hands.of(hands).rows) if hands else _NO_ANSWERS
        classified = time.perf_counter()
        results = self._judge_alone(hands, answers) if alone else self._judge(hands, answers, frame.time_s)
        smoothed = time.perf_counter()

        # Turning the colours counts as reading: a program that only detects would do it there too.
        tracker = self._tracker if frame.hands is None and not alone else None
        converting = tracker.conversion_ms if tracker is not None else 0.0
        times = StageTimes(
            read=converting,
            detect=(found - start) * 1e3 - converting,
            classify=(classified - found) * 1e3,
            smooth=(smoothed - classified) * 1e3,
        )
        return FrameResult(frame, results, self._classifier.name, self._classifier.labels, times)

    def restart(self) -> None:
        """Forget the hands followed so far: the frames that come now belong to another source."""
        self._follower.clear()
        self._memories.clear()
        self._last_s = -np.inf
        if self._tracker is not None:
            self._tracker.restart()

    def close(self) -> None:
        """End MediaPipe; harmless when closed already."""
        for detector in (self._tracker, self._finder):
            if detector is not None:
                detector.close()
        self._tracker = self._finder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _apply_changes(self) -> None:
        with self._change:
            classifier, self._next_classifier = self._next_classifier, None
            options, self._next_options = self._next_options, None
        if classifier is not None:
            if classifier.labels != self._classifier.labels:
                for memory in self._memories.values():
                    memory.labels = LabelSmoother(classifier.labels)
            self._classifier = classifier
        if options is not None:
            if options.hands != self._options.hands:
                self.close()
            self._options = options

    def _as_frame(self, picture: Picture) -> Frame:
        now = time.monotonic()
        if self._pictures == 0:
            self._started_s = now
        _check(picture)
        picture = np.ascontiguousarray(picture)
        frame = Frame(picture, (picture.shape[1], picture.shape[0]), self._pictures, now - self._started_s)
        self._pictures += 1
        return frame

    def _find(self, frame: Frame, alone: bool) -> list[Hand]:  # noqa: FBT001 - private
        if frame.hands is not None:
            return list(frame.hands)
        if frame.picture is None:
            raise RecogniserError("A frame needs a picture or its hands, but this one has neither.")
        _check(frame.picture)
        if alone:
            return self._ready_finder().find(frame.picture)
        return self._ready_tracker().detect(frame.picture, frame.time_s)

    def _ready_tracker(self) -> HandTracker:
        if self._tracker is None:
            self._tracker = HandTracker(self._landmarker, self._options.hands)
        return self._tracker

    def _ready_finder(self) -> StillFinder:
        if self._finder is None:
            self._finder = StillFinder(self._landmarker, self._options.hands)
        return self._finder

    def _threshold(self) -> float:
        own = self._options.threshold
        return self._classifier.info.threshold if own is None else own

    def _judge(self, hands: list[Hand], answers: NDArray[np.float32], time_s: float) -> tuple[HandResult, ...]:
        numbers = self._follower.follow(hands, time_s)
        self._memories = {
            number: self._memories.get(number) or _HandMemory(LabelSmoother(self._classifier.labels), OneEuroPoints())
            for number in self._follower.alive
        }
        results = []
        for hand, number, answer in zip(hands, numbers, answers, strict=True):
            memory = self._memories[number]
            smoothed = (
                memory.labels.update(time_s, hand.points[:, :2], answer, self._threshold())
                if self._options.smoothing
                else self._undelayed(answer)
            )
            drawn = memory.points.update(time_s, hand.points[:, :2], _size(hand))
            results.append(self._result(hand, number, answer, smoothed, drawn))
        return tuple(results)

    def _judge_alone(self, hands: list[Hand], answers: NDArray[np.float32]) -> tuple[HandResult, ...]:
        return tuple(
            self._result(hand, number, answer, self._undelayed(answer), hand.points[:, :2].copy())
            for number, (hand, answer) in enumerate(zip(hands, answers, strict=True))
        )

    def _undelayed(self, answer: NDArray[np.float32]) -> Smoothed:
        decision = decide(answer, self._classifier.labels, self._threshold())
        return Smoothed(decision.label, decision.confidence, answer)

    def _result(
        self, hand: Hand, track: int, answer: NDArray[np.float32], smoothed: Smoothed, drawn: NDArray[np.float32]
    ) -> HandResult:
        best = int(answer.argmax())
        return HandResult(
            hand=hand,
            drawn=drawn,
            track=track,
            label=smoothed.label,
            confidence=smoothed.confidence,
            raw_label=self._classifier.labels[best],
            raw_confidence=float(answer[best]),
            probabilities=smoothed.probabilities,
        )


_NO_ANSWERS: NDArray[np.float32] = np.zeros((0, 0), np.float32)


def _check(picture: Picture) -> None:
    if not isinstance(picture, np.ndarray):
        raise RecogniserError(f"A picture must be a numpy array, but a {type(picture).__name__} came.")
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise RecogniserError(
            "A picture must have the shape (height, width, 3) and type uint8 (blue, green, red), but"
            f" {picture.shape} of type {picture.dtype} came."
        )


def _size(hand: Hand) -> float:
    x0, y0, x1, y1 = hand.box
    return max(x1 - x0, y1 - y0)


def try_out(classifier: GestureClassifier) -> None:
    """Let a model answer a hand, so that the first real one is not the one that finds it broken.

    Raises
    ------
    RecogniserError
        When its answer cannot be probabilities of its labels.
    """
    angles = np.linspace(0.0, 6.0, 21, dtype=np.float32)
    points = np.stack([100 + 50 * np.cos(angles), 100 + 50 * np.sin(angles), np.zeros_like(angles)], axis=1)
    answer = classifier.predict(points.reshape(1, -1))
    if answer.shape != (1, len(classifier.labels)) or not np.isfinite(answer).all():
        raise RecogniserError(
            f"The model {classifier.name} answered a hand with {answer.shape} numbers that cannot be probabilities of"
            f" its {len(classifier.labels)} labels. The model before stays in use; export this one again."
        )
