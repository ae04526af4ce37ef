"""What a run saw, for people: a line when a gesture begins, and a summary at the end."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from gesture_app.capture.frame_reader import Medium
from gesture_app.live.result import FrameResult

_NO_HAND = "no hand"
_UNKNOWN = "unknown"


class LabelReport:
    """Follows the labels of a run.

    Parameters
    ----------
    stream
        Where a line is written whenever what is shown changes; None writes none.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._shown: tuple[str, ...] | None = None
        self._frames = 0
        self._with_hand = 0
        self._labels: Counter[str] = Counter()

    @property
    def frames(self) -> int:
        """Frames so far."""
        return self._frames

    @property
    def with_hand(self) -> int:
        """Frames so far in which a hand was found."""
        return self._with_hand

    def begin(self, medium: Medium) -> None:
        """Nothing to prepare."""

    def write(self, result: FrameResult) -> None:
        """Note one frame."""
        self._frames += 1
        self._with_hand += bool(result.hands)
        self._labels.update(hand.label for hand in result.hands if hand.label is not None)
        shown = tuple(sorted(hand.label or _UNKNOWN for hand in result.hands)) or (_NO_HAND,)
        if shown != self._shown:
            self._shown = shown
            if self._stream is not None:
                at = result.frame.file or f"{result.frame.time_s:7.2f} s"
                self._stream.write(f"{at}  {' + '.join(shown)}\n")
                self._stream.flush()

    def close(self) -> None:
        """Nothing to finish."""

    def summary(self) -> str:
        """Say in one line what was seen."""
        if not self._frames:
            return "No frame came."
        share = 100 * self._with_hand / self._frames
        text = f"{self._frames} frame{'s' * (self._frames != 1)}, a hand in {share:.0f} % of them"
        seen = ", ".join(f"{label} {count}" for label, count in self._labels.most_common(6))
        more = f" and {len(self._labels) - 6} more gestures" if len(self._labels) > 6 else ""
        return f"{text}; frames by gesture: {seen}{more}." if seen else f"{text}; no gesture was recognised."
