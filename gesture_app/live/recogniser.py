"""One frame in, labelled hands out: synchronous, without Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.source import Frame, Picture
from gesture_app.live.detecting import FrameDetector, check_picture
from gesture_app.live.following import HandFollower
from gesture_app.live.one_euro import OneEuroPoints
from gesture_app.live.options import RecogniserError, RecogniserOptions
from gesture_app.live.result import FrameResult, HandResult, StageTimes
from gesture_app.live.second_opinion import SecondOpinion
from gesture_app.live.shape_speed import ShapeSpeed
from gesture_app.live.smoothing import LabelSmoother, Smoothed
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.hand.landmarks import Hand, Handedness, rows_of
from models.home import Home, find_home

__all__ = ["Recogniser", "RecogniserError", "RecogniserOptions", "try_out"]


@dataclass(slots=True)
class _HandMemory:
    """What is remembered of one followed hand."""

    points: OneEuroPoints
    shape: ShapeSpeed
    labels: LabelSmoother


class _Followed(NamedTuple):
    """One hand of a frame and what time tells of it before it is classified."""

    hand: Hand
    track: int
    side: Handedness | None
    drawn: Sequence[complex]
    speed: float


class Recogniser:
    """Finds hands, names their gestures and keeps both steady over time.

    One thread at a time calls :meth:`process`, :meth:`restart` and :meth:`close`; :meth:`use`, :meth:`compare_with` and
    :meth:`configure` may come from any thread and take effect between two frames.

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
        self._classifier = classifier
        self._options = options or RecogniserOptions()
        self._detector = FrameDetector(landmarker, self._options)
        self._change = threading.Lock()
        self._next_classifier: GestureClassifier | None = None
        self._next_options: RecogniserOptions | None = None
        self._second: SecondOpinion | None = None
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

    def use(self, classifier: GestureClassifier, *, tried: bool = False) -> None:
        """Change the model between two frames, after it has answered a hand.

        Parameters
        ----------
        classifier
            The model.
        tried
            True where :func:`try_out` had it answer a hand already.

        Raises
        ------
        RecogniserError
            When the model's answer cannot be right; the model before stays.
        """
        if not tried:
            try_out(classifier)
        with self._change:
            self._next_classifier = classifier

    def compare_with(self, classifier: GestureClassifier | None, *, tried: bool = False) -> None:
        """Let a second model label the same hands from the next frame on, or none any more.

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
        with self._change:
            self._second = None if classifier is None else SecondOpinion(classifier)

    def configure(self, options: RecogniserOptions) -> None:
        """Change the options between two frames."""
        with self._change:
            self._next_options = options

    def warm_up(self) -> None:
        """Start MediaPipe and the model now instead of with the first frame."""
        self._apply_changes()
        self._detector.warm_up(still=self._options.still)
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
        PictureError
            When the picture has another shape or type.
        """
        self._apply_changes()
        frame = frame if isinstance(frame, Frame) else self._as_frame(frame)
        alone = self._options.still if still is None else still
        if not alone:
            if frame.time_s < self._last_s:
                self.restart()
            self._last_s = frame.time_s

        start = time.perf_counter()
        hands = self._detector.find(frame, still=alone)
        found = time.perf_counter()
        followed = self._stand_alone(hands) if alone else self._follow(hands, frame.time_s)
        moved = time.perf_counter()
        answers = self._classifier.predict(rows_of(hands)) if hands else _NO_ANSWERS
        classified = time.perf_counter()
        results = self._label(followed, answers, None if alone else frame.time_s)
        labelled = time.perf_counter()
        second = self._second
        other = None
        if second is not None:
            speeds = [each.speed for each in followed]
            tracks = None if alone else self._follower.alive
            other = second.judge(results, speeds, frame.time_s, self._options, tracks)
        compared = time.perf_counter()

        # Turning the colours counts as reading: a program that only detects would do it there too.
        converting = self._detector.conversion_ms
        times = StageTimes(
            read=converting,
            detect=(found - start) * 1e3 - converting,
            classify=(classified - moved + compared - labelled) * 1e3,
            smooth=(moved - found + labelled - classified) * 1e3,
        )
        return FrameResult(frame, results, self._classifier.name, self._classifier.info.labels, times, other=other)

    def restart(self) -> None:
        """Forget the hands followed so far: the frames that come now belong to another source."""
        self._follower.clear()
        self._memories.clear()
        second = self._second
        if second is not None:
            second.forget()
        self._last_s = -np.inf
        self._detector.restart()

    def close(self) -> None:
        """End MediaPipe; harmless when closed already. The next picture would start it again."""
        self._detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _apply_changes(self) -> None:
        if self._next_classifier is None and self._next_options is None:
            return  # as for most frames; what comes at this moment is for the next one
        with self._change:
            classifier, self._next_classifier = self._next_classifier, None
            options, self._next_options = self._next_options, None
        if classifier is not None:
            if classifier.labels != self._classifier.labels:
                for memory in self._memories.values():
                    memory.labels = LabelSmoother(classifier.labels)
            self._classifier = classifier
        if options is not None:
            self._detector.configure(options)
            self._options = options

    def _as_frame(self, picture: Picture) -> Frame:
        now = time.monotonic()
        if self._pictures == 0:
            self._started_s = now
        check_picture(picture)
        picture = np.ascontiguousarray(picture)
        frame = Frame(picture, (picture.shape[1], picture.shape[0]), self._pictures, now - self._started_s)
        self._pictures += 1
        return frame

    def _follow(self, hands: list[Hand], time_s: float) -> list[_Followed]:
        numbers = self._follower.follow(hands, time_s)
        if self._memories.keys() != self._follower.alive:
            before = self._memories
            self._memories = {number: before.get(number) or self._new_memory() for number in self._follower.alive}
        followed = []
        for hand, number in zip(hands, numbers, strict=True):
            memory = self._memories[number]
            x0, y0, x1, y1 = hand.box
            drawn = memory.points.update(time_s, hand.plane, max(x1 - x0, y1 - y0))
            speed = memory.shape.update(time_s, hand.plane)
            followed.append(_Followed(hand, number, self._follower.side(number), drawn, speed))
        return followed

    def _new_memory(self) -> _HandMemory:
        return _HandMemory(OneEuroPoints(), ShapeSpeed(), LabelSmoother(self._classifier.labels))

    def _stand_alone(self, hands: list[Hand]) -> list[_Followed]:
        return [_Followed(hand, place, hand.handedness, hand.plane, 0.0) for place, hand in enumerate(hands)]

    def _label(
        self, followed: list[_Followed], answers: NDArray[np.float32], time_s: float | None
    ) -> tuple[HandResult, ...]:
        """Give the results; where pictures stand alone, there is no time."""
        info, own = self._classifier.info, self._options.threshold
        labels, threshold = info.labels, info.threshold if own is None else own
        results = []
        for (hand, track, side, drawn, speed), answer in zip(followed, answers.tolist(), strict=True):
            if time_s is None or not self._options.smoothing:
                shown = self._undelayed(answer, threshold)
            else:
                shown = self._memories[track].labels.update(time_s, speed, answer, threshold)
            raw_confidence = max(answer)
            results.append(
                HandResult(
                    hand=hand,
                    drawn=drawn,
                    track=track,
                    label=shown.label,
                    confidence=shown.confidence,
                    raw_label=labels[answer.index(raw_confidence)],
                    raw_confidence=raw_confidence,
                    probabilities=shown.probabilities,
                    side=side,
                    held=shown.held,
                )
            )
        return tuple(results)

    def _undelayed(self, answer: list[float], threshold: float) -> Smoothed:
        decision = decide(answer, self._classifier.labels, threshold)
        return Smoothed(decision.label, decision.confidence, np.array(answer, np.float32))


_NO_ANSWERS: NDArray[np.float32] = np.zeros((0, 0), np.float32)


def try_out(classifier: GestureClassifier) -> None:
    """Let a model answer a hand, so that the first real one is not the one that finds it broken.

    Raises
    ------
    RecogniserError
        When its answer cannot be probabilities of its labels.
    """
    angles = np.linspace(0.0, 6.0, 21, dtype=np.float32)
    points = np.stack([100 + 50 * np.cos(angles), 100 + 50 * np.sin(angles), np.zeros_like(angles)], axis=1)
    try:
        answer = classifier.predict(points.reshape(1, -1))
    except Exception as error:
        raise RecogniserError(
            f"The model {classifier.name} failed at its first hand ({type(error).__name__}: {error}). The model before"
            " stays in use; export this one again."
        ) from error
    if answer.shape != (1, len(classifier.labels)) or not np.isfinite(answer).all():
        raise RecogniserError(
            f"The model {classifier.name} answered a hand with {answer.shape} numbers that cannot be probabilities of"
            f" its {len(classifier.labels)} labels. The model before stays in use; export this one again."
        )
