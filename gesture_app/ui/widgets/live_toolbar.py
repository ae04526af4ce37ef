"""The live page's toolbar: source, model, and what is done with the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gesture_app.ui.icons import ICON_PX
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import icon_edge, tool
from gesture_app.ui.widgets.choice_button import ChoiceButton
from gesture_app.ui.widgets.source_button import SourceButton
from gesture_app.ui.wording import with_key

ICON_ROOM, TEXT_GAP = 38, 12
"""Width of a button with an icon alone, and what a word adds to its own width."""


class LiveToolbar(QWidget):
    """Buttons only; whoever owns it connects them.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = SourceButton(theme)
        self.pause = tool(theme, self.tr("Pause"), "pause", checkable=True)
        self.mirror = tool(theme, self.tr("Mirror"), "mirror", checkable=True)
        self.compare = tool(theme, self.tr("Compare"), "compare", checkable=True)
        self.snapshot = tool(theme, self.tr("Snapshot"), "snapshot")
        self.video = tool(theme, self.tr("Video"), "record", checkable=True)
        self.full_screen = tool(theme, self.tr("Full screen"), "fullscreen", checkable=True)
        self.side = tool(theme, self.tr("Panel"), "panel", checkable=True)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self.source)
        self._layout.addStretch(1)
        for part in self._tools:
            self._layout.addWidget(part)
        self.mirror.setChecked(True)
        self.side.setChecked(True)
        self.show_keys(lambda _: "")

    @property
    def _tools(self) -> tuple[QToolButton, ...]:
        return self.pause, self.mirror, self.compare, self.snapshot, self.video, self.full_screen, self.side

    def add_after_source(self, widget: QWidget) -> None:
        """Put a widget beside the source chooser."""
        self._layout.insertWidget(self._layout.indexOf(self.source) + 1, widget)

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Say with each button what it does, and which key does the same.

        Parameters
        ----------
        keys
            Gives the keys of an action by its name, empty for none.
        """
        for part, name, tip in (
            (self.pause, "pause", self.tr("Hold the picture")),
            (self.mirror, "mirror", self.tr("Show the picture as in a mirror")),
            (self.compare, "compare", self.tr("Let a second version label the same frames")),
            (self.snapshot, "snapshot", self.tr("Save the picture as shown")),
            (self.video, "video", self.tr("Record what is seen as a video")),
            (self.full_screen, "full_screen", self.tr("Only the picture")),
            (self.side, "panel", self.tr("Show or fold away the panel")),
        ):
            part.setToolTip(with_key(tip, keys(name)))

    def show_states(self, *, paused: bool, pausable: bool, mirrored: bool, side: bool, picture: bool) -> None:
        """Show what is on and what can be used now."""
        for part, on in ((self.pause, paused), (self.mirror, mirrored), (self.side, side)):
            if part.isChecked() != on:
                part.setChecked(on)
        self.pause.setEnabled(pausable)
        self.snapshot.setEnabled(picture)
        self.video.setEnabled(picture or self.video.isChecked())

    def show_video(self, seconds: float | None) -> None:
        """Show how long a video has been recording; None while none is."""
        on = seconds is not None
        with QSignalBlocker(self.video):
            self.video.setChecked(on)
        text = self.tr("Video") if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
        if self.video.text() != text:
            self.video.setText(text)
            spoken = self.tr("Stop the video, {time}").format(time=text) if on else text
            self.video.setAccessibleName(spoken)

    def show_full_screen(self, on: bool) -> None:  # noqa: FBT001
        """Show whether the picture fills the screen."""
        with QSignalBlocker(self.full_screen):
            self.full_screen.setChecked(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the words where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit anew when a chooser names something longer or shorter."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit anew when the text grows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        room = self.width() - 24 - 8 * self._layout.count()
        room -= sum(part.sizeHint().width() for part in self.findChildren(ChoiceButton))
        room -= (ICON_ROOM + icon_edge() - ICON_PX) * len(self._tools)
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        # Words go in two steps: first those whose icons everybody knows, then all.
        plain = (self.pause, self.snapshot, self.full_screen, self.side)
        others = [part for part in self._tools if part not in plain]
        for group in (others, plain):
            room -= sum(part.fontMetrics().horizontalAdvance(part.text()) + TEXT_GAP for part in group)
            for part in group:
                part.setToolButtonStyle(beside if room >= 0 else alone)
