"""The source chooser: a button that names the source, and a menu of all there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.basics import beside_text, connect_while_alive
from gesture_app.ui.widgets.choice_button import ChoiceButton
from gesture_app.ui.wording import source_icon, source_title, tip
from models.errors import without_secrets

OPEN_FILE, OPEN_FOLDER, OPEN_ADDRESS = "file", "folder", "address"


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """A camera that can be chosen: how a source is made of it, and its name."""

    spec: str
    name: str


class SourceButton(ChoiceButton):
    """Names the source and offers others.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    chosen = Signal(str)
    """The words of a source."""

    wanted = Signal(str)
    """``file``, ``folder`` or ``address``: the user wants to name one."""

    cameras_wanted = Signal()
    """The menu opens: which cameras are there now?"""

    forget = Signal()
    """The sources that were used before shall not be offered any more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._cameras: tuple[CameraChoice, ...] | None = None
        self._recent: tuple[str, ...] = ()
        self._spec = ""
        self._menu = self.menu_shown
        self._menu.aboutToShow.connect(self._open)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_widest(300)
        self.setToolTip(self.tr("What the program looks at"))
        connect_while_alive(theme, self, self._draw)
        self._draw()

    def show_source(self, spec: str) -> None:
        """Name the source that is open."""
        self._spec = spec
        self._draw()
        self._fill()

    def show_cameras(self, cameras: Sequence[CameraChoice]) -> None:
        """Offer these cameras."""
        if self._cameras != tuple(cameras):
            self._cameras = tuple(cameras)
            self._draw()
            self._fill()

    def show_recent(self, specs: Sequence[str]) -> None:
        """Offer sources that were used before."""
        if self._recent != tuple(specs):
            self._recent = tuple(specs)
            self._fill()

    def _open(self) -> None:
        self._fill()
        self.cameras_wanted.emit()

    def _title(self, spec: str) -> str:
        return next((camera.name for camera in self._cameras or () if camera.spec == spec), source_title(spec))

    def _draw(self) -> None:
        title = self._title(self._spec) if self._spec else self.tr("Choose a source")
        self.show_text(title)
        self.setAccessibleName(self.tr("Source: {name}").format(name=title))
        self.setIcon(beside_text(self._theme, source_icon(self._spec or "camera")))

    def _fill(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        self._add_cameras(group)
        self._menu.addSeparator()
        self._add(group, "demo")
        self._add(group, "demo:2")
        self._add(group, "demo:new")
        self._menu.addSeparator()
        for word, icon, text in (
            (OPEN_FILE, "film", self.tr("Open video, picture or recording …")),
            (OPEN_FOLDER, "folder", self.tr("Open folder of pictures …")),
            (OPEN_ADDRESS, "link", self.tr("Open network stream …")),
        ):
            action = self._menu.addAction(self._theme.icon(icon), text)
            action.triggered.connect(lambda _=False, word=word: self.wanted.emit(word))
        if self._recent:
            self._menu.addSeparator()
            self._menu.addAction(self.tr("Opened before")).setEnabled(False)
            for spec in self._recent:
                self._add(group, spec)
            self._menu.addAction(self._theme.icon("trash"), self.tr("Forget these")).triggered.connect(self.forget)

    def _add_cameras(self, group: QActionGroup) -> None:
        if not self._cameras:
            text = self.tr("Looking for cameras …") if self._cameras is None else self.tr("No camera is connected")
            self._menu.addAction(self._theme.icon("camera", "muted"), text).setEnabled(False)
            return
        for camera in self._cameras:
            self._add(group, camera.spec)

    def _add(self, group: QActionGroup, spec: str) -> None:
        chosen = spec == self._spec
        icon = self._theme.icon(source_icon(spec), "accent" if chosen else "text")
        action = QAction(icon, self._title(spec).replace("&", "&&"), self._menu)
        action.setToolTip(tip(without_secrets(spec)))
        # The mark is in the words too: an icon of another colour alone would not be seen by everybody.
        if chosen:
            action.setText(self.tr("{name}  (in use)").format(name=action.text()))
        group.addAction(action)
        self._menu.addAction(action)
        action.triggered.connect(lambda _=False, spec=spec: self.chosen.emit(spec))
