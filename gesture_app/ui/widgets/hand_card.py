"""The card of one hand: what it shows, how sure that is, which hand it is, and the likeliest gestures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from gesture_app.live.overlay import HELD_FIGURE
from gesture_app.live.result import FrameResult, HandResult
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label, set_role
from gesture_app.ui.widgets.fitting_label import FittingLabel
from gesture_app.ui.widgets.likely_bars import LikelyBars
from gesture_app.ui.wording import gesture_name, hand_name, share

BARS_ALONE, BARS_AMONG_OTHERS = 5, 3


class HandCard(Card):
    """One hand."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.setSpacing(4)
        # Some text, so that a card that never showed a hand is as high as one that does.
        self._label = FittingLabel(self.tr("unknown"))
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setProperty("role", "label")
        self._confidence = label(share(1.0), "title")
        self._confidence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._side = label("", "muted")
        self.bars = LikelyBars(theme, BARS_ALONE)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._label, 1)
        top.addWidget(self._confidence)
        self.wrong = button(theme, self.tr("Wrong? It was …"), role="quiet")
        self.wrong.setToolTip(self.tr("Keep this hand as a sample of what it really showed"))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._side, 1)
        below.addWidget(self.wrong)
        self.body.addLayout(top)
        self.body.addLayout(below)
        self.body.addSpacing(4)
        self.body.addWidget(self.bars)

    def show_hand(self, hand: HandResult, labels: Sequence[str]) -> None:
        """Show a hand.

        Parameters
        ----------
        hand
            What was recognised.
        labels
            The model's classes.
        """
        known = hand.label is not None
        text = gesture_name(hand.label) if hand.label is not None else self.tr("unknown")
        set_role(self._label, "label" if known else "unknown")
        side = hand_name(hand.hand.handedness)
        _set(self._label, text)
        self._confidence.setFont(tabular(self._confidence.font()))
        # Room for every figure, or the first one of more digits would be cut until the card is laid out again.
        self._confidence.setMinimumWidth(self._confidence.fontMetrics().horizontalAdvance(share(1.0)) + 4)
        _set(self._confidence, "" if not known else HELD_FIGURE if hand.held else share(hand.confidence))
        _set(self._side, side[:1].upper() + side[1:])
        self.bars.show_probabilities(labels, hand.probabilities, hand.label)
        spoken = f"{side}: {text} {self._confidence.text()}".strip(f" {HELD_FIGURE}")
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)


class NobodyCard(Card):
    """Stands where a hand's card will be, as high as that: what is below must not move when a hand comes or goes.

    Parameters
    ----------
    theme
        The look.
    like
        The hand's card.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, like: HandCard, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._like = like
        self._heading = label(self.tr("No hand in view"), "heading")
        self._words = label("", "muted", wrap=True)
        self.body.addWidget(self._heading)
        self.body.addWidget(self._words)
        self.body.addStretch(1)
        connect_while_alive(theme, self, self._take_height)

    def show_whether(self, *, looking: bool) -> None:
        """Say what is missing: a hand, or a picture to look for one."""
        self._heading.setVisible(looking)
        words = (
            self.tr("Hold a hand up to the camera, fingers in view, about an arm's length away.")
            if looking
            else self.tr("What a hand shows will stand here.")
        )
        _set(self._words, words)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height."""
        super().showEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        # A card that is hidden hears of other fonts, and of what follows from them, only when it is shown.
        parts = self._like.findChildren(QWidget)
        for part in parts:
            part.ensurePolished()
        for layout in self._like.findChildren(QLayout):
            layout.invalidate()
        for part in parts:
            part.updateGeometry()
        self.setMinimumHeight(self._like.sizeHint().height())


class HandCards(QWidget):
    """Cards for the hands in view; a hand keeps its place for as long as it is followed."""

    wrong = Signal(int, object)
    """Track of the hand whose label was wrong, and the widget that told."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: list[int] = []
        self._cards: list[HandCard] = []
        self._threshold = 0.0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        self._add_card()
        self._nobody = NobodyCard(theme, self._cards[0])
        self._layout.insertWidget(0, self._nobody)
        self.show_result(None)

    @property
    def cards(self) -> tuple[HandCard, ...]:
        """The cards that are shown."""
        return tuple(card for card in self._cards if not card.isHidden())

    def set_threshold(self, threshold: float) -> None:
        """Mark the probability from which a gesture is accepted."""
        self._threshold = threshold
        for card in self._cards:
            card.bars.set_threshold(threshold)

    def show_result(self, result: FrameResult | None) -> None:
        """Show the hands of a result."""
        hands = {} if result is None else {hand.track: hand for hand in result.hands}
        self._places = keep_places(self._places, list(hands))
        while len(self._cards) < len(self._places):
            self._add_card()
        bars = BARS_ALONE if len(self._places) <= 1 else BARS_AMONG_OTHERS
        for place, card in enumerate(self._cards):
            card.bars.set_count(bars)
            if result is None or place >= len(self._places):
                card.hide()
                continue
            card.show_hand(hands[self._places[place]], result.labels)
            card.show()
        self._nobody.show_whether(looking=result is not None)
        self._nobody.setVisible(not hands)

    def _add_card(self) -> None:
        card = HandCard(self._theme)
        card.hide()
        card.bars.set_threshold(self._threshold)
        card.wrong.clicked.connect(partial(self._tell_wrong, len(self._cards)))
        self._cards.append(card)
        self._layout.addWidget(card)

    def _tell_wrong(self, place: int) -> None:
        if place < len(self._places):
            self.wrong.emit(self._places[place], self._cards[place].wrong)


def keep_places(before: Sequence[int], now: Sequence[int]) -> list[int]:
    """Give the order of cards: hands that stay keep their order, new ones follow."""
    stayed = [track for track in before if track in now]
    return stayed + [track for track in now if track not in stayed]


def _set(target: QLabel, text: str) -> None:
    # Setting the same text again would lay the card out anew at every frame.
    if target.text() != text:
        target.setText(text)
