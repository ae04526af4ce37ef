"""The line at the lower edge: how fast it goes, which model, and where data stays."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import label
from gesture_app.ui.wording import NO_BREAK, decimal, milliseconds


class StatusLine(QWidget):
    """Figures in tabular digits; renewed a few times a second so that they can be read.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self._theme = theme
        self._figures = {name: label(role="small") for name in ("state", "fps", "latency", "dropped", "model")}
        self._privacy = label(role="small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.setSpacing(16)
        for name, part in self._figures.items():
            part.setObjectName(f"status-{name}")
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self._privacy)
        tips = {
            "fps": self.tr("Frames recognised in the last second"),
            "latency": self.tr("From reading a frame to its result; finding hands, and everything else"),
            "dropped": self.tr(
                "Frames that were passed over since the source was opened, because newer ones were there: what is shown"
                " is always the newest"
            ),
            "model": self.tr("The model that names the gestures"),
        }
        for name, tip in tips.items():
            self._figures[name].setToolTip(tip)
        for part in self._figures.values():
            part.hide()
        self.show_registry("")

    def show_figures(
        self, fps: float, latency_ms: float, detect_ms: float, rest_ms: float, dropped: int | None
    ) -> None:
        """Show how recognition keeps up.

        Parameters
        ----------
        fps
            Results a second.
        latency_ms
            From frame to result.
        detect_ms, rest_ms
            Finding the hands, and all the rest of it.
        dropped
            Frames passed over; None for a source that drops none.
        """
        self._show("fps", self.tr("{count} fps").format(count=decimal(fps)).replace(" ", NO_BREAK))
        self._show(
            "latency",
            self.tr("{total} ms (detect {detect}, rest {rest})").format(
                total=milliseconds(latency_ms), detect=milliseconds(detect_ms), rest=milliseconds(rest_ms)
            ),
        )
        self._show("dropped", "" if dropped is None else self.tr("{count} dropped").format(count=decimal(dropped)))

    def show_state(self, text: str) -> None:
        """Say where the session is when no figures run; empty while they do."""
        self._show("state", text)
        if text:
            for name in ("fps", "latency", "dropped"):
                self._show(name, "")

    def show_model(self, text: str) -> None:
        """Name the model in use."""
        self._show("model", text)

    def show_registry(self, remote: str) -> None:
        """Say where data stays or goes.

        Parameters
        ----------
        remote
            Address of a registry that is not on this computer; empty where it is.
        """
        local = self.tr("Nothing leaves this computer")
        self._privacy.setText(self.tr("Registry: {host}").format(host=remote) if remote else local)

    def text(self) -> str:
        """Give all that is shown, for copying."""
        return " · ".join(part.text() for part in self._figures.values() if part.text())

    def _show(self, name: str, text: str) -> None:
        part = self._figures[name]
        if part.text() != text:
            part.setFont(tabular(part.font()))
            part.setText(text)
            part.setVisible(bool(text))
