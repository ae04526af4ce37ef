"""What the picture's place says while there is no running picture: opening, missing, lost, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gesture_app.ui.icons import pixmap
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label

ICON_PX = 40
WIDEST = 440


@dataclass(frozen=True, slots=True)
class Way:
    """A way out that is offered as a button.

    Attributes
    ----------
    intent
        What is emitted.
    text, icon
        On the button.
    light
        Whether it is no more than a way to stop, so that nothing invites to it.
    """

    intent: str
    text: str
    icon: str
    light: bool = False


@dataclass(frozen=True, slots=True)
class StateText:
    """What is said.

    Attributes
    ----------
    icon, title, text
        What it is, in few words and in a sentence.
    ways
        Ways out, the likeliest first.
    share
        Progress from 0 to 1; None for none, below 0 for a busy bar without an end in sight.
    """

    icon: str
    title: str
    text: str = ""
    ways: tuple[Way, ...] = ()
    share: float | None = None


class StateCard(Card):
    """A card over the picture's place.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner, the picture.
    """

    chosen = Signal(str)
    """The intent of the way out that the user took."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme = theme
        self._state: StateText | None = None
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title = label(role="title", wrap=True)
        self._text = label(role="muted", wrap=True)
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._choices: list[QPushButton] = []
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        self.body.setContentsMargins(24, 24, 24, 24)
        self.body.setSpacing(12)
        for part in (self._icon, self._title, self._text, self._progress):
            self.body.addWidget(part)
        self.body.addLayout(self._ways)
        connect_while_alive(theme, self, self._follow_theme)
        self.hide()

    @property
    def state(self) -> StateText | None:
        """What is said."""
        return self._state

    def show_state(self, state: StateText | None) -> None:
        """Say something, or go away."""
        if state == self._state:
            return
        before, self._state = self._state, state
        self.setVisible(state is not None)
        if state is None:
            return
        self._title.setText(state.title)
        self._text.setText(state.text)
        self._text.setVisible(bool(state.text))
        self.setAccessibleName(f"{state.title}. {state.text}")
        self._progress.setVisible(state.share is not None)
        if state.share is not None:
            self._progress.setRange(0, 0 if state.share < 0 else 1000)
            self._progress.setValue(round(max(state.share, 0.0) * 1000))
            self._progress.setAccessibleName(state.title)
        if before is None or before.ways != state.ways:
            self._offer(state.ways)
        self._draw_icon()
        self.place()

    def place(self) -> None:
        """Move to the middle of the owner."""
        owner = self.parentWidget()
        if owner is None or self._state is None:
            return
        grown = max(1.0, self._theme.sizes.body / 13)
        width = min(round(WIDEST * grown), owner.width() - 32)
        self.setFixedWidth(max(width, 120))
        needed = sum(choice.sizeHint().width() + self._ways.spacing() for choice in self._choices)
        beside = needed + self.body.contentsMargins().left() * 2 <= width
        self._ways.setDirection(QHBoxLayout.Direction.LeftToRight if beside else QHBoxLayout.Direction.TopToBottom)
        self.adjustSize()
        # Not the size hint's height: that is of lines broken earlier, and would leave room that nothing fills.
        height = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        self.resize(width, min(height, owner.height()))
        self.move((owner.width() - self.width()) // 2, max((owner.height() - self.height()) // 2, 0))
        self.raise_()

    def _follow_theme(self) -> None:
        self._draw_icon()
        self.place()  # its text may have grown

    def _offer(self, ways: Sequence[Way]) -> None:
        while (item := self._ways.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._choices.clear()
        if not ways:
            return
        self._ways.addStretch(1)
        for place, way in enumerate(ways):
            choice = button(self._theme, way.text, way.icon, "primary" if place == 0 and not way.light else "")
            choice.clicked.connect(lambda _=False, intent=way.intent: self.chosen.emit(intent))
            self._ways.addWidget(choice)
            choice.show()  # now, not with the next event: the card is measured at once
            self._choices.append(choice)
        self._ways.addStretch(1)

    def _draw_icon(self) -> None:
        if self._state is not None:
            color = self._theme.tokens.color("muted")
            self._icon.setPixmap(pixmap(self._state.icon, color, ICON_PX, self.devicePixelRatioF()))


class HintPill(QWidget):
    """One line over the picture's lower edge: a hint, or what the picture is waiting for.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner, the picture.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state: StateText | None = None
        self._ground = QRect()
        self._card = Card()
        self._card.body.setContentsMargins(12, 8, 12, 8)
        self._icon = QLabel()
        self._words = label(wrap=False)
        self._choices: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words)
        self._card.body.addLayout(self._row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._card)
        connect_while_alive(theme, self, self._draw_icon)
        self.hide()

    @property
    def state(self) -> StateText | None:
        """What is said."""
        return self._state

    def show_state(self, state: StateText | None) -> None:
        """Say something, or go away."""
        if state == self._state:
            return
        self._state = state
        self.setVisible(state is not None)
        if state is None:
            return
        self._words.setText(state.title)
        self.setAccessibleName(state.title)
        while (item := self._row.takeAt(2)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._choices.clear()
        for place, way in enumerate(state.ways):
            choice = button(self._theme, way.text, way.icon, "primary" if place == 0 and not way.light else "")
            choice.clicked.connect(lambda _=False, intent=way.intent: self.chosen.emit(intent))
            self._row.addWidget(choice)
            self._choices.append(choice)
            choice.show()
        self._draw_icon()
        self.place()

    def set_ground(self, ground: QRect) -> None:
        """Stay within this part of the owner."""
        if ground != self._ground:
            self._ground = ground
            self.place()

    def place(self) -> None:
        """Move to the lower edge of its ground, in its middle."""
        owner = self.parentWidget()
        if owner is None or self._state is None:
            return
        wide = owner.width() - 32
        self._words.setWordWrap(False)
        beside = sum(choice.sizeHint().width() + self._row.spacing() for choice in self._choices)
        self._words.setWordWrap(self._words.sizeHint().width() > wide - 80 - beside)
        self._row.invalidate()
        self._card.updateGeometry()  # or what it measured of the words before would still count
        self.adjustSize()
        self.resize(min(self.sizeHint().width(), wide), self.sizeHint().height())
        ground = self._ground if not self._ground.isEmpty() else owner.rect()
        self.move(ground.center().x() - self.width() // 2, ground.bottom() - self.height() - 16)
        self.raise_()

    def _draw_icon(self) -> None:
        if self._state is not None:
            color = self._theme.tokens.color("muted")
            self._icon.setPixmap(pixmap(self._state.icon, color, 20, self.devicePixelRatioF()))
