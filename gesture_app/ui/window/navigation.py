"""The window's pages: the rail that chooses one, the line above it, messages, and the status line below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gesture_app.ui.pages.scrolling import page_header
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import MessageBar
from gesture_app.ui.widgets.rail import Rail
from gesture_app.ui.widgets.status_line import StatusLine


class Navigation(QWidget):
    """Everything in the window; knows which page is open and nothing of what is on it.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    opened = Signal(object)
    """The page that was opened."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.rail = Rail(theme)
        self.messages = MessageBar(theme)
        self.status = StatusLine(theme)
        self.pages = QStackedWidget()
        self._headers = QStackedWidget()
        self._picture_only = False
        self._alone = False
        self.rail.chosen.connect(self.open)
        self._arrange()

    @property
    def alone(self) -> bool:
        """Whether the open page is one that no other is reached from."""
        return self._alone

    def add(self, page: QWidget, title: str, icon: str, *, header: QWidget | None = None, below: bool = False) -> None:
        """Add a page to the rail.

        Parameters
        ----------
        page
            The page.
        title, icon
            What it is called and how it is drawn.
        header
            What stands above it; its title by default.
        below
            True where it stands at the lower end of the rail.
        """
        self._headers.addWidget(header or page_header(title))
        self.pages.addWidget(page)
        self.rail.add(title, icon, below=below)

    def add_alone(self, page: QWidget, header: QWidget) -> None:
        """Add a page that the rail does not list; to be added after those that it does."""
        self._headers.addWidget(header)
        self.pages.addWidget(page)

    def open(self, place: int) -> None:
        """Open a page by its place in the rail."""
        self._show(place, alone=False)
        self.rail.choose(place)
        self.opened.emit(self.pages.currentWidget())

    def show_page(self, page: QWidget) -> None:
        """Open a page of the rail."""
        self.open(self.pages.indexOf(page))

    def show_alone(self, page: QWidget) -> None:
        """Open a page without the rail: it has ways out of its own."""
        self._show(self.pages.indexOf(page), alone=True)
        self.opened.emit(page)

    def set_picture_only(self, on: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Leave all the room to the page, as on a full screen."""
        self._picture_only = on
        for part in (self._headers, self.status):
            part.setVisible(not on)
        self.rail.setVisible(not on and not self._alone)

    def _show(self, place: int, *, alone: bool) -> None:
        self._alone = alone
        self.pages.setCurrentIndex(place)
        self._headers.setCurrentIndex(place)
        self.rail.setVisible(not alone and not self._picture_only)

    def _arrange(self) -> None:
        self._headers.setObjectName("toolbar")
        # As high over every page: a page that wants more height than there is takes it from itself.
        self._headers.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for part in (self._headers, self.status):
            part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        message_room = QWidget()
        room = QVBoxLayout(message_room)
        room.setContentsMargins(12, 8, 12, 0)
        room.addWidget(self.messages)
        self.messages.shown.connect(message_room.setVisible)
        message_room.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._headers)
        right.addWidget(message_room)
        right.addWidget(self.pages, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.status)
