"""A second model's labels for the hands of the same frames, kept steady as the first one's are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gesture_app.live.options import RecogniserOptions
from gesture_app.live.result import HandResult, OtherAnswer, OtherResult
from gesture_app.live.smoothing import LabelSmoother
from models.gesture.classifier import GestureClassifier
from models.gesture.decision import decide
from models.hand.landmarks import Hands


class SecondOpinion:
    """Asks a second model; only one thread at a time uses it.

    Parameters
    ----------
    classifier
        The second model.
    """

    def __init__(self, classifier: GestureClassifier) -> None:
        self._classifier = classifier
        self._memories: dict[int, LabelSmoother] = {}

    def judge(
        self,
        hands: Sequence[HandResult],
        speeds: Sequence[float],
        time_s: float,
        options: RecogniserOptions,
        followed: Collection[int] | None,
    ) -> OtherResult:
        """Label the hands of a frame.

        Parameters
        ----------
        hands
            As the first model's frame result has them; their labels are not looked at.
        speeds
            How fast each of them changes its shape.
        time_s
            The frame's.
        options
            Those of the first model; without a threshold in them the second model's own is taken.
        followed
            Tracks that are still followed, also those without a hand in this frame; None where a picture stands alone.
        """
        model = self._classifier
        threshold = model.info.threshold if options.threshold is None else options.threshold
        labels = model.labels
        if followed is not None:
            self._memories = {track: self._memories.get(track) or LabelSmoother(labels) for track in followed}
        rows = model.predict(Hands.of([hand.hand for hand in hands]).rows) if hands else ()
        answers = []
        for hand, speed, row in zip(hands, speeds, rows, strict=True):
            if followed is None or not options.smoothing:
                decision = decide(row, labels, threshold)
                answers.append(OtherAnswer(decision.label, decision.confidence))
            else:
                steady = self._memories[hand.track].update(time_s, speed, row.tolist(), threshold)
                answers.append(OtherAnswer(steady.label, steady.confidence))
        return OtherResult(model.name, tuple(answers))

    def forget(self) -> None:
        """Forget the hands so far: the frames that come now belong to another source."""
        self._memories.clear()
