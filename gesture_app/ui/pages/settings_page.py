"""The settings page: what is remembered from one start to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from gesture_app.settings import Settings
from gesture_app.ui.pages.scrolling import ScrollingPage
from gesture_app.ui.theme import Theme
from gesture_app.ui.translation import ORIGINAL, language_title, languages
from gesture_app.ui.widgets.basics import Card, button, connect_while_alive, indent_below_check, label
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.widgets.key_list import KeyList
from gesture_app.ui.wording import NO_BREAK

CAMERA_SIZES = ((640, 480), (800, 600), (1280, 720), (1920, 1080))
MARGIN = 16
LEAST_LIST = 180
TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


class SettingsPage(ScrollingPage):
    """Shows settings and says which of them the user changes.

    Parameters
    ----------
    theme
        The look.
    home
        The folder where everything is kept.
    parent
        Its owner.
    others
        Codes of languages besides English; by default those that there are translations of.
    """

    changed = Signal(str, object)
    """Name of a field of :class:`~gesture_app.settings.Settings`, and its new value."""

    reset = Signal()
    """Everything shall be as on a fresh start."""

    def __init__(
        self, theme: Theme, home: Path, parent: QWidget | None = None, *, others: Sequence[str] | None = None
    ) -> None:
        super().__init__(parent)
        others = languages() if others is None else others
        self._theme = theme
        self._theme_choice = self._combo("theme")
        for value, text in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._theme_choice.addItem(text, value)
        self._scale = self._combo("font_scale")
        for scale in TEXT_SCALES:
            self._scale.addItem(f"{scale:.0%}".replace("%", f"{NO_BREAK}%"), scale)
        self._language = self._combo("language")
        self._language.addItem(self.tr("As the system"), "")
        for code in (ORIGINAL, *others):
            self._language.addItem(language_title(code), code)
        self._has_languages = bool(others)
        self._camera = self._combo("camera_size")
        for width, height in CAMERA_SIZES:
            self._camera.addItem(f"{width} x {height}", (width, height))
        self._mirror = self._check(self.tr("Show the picture as in a mirror"), "mirror")
        self._smoothing = self._check(self.tr("Keep labels steady over a few frames"), "smoothing")
        self._light = self._check(self.tr("Light hand model: faster, a little less exact"), "light")
        self._pictures = self._check(self.tr("Keep the picture with each recorded sample"), "keep_pictures")
        self._add_appearance()
        self._add_camera()
        self._add_recording()
        self.keys = KeyList(theme)
        self.column.addWidget(self.keys)
        self._add_places(theme, home)
        self.column.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """Show the settings in force."""
        for combo, value in (
            (self._theme_choice, settings.theme),
            (self._scale, settings.font_scale),
            (self._language, settings.language),
            (self._camera, settings.camera_size),
        ):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(_place(combo, value))
        checks = (
            (self._mirror, settings.mirror),
            (self._smoothing, settings.smoothing),
            (self._light, settings.light),
            (self._pictures, settings.keep_pictures),
        )
        for check, on in checks:
            with QSignalBlocker(check):
                check.setChecked(on)

    def showEvent(self, event: QShowEvent) -> None:
        """Measure the lists: what is not seen is not dressed."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._align)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the lists anew when the text grows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            QTimer.singleShot(0, self, self._align)

    def _align(self) -> None:
        """Give all lists one width, so that they stand in one column."""
        combos = self._theme_choice, self._scale, self._language, self._camera
        width = max(LEAST_LIST, *(combo.sizeHint().width() for combo in combos))
        for combo in combos:
            combo.setFixedWidth(width)

    def show_keys(self) -> None:
        """Bring the keys into view."""
        inner = self.keys.parentWidget()
        place = self.keys.y() + (0 if inner is None else inner.y())
        self.verticalScrollBar().setValue(place - MARGIN)
        self.keys.field("pause").setFocus()

    def _add_appearance(self) -> None:
        card = Card(self.tr("Appearance"))
        _row(card, self.tr("Colours"), self._theme_choice)
        _row(card, self.tr("Size of text"), self._scale)
        if self._has_languages:
            _row(card, self.tr("Language, from the next start"), self._language)
        self.column.addWidget(card)

    def _add_camera(self) -> None:
        card = Card(self.tr("Camera and picture"))
        hint = self.tr("Larger pictures show small hands better and take longer. A camera gives the nearest it can.")
        _row(card, self.tr("Resolution asked of cameras"), self._camera)
        card.body.addWidget(label(hint, "small", wrap=True))
        card.body.addWidget(self._mirror)
        card.body.addWidget(self._smoothing)
        card.body.addWidget(self._light)
        light_hint = self.tr(
            "For computers that stay under 24 frames a second. Of 100 gestures in photos 93 were named right with it,"
            " 96 without."
        )
        card.body.addWidget(self._below_check(light_hint))
        self.column.addWidget(card)

    def _add_recording(self) -> None:
        card = Card(self.tr("Recording"))
        text = self.tr("Samples are 21 points of the hand. Unless this is switched on, no picture is kept.")
        card.body.addWidget(self._pictures)
        card.body.addWidget(self._below_check(text))
        self.column.addWidget(card)

    def _add_places(self, theme: Theme, home: Path) -> None:
        card = Card(self.tr("Where things are kept"))
        text = self.tr("Settings, models, samples and snapshots are in one folder. Nothing is sent anywhere.")
        card.body.addWidget(label(text, "muted", wrap=True))
        path = label(str(home), wrap=True)
        path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        path.setAccessibleName(self.tr("Folder: {path}").format(path=home))
        card.body.addWidget(path)
        row = QHBoxLayout()
        show = button(theme, self.tr("Open folder"), "folder")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(home))))
        reset = button(theme, self.tr("Reset all settings"), "undo")
        reset.setToolTip(self.tr("Everything on this page and the panel as on a fresh start; samples and models stay"))
        reset.clicked.connect(self.reset.emit)
        row.addWidget(show)
        row.addWidget(reset)
        row.addStretch(1)
        card.body.addLayout(row)
        self.column.addWidget(card)

    def _below_check(self, text: str) -> QLabel:
        hint = label(text, "small", wrap=True)
        indent_below_check(hint)
        connect_while_alive(self._theme, hint, lambda: indent_below_check(hint))
        return hint

    def _combo(self, field: str) -> ComboBox:
        combo = ComboBox()
        combo.activated.connect(lambda _: self.changed.emit(field, combo.currentData()))
        return combo

    def _check(self, text: str, field: str) -> QCheckBox:
        check = QCheckBox(text)
        check.toggled.connect(lambda on: self.changed.emit(field, on))
        return check


def _row(card: Card, text: str, control: ComboBox) -> None:
    row = QHBoxLayout()
    words = label(text)
    words.setBuddy(control)
    control.setAccessibleName(text)
    row.addWidget(words)
    row.addStretch(1)
    row.addWidget(control)
    card.body.addLayout(row)


def _place(combo: ComboBox, value: object) -> int:
    """Give the place of a value; one that is not offered is added as it is."""
    for place in range(combo.count()):
        if combo.itemData(place) == value:
            return place
    text = " x ".join(map(str, value)) if isinstance(value, tuple) else ""
    text = f"{value:.0%}".replace("%", f"{NO_BREAK}%") if isinstance(value, float) else text
    combo.addItem(text or str(value), value)
    return combo.count() - 1
