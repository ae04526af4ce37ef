"""How frames are recognised: number of hands, how sure a gesture must be, and whether labels are kept steady."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QWidget

from gesture_app.settings import MOST_HANDS
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import Card, label, spin_box, tool
from gesture_app.ui.wording import share

if TYPE_CHECKING:  # loads the model's runtime, which the window does not wait for
    from models.gesture.classifier import CurvePoint, ModelInfo


class RecognitionCard(Card):
    """Changes the options of recognition; all take effect with the next frame.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    hands_changed = Signal(int)
    threshold_changed = Signal(object)
    """The new threshold, None for the model's own."""

    smoothing_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Recognition"), parent)
        self._info: ModelInfo | None = None
        self._own: float | None = None
        self._hands = spin_box(1, MOST_HANDS)
        self._hands.setAccessibleName(self.tr("Most hands looked for"))
        hands_label = label(self.tr("Hands at most"))
        hands_label.setBuddy(self._hands)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setPageStep(5)
        self._slider.setAccessibleName(self.tr("How sure a gesture must be"))
        self._value = label()
        self._value.setFont(tabular(self._value.font()))
        self._effect = label(role="small", wrap=True)
        self._reset = tool(theme, self.tr("Model's own"), "undo")
        self._smoothing = QCheckBox(self.tr("Keep labels steady"))
        self._smoothing.setToolTip(self.tr("Averages over a few frames, so that labels do not flicker"))
        self._arrange(hands_label)
        self._hands.valueChanged.connect(self.hands_changed.emit)
        self._slider.valueChanged.connect(self._slide)
        self._reset.clicked.connect(self._take_models_own)
        self._smoothing.toggled.connect(self.smoothing_changed.emit)

    def show_options(self, hands: int, threshold: float | None, *, smoothing: bool) -> None:
        """Show the options in force."""
        blockers = [QSignalBlocker(part) for part in (self._hands, self._slider, self._smoothing)]
        self._own = threshold
        self._hands.setValue(hands)
        self._smoothing.setChecked(smoothing)
        del blockers
        self._describe()

    def show_model(self, info: ModelInfo) -> None:
        """Show what the threshold does with this model."""
        self._info = info
        self._describe()

    @property
    def threshold(self) -> float | None:
        """The threshold in force; None before a model is known."""
        if self._own is not None:
            return self._own
        return None if self._info is None else self._info.threshold

    def _arrange(self, hands_label: QWidget) -> None:
        first = QHBoxLayout()
        first.addWidget(hands_label)
        first.addStretch(1)
        first.addWidget(self._hands)
        second = QHBoxLayout()
        second.addWidget(label(self.tr("Sureness needed")))
        second.addStretch(1)
        second.addWidget(self._value)
        third = QHBoxLayout()
        third.addWidget(self._slider, 1)
        third.addWidget(self._reset)
        for row in (first, second, third):
            self.body.addLayout(row)
        self.body.addWidget(self._effect)
        self.body.addWidget(self._smoothing)

    def _slide(self, value: int) -> None:
        self._own = value / 100
        self._describe()
        self.threshold_changed.emit(self._own)

    def _take_models_own(self) -> None:
        self._own = None
        self._describe()
        self.threshold_changed.emit(None)

    def _describe(self) -> None:
        threshold = self.threshold
        self._reset.setEnabled(self._own is not None)
        self._slider.setEnabled(threshold is not None)
        if threshold is None:
            return
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(threshold * 100))
        self._value.setText(share(threshold))
        curve = () if self._info is None else self._info.curve
        words = ""
        if curve:
            accepted, rejected = interpolate(curve, threshold)
            words = self.tr(
                "About {accepted} of other hand shapes pass as a gesture; {rejected} of gestures are missed."
            )
            words = words.format(accepted=share(accepted), rejected=share(rejected))
        self._effect.setText(words)
        self._effect.setVisible(bool(words))


def interpolate(curve: Sequence[CurvePoint], threshold: float) -> tuple[float, float]:
    """Give the shares of wrongly accepted and wrongly rejected hands at a threshold, straight between two points.

    Parameters
    ----------
    curve
        By rising threshold, at least one point.
    threshold
        Held within the curve.
    """
    below = max((point for point in curve if point.threshold <= threshold), key=lambda p: p.threshold, default=curve[0])
    above = min(
        (point for point in curve if point.threshold >= threshold), key=lambda p: p.threshold, default=curve[-1]
    )
    width = above.threshold - below.threshold
    part = (threshold - below.threshold) / width if width > 0 else 0.0
    part = min(max(part, 0.0), 1.0)
    return (
        below.false_accept + part * (above.false_accept - below.false_accept),
        below.false_reject + part * (above.false_reject - below.false_reject),
    )
