"""The help page: keys, a look at this computer, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gesture_app.ui.hotkeys import Hotkey
from gesture_app.ui.icons import pixmap
from gesture_app.ui.pages.scrolling import ScrollingPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, label, text_growth
from gesture_app.ui.wording import champion_meaning, finding_name

if TYPE_CHECKING:
    from gesture_app.doctor import Finding

NONE = "\N{EN DASH}"
SUBJECT_WIDTH = 150
MARKS = {"good": ("check", "good"), "note": ("about", "accent"), "bad": ("error", "bad")}


class HelpPage(ScrollingPage):
    """Keys, doctor and about.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    examine = Signal()
    """The user wants this computer looked at."""

    change_keys = Signal()
    """The user wants other keys."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._findings: tuple[Finding, ...] = ()
        self._keys = QGridLayout()
        self._keys.setHorizontalSpacing(12)
        self._keys.setVerticalSpacing(8)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._summary = label(wrap=True)
        self._look = button(theme, self.tr("Check this computer"), "doctor", "primary")
        self._copy = button(theme, self.tr("Copy report"), "copy")
        self._copy.setEnabled(False)
        self._add_keys(theme)
        self._add_words()
        self._add_doctor()
        self._add_about()
        self.column.addStretch(1)
        self._look.clicked.connect(self._ask)
        self._copy.clicked.connect(self._copy_report)
        connect_while_alive(theme, self, self._fill)

    def show_keys(self, hotkeys: Sequence[Hotkey]) -> None:
        """List the keys."""
        while (item := self._keys.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        rows = (len(hotkeys) + 1) // 2
        for place, hotkey in enumerate(hotkeys):
            key = label(hotkey.shown or NONE, "key")
            key.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column, row = divmod(place, rows)
            self._keys.addWidget(key, row, 2 * column, Qt.AlignmentFlag.AlignVCenter)
            self._keys.addWidget(label(hotkey.text, wrap=True), row, 2 * column + 1)
            self._keys.setColumnStretch(2 * column + 1, 1)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what was found."""
        self._findings = tuple(findings)
        self._look.setEnabled(True)
        self._look.setText(self.tr("Check again"))
        self._copy.setEnabled(True)
        bad = sum(finding.state == "bad" for finding in findings)
        noted = any(finding.state == "note" for finding in findings)
        good = self.tr("Everything that is needed is there.")
        if noted:
            good = self.tr("Nothing is in the way; what is noted can wait.")
        self._summary.setText(
            self.tr("Needs attention: {bad} of {all}.").format(bad=bad, all=len(findings)) if bad else good
        )
        self._fill()

    def _ask(self) -> None:
        self._look.setEnabled(False)
        self._summary.setText(self.tr("Looking; this takes a few seconds …"))
        self.examine.emit()

    def _copy_report(self) -> None:
        from gesture_app.doctor import as_text  # noqa: PLC0415 - the start does not wait for it

        QGuiApplication.clipboard().setText(as_text(self._findings))

    def _fill(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for finding in self._findings:
            self._list.addWidget(self._finding(finding))

    def _finding(self, finding: Finding) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name, role = MARKS[finding.state]
        word = {"good": self.tr("ok"), "note": self.tr("note"), "bad": self.tr("bad")}[finding.state]
        mark = QLabel()
        mark.setPixmap(pixmap(name, self._theme.tokens.color(role), 20, self.devicePixelRatioF()))
        mark.setAccessibleName(word)
        subject = label(finding_name(finding.subject), role if finding.state == "bad" else "", wrap=True)
        subject.setFixedWidth(round(SUBJECT_WIDTH * text_growth()))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(subject, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(finding.text, "muted", wrap=True), 1)
        return line

    def _add_keys(self, theme: Theme) -> None:
        card = Card(self.tr("Keys"))
        card.body.addLayout(self._keys)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Single keys rest while you type into a field."), "small", wrap=True), 1)
        change = button(theme, self.tr("Change keys …"), "settings")
        change.clicked.connect(self.change_keys.emit)
        row.addWidget(change)
        card.body.addLayout(row)
        self.column.addWidget(card)

    def _add_words(self) -> None:
        card = Card(self.tr("Words"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        words = (
            (
                self.tr("Version"),
                self.tr("A model that a training made. Versions are numbered, kept, and chosen at the top."),
            ),
            (self.tr("Champion"), champion_meaning()),
            (
                self.tr("Macro F1"),
                self.tr("How well gestures are told apart, 1 is perfect: the mean over gestures, each counting alike."),
            ),
            (
                self.tr("For you"),
                self.tr("The share of the hands of your own check that a version names rightly."),
            ),
        )
        for row, (word, meaning) in enumerate(words):
            grid.addWidget(label(word, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(meaning, wrap=True), row, 1)
        card.body.addLayout(grid)
        self.column.addWidget(card)

    def _add_doctor(self) -> None:
        card = Card(self.tr("This computer"))
        text = self.tr("Looks at everything that the program needs and says what to do where something is missing.")
        card.body.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self._look)
        row.addWidget(self._copy)
        row.addWidget(self._summary, 1)
        card.body.addLayout(row)
        card.body.addLayout(self._list)
        self.column.addWidget(card)

    def _add_about(self) -> None:
        try:
            number = version("gesture-app")
        except PackageNotFoundError:
            number = self.tr("from its sources")
        card = Card(self.tr("About"))
        card.body.addWidget(label(self.tr("Gesture App {version}").format(version=number)))
        text = self.tr(
            "Recognises hand gestures from a webcam, records new ones and trains on them. Everything happens on this"
            " computer. Licence: Apache-2.0. Hands are found by MediaPipe; the shipped model was trained on landmarks"
            " of HaGRID (Kapitanov et al.)."
        )
        card.body.addWidget(label(text, "muted", wrap=True))
        self.column.addWidget(card)
