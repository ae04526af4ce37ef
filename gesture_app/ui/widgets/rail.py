"""The rail at the left: one button a page, and a small live picture while another page is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QButtonGroup, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesture_app.ui.icons import ICON_PX
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import follow_theme, icon_edge

WIDE, NARROW = 148, 60


class Rail(QWidget):
    """Chooses a page.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    chosen = Signal(int)
    """Place of the page."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.chosen.emit)
        self._texts: list[str] = []
        self._narrow = False
        self._upper = QVBoxLayout()
        self._lower = QVBoxLayout()
        for part in (self._upper, self._lower):
            part.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 12)
        layout.setSpacing(12)
        layout.addLayout(self._upper)
        layout.addStretch(1)
        layout.addLayout(self._lower)
        self.setFixedWidth(WIDE)
        self.setAccessibleName(self.tr("Pages"))

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._texts)

    def add(self, text: str, icon: str, *, below: bool = False) -> QPushButton:
        """Add a page.

        Parameters
        ----------
        text, icon
            What it is called and how it is drawn.
        below
            True where it stands at the lower end.
        """
        choice = QPushButton(text)
        choice.setProperty("role", "rail")
        choice.setCheckable(True)
        choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        choice.setAccessibleName(text)
        choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._theme, choice, icon, "muted")
        self._group.addButton(choice, len(self._texts))
        self._texts.append(text)
        (self._lower if below else self._upper).addWidget(choice)
        self.fit()
        return choice

    def add_corner(self, widget: QWidget) -> None:
        """Put a widget into the lower corner, above the lower pages."""
        self._lower.insertWidget(0, widget)

    def choose(self, place: int) -> None:
        """Mark a page as open; one that is not listed leaves the mark at the page that led to it."""
        choice = self._group.button(place)
        if choice is not None:
            choice.setChecked(True)

    def set_narrow(self, narrow: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Show icons only, names as tool tips."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(self._wide())
        for place, text in enumerate(self._texts):
            choice = self._group.button(place)
            choice.setText("" if narrow else text)
            choice.setToolTip(text if narrow else "")

    def changeEvent(self, event: QEvent) -> None:
        """Fit anew when the text grows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.fit()

    def fit(self) -> None:
        """Take the width that the names need at the present size of text."""
        self.setFixedWidth(self._wide())

    def _wide(self) -> int:
        larger = icon_edge() - ICON_PX
        if self._narrow:
            return NARROW + larger
        bold = QFont(QApplication.font())
        bold.setWeight(QFont.Weight.DemiBold)  # as the open page is written
        metrics = QFontMetrics(bold)
        widest = max((metrics.horizontalAdvance(text) for text in self._texts), default=0)
        return max(WIDE, widest + 72 + larger)
