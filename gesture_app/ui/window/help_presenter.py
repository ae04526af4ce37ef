"""Joins the help page to the look at this computer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gesture_app.ui.jobs import Jobs
from gesture_app.ui.pages.help_page import HelpPage
from models.home import Home


class HelpPresenter(QObject):
    """Has this computer looked at, off the window's thread.

    Parameters
    ----------
    page
        Where it is asked for and shown.
    home
        The home folder.
    jobs
        For what the window must not wait for.
    """

    def __init__(self, page: HelpPage, home: Home, jobs: Jobs) -> None:
        super().__init__(page)
        self._page = page
        self._home = home
        self._jobs = jobs
        page.examine.connect(self._examine)

    def _examine(self) -> None:
        from gesture_app.doctor import Finding, examine  # noqa: PLC0415 - the start does not wait for it

        def failed(error: Exception) -> None:
            self._page.show_findings([Finding(self.tr("Check"), "bad", str(error))])

        self._jobs.run(lambda: examine(self._home), self._page.show_findings, failed, name="doctor")
