"""How far a training is: what is done at the moment, time left, and the button that ends it."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gesture_app.training.events import Event, Said, Tried
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.training.training_words import elapsed, step_title, time_left
from gesture_app.ui.widgets.basics import Card, button, label

TICK_MS = 1000
FINE = 1000


class TrainingProgress(Card):
    """Shows progress while a training runs.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    cancel = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._clock = QElapsedTimer()
        self._event = ""
        self._title = label(role="heading", wrap=True)
        self._left = label(role="muted")
        self._left.setFont(tabular(self._left.font()))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._note = label(role="small", wrap=True)
        self._elapsed = label(role="small")
        self._elapsed.setFont(tabular(self._elapsed.font()))
        self.cancel_button = button(theme, self.tr("Cancel"), "stop")
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        upper = QHBoxLayout()
        upper.addWidget(self._title, 1)
        upper.addWidget(self._left, 0, Qt.AlignmentFlag.AlignVCenter)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addWidget(self._note, 1)
        lower.addWidget(self._elapsed, 0, Qt.AlignmentFlag.AlignVCenter)
        lower.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(upper)
        self.body.addWidget(self._bar)
        self.body.addLayout(lower)
        self.cancel_button.clicked.connect(self._want_cancel)

    @property
    def text(self) -> str:
        """All that it says."""
        return " · ".join(part.text() for part in (self._title, self._left, self._note) if part.text())

    def begin(self) -> None:
        """Show that a training begins."""
        self._clock.start()
        self._timer.start()
        self.cancel_button.setEnabled(True)
        self._say(self.tr("Starting the trainer"), "", None)
        self._note.setText(self.tr("The camera runs on meanwhile."))
        self._event = ""
        self._tick()

    def show_event(self, event: Event) -> None:
        """Show what the trainer says."""
        if not self.cancel_button.isEnabled():
            return
        if isinstance(event, Said):
            if not event.plain:
                self._note.setText(event.text)
            return
        step = event.step if isinstance(event, Tried) else event
        self._say(step_title(step), time_left(step.left_s), step.share)
        if isinstance(event, Tried):
            self._note.clear()  # the leaderboard says it better
        elif step.message:
            self._note.setText(step.message[:1].upper() + step.message[1:])
        elif self._event not in {"", step.event}:
            self._note.clear()  # it spoke of what was done before
        self._event = step.event

    def end(self) -> None:
        """Show nothing that moves any more."""
        self._timer.stop()

    def _want_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self._say(self.tr("Cancelling"), "", None)
        self._note.setText(self.tr("What was tried so far is kept."))
        self.cancel.emit()

    def _say(self, title: str, left: str, share: float | None) -> None:
        self._title.setText(title)
        self._left.setText(left)
        self._bar.setRange(0, 0 if share is None else FINE)
        if share is not None:
            self._bar.setValue(round(share * FINE))
        self._bar.setAccessibleName(title)
        self.setAccessibleName(f"{title}. {left}".strip())

    def _tick(self) -> None:
        self._elapsed.setText(self.tr("{time} so far").format(time=elapsed(self._clock.elapsed() / 1e3)))
