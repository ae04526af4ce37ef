"""One suspicious sample: its hand, what it is called and what it looks like, and a button for each way to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gesture_app.training.suspicions import Suspicion
from gesture_app.ui.samples.samples_model import moment
from gesture_app.ui.theme import Theme
from gesture_app.ui.training.training_words import class_name
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label
from gesture_app.ui.widgets.folding_row import FoldingRow
from gesture_app.ui.widgets.hand_pictures import hand_picture
from gesture_app.ui.wording import hand_name, share, tr

if TYPE_CHECKING:
    from models.samples.sample import Sample

HAND_PX = 72
GAP, MARGIN = 8, 12


class ReviewRow(Card):
    """Says what shall become of its sample; knows nothing of the store.

    Parameters
    ----------
    theme
        The look.
    one
        What is suspected.
    sample
        The sample.
    mirrored
        True to show its hand as in a mirror.
    parent
        Its owner.
    """

    relabel = Signal(object)
    keep = Signal(object)
    discard = Signal(object)
    """The :class:`~gesture_app.training.suspicions.Suspicion`."""

    def __init__(
        self, theme: Theme, one: Suspicion, sample: Sample, *, mirrored: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.suspicion = one
        self._theme = theme
        self._sample = sample
        self._mirrored = mirrored
        self._decided = False
        self._hand = QLabel()
        self._hand.setFixedSize(HAND_PX, HAND_PX)
        self._title = label(suspicion_text(one), "heading", wrap=True)
        self._facts = label(facts_text(one, sample), "muted", wrap=True)
        suggested, own = class_name(one.suggested), class_name(one.label)
        self.buttons: tuple[QPushButton, ...] = (
            button(theme, tr("Relabel as {gesture}").format(gesture=suggested), "check"),
            button(theme, tr("Keep as {gesture}").format(gesture=own), "lock"),
            button(theme, tr("To the bin"), "trash"),
        )
        # A whole list of them is told apart by what is said of their sample.
        for part in self.buttons:
            part.setAccessibleName(f"{part.text()}: {suspicion_text(one)}, {facts_text(one, sample)}")
        self.setAccessibleName(suspicion_text(one))
        for part, signal in zip(self.buttons, (self.relabel, self.keep, self.discard), strict=True):
            part.clicked.connect(lambda _=False, told=signal: self._decide(told))
        self._arrange()
        self._draw()
        connect_while_alive(theme, self, self._draw)

    def set_mirrored(self, mirrored: bool) -> None:  # noqa: FBT001 - a setting
        """Show the hand as in a mirror."""
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self._draw()

    def wait_for_decision(self) -> None:
        """Let it be decided, once more where that failed."""
        self._decided = False

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        row.addWidget(self._hand, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(FoldingRow(self._theme, (self._title, self._facts), self.buttons), 1)
        self.body.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.body.addLayout(row)

    def _draw(self) -> None:
        picture = hand_picture(self._sample.hand, HAND_PX, self.devicePixelRatioF(), mirrored=self._mirrored)
        self._hand.setPixmap(picture)

    def _decide(self, told: Signal) -> None:
        if not self._decided:  # once, however fast the clicks; a button that is disabled would lose the focus
            self._decided = True
            told.emit(self.suspicion)  # type: ignore[attr-defined]


def suspicion_text(one: Suspicion) -> str:
    """Say what a sample is called and what it looks like."""
    text = tr("Labelled {label}, looks like {suggested}, {share}")
    return text.format(label=class_name(one.label), suggested=class_name(one.suggested), share=share(one.confidence))


def facts_text(one: Suspicion, sample: Sample) -> str:
    """Say what helps to decide."""
    own = tr("{label} only {share}").format(label=class_name(one.label), share=share(one.label_confidence))
    parts = (
        own,
        hand_name(sample.hand.handedness),
        tr("take {number}").format(number=sample.take),
        moment(sample.time),
    )
    return " · ".join(parts)
