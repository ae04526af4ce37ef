"""Joins the page of the first start to the session, and sees to it that it is left in one way only."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gesture_app.ui.live.live_controller import LiveController
from gesture_app.ui.pages.welcome_page import WelcomePage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.window.navigation import Navigation


class WelcomePresenter(QObject):
    """Opens the page of the first start, and ends it.

    Parameters
    ----------
    page
        The page.
    navigation
        Opens pages.
    live
        Where pictures come from.
    preferences
        Remember that the page was seen.
    """

    source_wanted = Signal()
    """The user wants to choose a source."""

    def __init__(
        self, page: WelcomePage, navigation: Navigation, live: LiveController, preferences: Preferences
    ) -> None:
        super().__init__(page)
        self._page = page
        self._navigation = navigation
        self._preferences = preferences
        live.result.connect(page.show_result)
        live.status.connect(page.show_status)
        live.preparation.connect(page.show_preparation)
        page.finished.connect(self.end)
        page.choose_source.connect(self._choose_source)

    def begin(self) -> None:
        """Open the page, which stands alone."""
        self._navigation.show_alone(self._page)

    def end(self) -> None:
        """Remember that it was seen, and open the live page."""
        self._preferences.change(welcomed=True)
        self._navigation.open(0)

    def _choose_source(self) -> None:
        self.end()
        self.source_wanted.emit()
