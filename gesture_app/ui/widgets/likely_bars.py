"""Bars of the likeliest gestures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.wording import gesture_name, share, tr
from models.gesture.gestures import NO_GESTURE

GLIDE_S = 0.12
REORDER_S = 0.35
FRAME_MS = 16
BAR = 6.0


@dataclass(slots=True)
class _Bar:
    label: str
    target: float
    shown: float


class LikelyBars(QWidget):
    """The likeliest gestures of one hand, longest bar first; the order rests for a moment so that it can be read.

    Parameters
    ----------
    theme
        The look.
    count
        How many are shown.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, count: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = count
        self._bars: list[_Bar] = []
        self._ordered_s = 0.0
        self._named = ""
        self._threshold = 0.0
        self._still = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._glide)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Likeliest gestures"))

    def set_count(self, count: int) -> None:
        """Show this many."""
        if count != self._count:
            self._count = count
            self._ordered_s = 0.0
            self.updateGeometry()

    def set_threshold(self, threshold: float) -> None:
        """Mark the probability from which a gesture is accepted."""
        self._threshold = threshold
        self.update()

    def set_still(self, still: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Let bars jump instead of glide, where the system asks for less motion."""
        self._still = still

    @property
    def marked(self) -> str:
        """Label whose row stands out: the one that the hand is said to show, else the likeliest."""
        if any(bar.label == self._named for bar in self._bars):
            return self._named
        return self._bars[0].label if self._bars else ""

    def show_probabilities(
        self, labels: Sequence[str], probabilities: NDArray[np.float32], named: str | None = None
    ) -> None:
        """Show a hand's probabilities.

        Parameters
        ----------
        labels
            The model's classes.
        probabilities
            ``(classes,)`` in their order.
        named
            What the hand is said to show, which may be held while the likeliest is another; None where it is unknown.
        """
        self._named = named or ""
        values = dict(zip(labels, probabilities.tolist(), strict=True))
        now = time.monotonic()
        known = bool(self._bars) and all(bar.label in values for bar in self._bars)
        known = known and (self._named not in values or any(bar.label == self._named for bar in self._bars))
        if not known or len(self._bars) != self._count or now - self._ordered_s > REORDER_S:
            self._order(values)
            self._ordered_s = now
        for bar in self._bars:
            bar.target = values[bar.label]
        if self._still or not self.isVisible():
            for bar in self._bars:
                bar.shown = bar.target
        elif not self._timer.isActive():
            self._clock.restart()
            self._timer.start()
        self.setAccessibleDescription(
            ", ".join(f"{_name(bar.label)} {share(bar.target)}" for bar in self._bars[: self._count])
        )
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._bars = []
        self._timer.stop()
        self.update()

    def sizeHint(self) -> QSize:
        """Give room for all rows."""
        return QSize(200, self._count * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Give the least room."""
        return QSize(160, self._count * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint name, bar and figure of each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        metrics = QFontMetrics(self.font())
        figures = metrics.horizontalAdvance("100 %") + 4
        names = self._name_width(metrics)
        height = self._row_height()
        groove = QRectF(names + 8, 0, max(self.width() - names - 8 - figures - 8, 20), BAR)
        figure_font = tabular(self.font())
        marked = self.marked
        for row, bar in enumerate(self._bars):
            top = row * height
            first = bar.label == marked
            painter.setPen(tokens.color("text" if first else "muted"))
            painter.setFont(self.font())
            name = metrics.elidedText(_name(bar.label), Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, top, names, height), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(figure_font)
            box = QRectF(self.width() - figures, top, figures, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, share(bar.target))
            groove.moveTop(top + (height - BAR) / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("raised"))
            painter.drawRoundedRect(groove, BAR / 2, BAR / 2)
            length = groove.width() * min(bar.shown, 1.0)
            if length > 0.5:
                painter.setBrush(tokens.color("accent" if first else "control"))
                painter.drawRoundedRect(QRectF(groove.left(), groove.top(), max(length, BAR), BAR), BAR / 2, BAR / 2)
            self._mark_threshold(painter, groove)

    def _mark_threshold(self, painter: QPainter, groove: QRectF) -> None:
        if 0.0 < self._threshold < 1.0:
            place = round(groove.left() + groove.width() * self._threshold) + 0.5
            painter.setPen(QPen(self._theme.tokens.color("muted"), 1.0))
            painter.drawLine(QPointF(place, groove.top() - 2.0), QPointF(place, groove.bottom() + 2.0))

    def _order(self, values: dict[str, float]) -> None:
        shown = {bar.label: bar.shown for bar in self._bars}
        best = sorted(values, key=lambda name: values[name], reverse=True)
        place = best.index(self._named) if self._named in values else 0
        # What the hand is said to show has a row, also where others are likelier at this moment.
        best = best[: self._count] if place < self._count else [*best[: self._count - 1], self._named]
        self._bars = [_Bar(name, values[name], shown.get(name, 0.0)) for name in best]

    def _glide(self) -> None:
        step = min(self._clock.restart() / 1e3 / GLIDE_S, 1.0)
        moving = False
        for bar in self._bars:
            bar.shown += (bar.target - bar.shown) * min(1.0, 2.2 * step)
            if abs(bar.target - bar.shown) < 0.004:
                bar.shown = bar.target
            moving |= bar.shown != bar.target
        if not moving:
            self._timer.stop()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 8

    def _name_width(self, metrics: QFontMetrics) -> int:
        return min(metrics.horizontalAdvance("two up inverted") + 2, self.width() // 2)


def _name(label: str) -> str:
    return tr("no gesture") if label == NO_GESTURE else gesture_name(label)
