"""What happens when the user wants to see a version in MLflow: its pages are served and opened in the browser."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from gesture_app.mlflow_page import MlflowPages
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import tr
from models.errors import without_secrets
from models.home import Home


def open_in_browser(address: str) -> bool:
    """Open an address in the browser; whether there is one."""
    return QDesktopServices.openUrl(QUrl(address))


class MlflowController(QObject):
    """Owns MLflow's pages; at most one server runs.

    Parameters
    ----------
    home
        Whose store is shown.
    jobs
        For what the window must not wait for.
    parent
        Its owner.
    show
        Opens an address in the browser; False where there is none.
    """

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    over = Signal(str)
    """The text of a message that no longer holds."""

    _starting = Signal()

    def __init__(
        self,
        home: Home,
        jobs: Jobs,
        parent: QObject | None = None,
        show: Callable[[str], bool] = open_in_browser,
    ) -> None:
        super().__init__(parent)
        self.pages = MlflowPages(home)
        self.show = show
        self._jobs = jobs
        self._wait = tr("Starting MLflow's pages; this takes some seconds …")
        self._starting.connect(lambda: self.said.emit(Message(self._wait)))  # from the job's thread to the window's

    def open(self, name: str) -> None:
        """Open the page of a version.

        Parameters
        ----------
        name
            Its number, as entries name it; that of another model opens the list of all versions.
        """
        version = int(name) if name.isdigit() else None

        def ready(address: str) -> None:
            self.over.emit(self._wait)
            shown = without_secrets(address)
            if self.show(address):
                self.said.emit(
                    Message(tr("MLflow's page is open in the browser: {address}").format(address=shown), "good")
                )
            else:
                text = tr("No browser could be opened. While this program runs, MLflow's page is at {address}")
                self.said.emit(Message(text.format(address=shown), "warning", shown))

        def failed(error: Exception) -> None:
            self.over.emit(self._wait)
            self.said.emit(Message(str(error), "bad"))

        self._jobs.run(lambda: self.pages.page(version, self._starting.emit), ready, failed, name="mlflow")

    def close(self) -> None:
        """End the server."""
        self.pages.close()
