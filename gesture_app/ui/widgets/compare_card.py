"""The card of the comparison: what two models make of the hands in view, how often they agree, where they differed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gesture_app.live.comparing import Agreement, Moment
from gesture_app.live.result import FrameResult
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import Card, button, label, set_role, tool
from gesture_app.ui.widgets.correction_menu import CorrectionMenu
from gesture_app.ui.widgets.hand_card import keep_places
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.moment_list import MomentList, answer_name
from gesture_app.ui.widgets.version_rows import VersionRow
from gesture_app.ui.wording import counted, model_name, share, tip
from models.gesture.gestures import NO_GESTURE

SAME, DIFFERENT = "=", "≠"


class CompareCard(Card):
    """Shows the comparison; whoever owns it runs it.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    version = Signal(str)
    """Name of the version that shall run beside the one in use."""

    start_over = Signal()

    corrected = Signal(object, str)
    """The :class:`~gesture_app.live.comparing.Moment`, and the gesture that it was."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._places: list[int] = []
        self._gestures: tuple[str, ...] = ()
        self._kept: Mapping[Moment, str] = {}
        self._pairs: list[_Pair] = []
        self._asked: Moment | None = None
        self.model = ModelButton(theme, managing=False)
        self.model.setToolTip(self.tr("The version that runs beside the one in use"))
        self.model.setAccessibleDescription(self.model.toolTip())
        self.model.setMaximumWidth(1000)
        self.model.use.connect(self.version.emit)
        self._over = tool(theme, self.tr("Start over"), "refresh")
        self._over.setToolTip(self.tr("Count from now on, and empty the list"))
        self._over.clicked.connect(self.start_over.emit)
        self._alone = label(
            self.tr("There is no other version that could run beside the one in use. Train one, then compare."),
            "muted",
            wrap=True,
        )
        self._columns = QWidget()
        self._grid = QGridLayout(self._columns)
        self._names = (_Elided("muted"), _Elided("muted"))
        self._agreement = label("", wrap=True)
        self._agreement.setFont(tabular(self._agreement.font()))
        self.moments = MomentList(theme)
        self.moments.chosen.connect(self._show_moment)
        self._question = label(role="small", wrap=True)
        self._answers = (button(theme, ""), button(theme, ""))
        self._another = button(theme, self.tr("Another gesture …"))
        self._menu = CorrectionMenu(self)
        self._menu.chosen.connect(self._correct)
        self._arrange()
        for place, part in enumerate(self._answers):
            part.clicked.connect(partial(self._answer, place))
        self._another.clicked.connect(self._ask)
        self.show_versions((), "")
        self.show_result(None)
        self.show_moments((), {})

    def show_versions(self, rows: Sequence[VersionRow], using: str) -> None:
        """Offer versions, one of which runs beside the one in use."""
        self.model.show_rows(rows)
        self.model.show_using(using)
        some = any(row.usable for row in rows)
        self.model.setVisible(some)
        self._agreement.setVisible(some)
        self._over.setVisible(some)
        self._alone.setVisible(not some)

    def show_gestures(self, gestures: Iterable[str]) -> None:
        """Offer these as what a moment really was."""
        self._gestures = tuple(gestures)

    def show_result(self, result: FrameResult | None) -> None:
        """Show what both make of the hands of a frame."""
        other = None if result is None else result.other
        if result is None or other is None:
            self._columns.hide()
            return
        self._columns.show()
        for part, name in zip(self._names, (result.model, other.model), strict=True):
            part.show_text(model_name(name))
        hands = {
            hand.track: (hand.label, answer.label) for hand, answer in zip(result.hands, other.answers, strict=True)
        }
        self._places = keep_places(self._places, list(hands))
        while len(self._pairs) < len(self._places):
            self._pairs.append(_Pair(self._grid, len(self._pairs) + 1))
        for place, pair in enumerate(self._pairs):
            pair.show_labels(hands[self._places[place]] if place < len(self._places) else None)

    def show_agreement(self, agreement: Agreement) -> None:
        """Show how often both gave the same label so far."""
        agreed = agreement.share
        if agreed is None:
            text = self.tr("Hold up a hand: both versions will label it.")
        else:
            seen = counted("Same label on {share} of %Ln hand(s) seen", agreement.seen).format(share=share(agreed))
            moments = counted("%n moment(s) of difference", agreement.moments)
            text = self.tr("{seen}, {moments}").format(seen=seen, moments=moments)
        if self._agreement.text() != text:
            self._agreement.setText(text)
            self._over.setEnabled(agreed is not None)

    def show_moments(self, moments: Sequence[Moment], kept: Mapping[Moment, str]) -> None:
        """List the moments where they differed.

        Parameters
        ----------
        moments
            Newest first.
        kept
            The gesture that a moment was kept as a sample of.
        """
        self._kept = kept
        self.moments.show_moments(moments, kept)
        self._lower.setVisible(bool(moments))
        self._show_moment(self.moments.moment)

    def _show_moment(self, moment: Moment | None) -> None:
        if moment is None:
            return
        kept = self._kept.get(moment, "")
        for part, opinion in zip(self._answers, (moment.live, moment.other), strict=True):
            words = answer_name(opinion.label or NO_GESTURE)
            room = max(self.width() - 80, 160) // 2 - 26
            part.setText(part.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room).replace("&", "&&"))
            part.setAccessibleName(self.tr("It was {gesture}").format(gesture=words))
            part.setToolTip(tip(self.tr("Keep this hand as a sample of “{gesture}”").format(gesture=words)))
        for part in (*self._answers, self._another):
            part.setVisible(not kept)
        asked, told = (
            self.tr("What was it really?"),
            self.tr("It is among the samples; undoing the take takes it out again."),
        )
        self._question.setText(told if kept else asked)

    def _answer(self, place: int) -> None:
        moment = self.moments.moment
        if moment is not None:
            self.corrected.emit(moment, (moment.live, moment.other)[place].label or NO_GESTURE)

    def _ask(self) -> None:
        self._asked = self.moments.moment
        self._menu.offer(self._gestures)
        self._menu.open_at(self._another)

    def _correct(self, gesture: str) -> None:
        if self._asked is not None:
            self.corrected.emit(self._asked, gesture)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(label(self.tr("Compare"), "heading"), 1)
        top.addWidget(self._over)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self._names[0], 0, 0)
        self._grid.addWidget(self._names[1], 0, 2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        self._lower = QWidget()
        lower = QVBoxLayout(self._lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(8)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        for part in self._answers:
            answers.addWidget(part, 1)
        lower.addWidget(self.moments)
        lower.addWidget(self._question)
        lower.addLayout(answers)
        lower.addWidget(self._another)
        self.body.addLayout(top)
        for below in (self.model, self._alone, self._columns, self._agreement, self._lower):
            self.body.addWidget(below)


class _Pair:
    """A row of the card: one hand's two labels, and whether they are the same."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self._texts = (_Elided("heading"), _Elided("heading"))
        self._sign = label("", "heading")
        grid.addWidget(self._texts[0], row, 0)
        grid.addWidget(self._sign, row, 1)
        grid.addWidget(self._texts[1], row, 2)

    def show_labels(self, labels: tuple[str | None, str | None] | None) -> None:
        """Show the labels of a hand, or nothing."""
        for part in (*self._texts, self._sign):
            part.setVisible(labels is not None)
        if labels is None:
            return
        for part, text in zip(self._texts, labels, strict=True):
            part.show_text(answer_name(text))
        same = labels[0] == labels[1]
        sign = SAME if same else DIFFERENT
        if self._sign.text() != sign:
            self._sign.setText(sign)
            self._sign.setAccessibleName(self._sign.tr("the same") if same else self._sign.tr("different"))
            set_role(self._sign, "muted" if same else "warning")


class _Elided(QLabel):
    """A line of text that ends in dots where there is no room for it."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show a text."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
